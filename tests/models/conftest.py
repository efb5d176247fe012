"""A small catalogue and bundles of tiny models, trained here in a second."""

from collections.abc import Callable

import lightgbm
import numpy as np
import pytest

from features.catalogue import Array, Catalogue, Family, Feature
from features.records import Subject
from models.bundle import Bundle, HeadSpec, bundle_files
from models.calibration import Calibration
from models.heads import all_heads
from models.policy import Policy, default_policy_text, load_policy

NAMES = ("trap_share", "domain_age_days", "bounce_lower", "open_share", "is_paid")
UNITS = ("share", "days", "rate", "share", "flag")
DIRECTIONS = (1, -1, 1, -1, 0)


def toy_catalogue(
    names: tuple[str, ...] = NAMES, unit_of: dict[str, str] | None = None
) -> Catalogue:
    """A catalogue whose features are their own inputs."""
    features = tuple(
        Feature(
            name,
            lambda value: value,
            (unit_of or {}).get(name, dict(zip(NAMES, UNITS, strict=True)).get(name, "count")),
            f"Meaning of {name.replace('_', ' ')}",
            dict(zip(NAMES, DIRECTIONS, strict=True)).get(name, 0),
        )
        for name in names
    )
    return Catalogue((Family("toy", "for tests", frozenset(Subject), features),))


def toy_rows(n_rows: int, n_columns: int = len(NAMES), seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    rows = rng.random((n_rows, n_columns))
    rows[rng.random(rows.shape) < 0.1] = np.nan
    return rows


def toy_labels(rows: Array, seed: int = 1) -> Array:
    signal = (
        4 * np.nan_to_num(rows[:, 0])
        + 3 * np.nan_to_num(rows[:, 2])
        - 2 * np.nan_to_num(rows[:, 1])
    )
    noise = np.random.default_rng(seed).normal(size=len(rows))
    return (signal + noise > 2.5).astype(np.float64)


def toy_model(
    names: tuple[str, ...] = NAMES, rounds: int = 20, **settings: object
) -> lightgbm.Booster:
    rows = toy_rows(600, len(names))
    data = lightgbm.Dataset(rows, toy_labels(rows), feature_name=list(names))
    parameters = {"objective": "binary", "num_leaves": 8, "verbose": -1, "num_threads": 1}
    return lightgbm.train(parameters | settings, data, rounds)


@pytest.fixture(scope="session")
def toy_text() -> str:
    return toy_model().model_to_string()


@pytest.fixture(scope="session")
def toy_heads(toy_text: str) -> dict[str, HeadSpec]:
    """All heads; forecasts are small rates whose quantile heads are crossed on purpose."""
    rate = Calibration((-4.0, 4.0), (0.0, 0.2))
    narrow = Calibration((-4.0, 4.0), (0.05, 0.1))
    return {
        name: HeadSpec(
            toy_text,
            Calibration.platt(1.0, 0.0)
            if name.endswith((".risk", ".malice"))
            else (narrow if name.endswith("_low") else rate),
        )
        for _, name in all_heads()
    }


@pytest.fixture(scope="session")
def toy_files(toy_heads: dict[str, HeadSpec]) -> dict[str, bytes]:
    typical = {subject: np.array([0.1, 0.5, np.nan, 0.5, 1.0]) for subject in Subject}
    return bundle_files(toy_heads, toy_catalogue(), typical, {"trained_on": "toy rows"})


@pytest.fixture(scope="session")
def toy_bundle(toy_files: dict[str, bytes]) -> Bundle:
    return Bundle.from_files(toy_files, toy_catalogue())


@pytest.fixture(scope="session")
def make_catalogue() -> Callable[..., Catalogue]:
    return toy_catalogue


@pytest.fixture(scope="session")
def make_rows() -> Callable[..., Array]:
    return toy_rows


@pytest.fixture(scope="session")
def make_model() -> Callable[..., lightgbm.Booster]:
    return toy_model


TOY_RULE = {
    "name": "certain_malice",
    "when": "malicious >= 0.97",
    "action": "terminate",
    "lanes": "account, broadcast",
}


def policy_text(*rules: dict[str, str]) -> str:
    """The default policy with other rules, since its own name features that toys lack."""
    text = default_policy_text()
    head, tail = text.split("\nrules:")[0], text[text.index("# --- Limits") :]
    body = ""
    for number, given in enumerate(rules):
        rule = {"name": f"rule_{number}", "action": "review", "lanes": "broadcast"} | given
        rule["lanes"] = f"[{rule['lanes']}]"
        body += "\n  - " + "\n    ".join(f"{key}: {value}" for key, value in rule.items())
    return f"{head}\nrules:{body or ' []'}\n{tail}"


@pytest.fixture(scope="session")
def toy_policy() -> Policy:
    """The default bands, limits, standing and fallbacks with one rule."""
    return load_policy(policy_text(TOY_RULE), toy_catalogue())


@pytest.fixture(scope="session")
def policy_with() -> Callable[..., Policy]:
    """Load the default policy with these rules in place of its own."""
    return lambda *rules: load_policy(policy_text(*rules), toy_catalogue())


@pytest.fixture(scope="session")
def toy_policy_text() -> str:
    return policy_text(TOY_RULE)
