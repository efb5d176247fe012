"""Checks that every discovered feature passes, whoever wrote it.

Test rows are data: `rows/<family>.yaml` maps a feature to cases of `[inputs, expected]`. A feature
that passes its own input on needs none: `test_a_fact_is_passed_on` covers it.
"""

import math
import re
from pathlib import Path
from typing import Final

import numpy as np
import pytest
import yaml

from features.catalogue import Array, Catalogue, Family, Feature, UnknownInput, load_catalogue
from features.records import Subject
from features.tiles import COUNTERS
from features.windows import WINDOWS

CATALOGUE: Final = load_catalogue()
FEATURES: Final = {f.name: f for family in CATALOGUE.families for f in family.features}
ROWS: Final = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "rows").glob("*.yaml"))
}
PASSED_ON: Final = {
    name: feature
    for name, feature in FEATURES.items()
    if feature.inputs == (name,) and not any(name in rows for rows in ROWS.values())
}
COMPUTED: Final = {name: f for name, f in FEATURES.items() if name not in PASSED_ON}
CASES: Final = [
    pytest.param(name, inputs, expected, id=f"{name}-{i}")
    for rows in ROWS.values()
    for name, cases in rows.items()
    for i, (inputs, expected) in enumerate(cases)
]
WINDOWED: Final = (*COUNTERS, "attempts", "accepted")

# What can be told of the world: more of these is never good, more of those is never bad.
BAD: Final = re.compile(
    r"(hard_bounce|block_bounce|complaint|trap_hit|.*_flagged|peer_(hard_bounce|block_bounce"
    r"|complaint|trap_hit)|list_consent_age_days|list_(hard_bounced|complained|trap)_share)(_\d+[hd])?"
)
GOOD: Final = re.compile(
    r"(open|account_age_\w*days|import_form_share|list_engaged_\w+|list_consent_known_share)(_\d+[hd])?"
)
HOSTILE: Final = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-300, 1e18, -1e18, 1e300, math.nan, 12_345.0)


def run(feature: Feature, inputs: dict[str, Array]) -> Array:
    """Compute one feature through a catalogue of its own."""
    family = Family("only", "Only one.", frozenset({Subject.ACCOUNT}), (feature,))
    return Catalogue((family,)).compute(Subject.ACCOUNT, inputs)


def shaped(feature: Feature, values: dict[str, Array]) -> dict[str, Array]:
    """Give counters of windowed features their windows."""
    return {
        name: np.repeat(value[:, None], len(WINDOWS), axis=1)
        if feature.windows and name in WINDOWED
        else value
        for name, value in values.items()
    }


def drawn(feature: Feature, rng: np.random.Generator, n: int) -> dict[str, Array]:
    """Draw inputs from the hostile values and from plausible magnitudes."""
    plausible = np.floor(np.exp(rng.uniform(0, 14, (len(feature.inputs), n))))
    hostile = rng.choice(HOSTILE, (len(feature.inputs), n))
    mixed = np.where(rng.random((len(feature.inputs), n)) < 0.5, plausible, hostile)
    return shaped(feature, dict(zip(feature.inputs, mixed, strict=True)))


@pytest.mark.parametrize(("name", "inputs", "expected"), CASES)
def test_row(name: str, inputs: dict[str, float], expected: float) -> None:
    feature = FEATURES[name]
    values = shaped(feature, {key: np.array([float(value)]) for key, value in inputs.items()})
    row = run(feature, values)[0]
    assert row == pytest.approx([expected] * len(feature.columns), rel=0.005, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", COMPUTED)
def test_has_a_row(name: str) -> None:
    assert any(name in rows for rows in ROWS.values()), f"no row for {name} in tests/checks/rows/"


def test_rows_stand_under_their_family() -> None:
    known = {family.name: {f.name for f in family.features} for family in CATALOGUE.families}
    stray = {name: set(rows) - known.get(name, set()) for name, rows in ROWS.items()}
    assert not {name: rows for name, rows in stray.items() if rows}


@pytest.mark.parametrize("name", PASSED_ON)
def test_a_fact_is_passed_on(name: str) -> None:
    values = np.array([0.0, 0.25, 3.0, math.nan])
    assert np.array_equal(run(PASSED_ON[name], {name: values})[:, 0], values, equal_nan=True)


@pytest.mark.parametrize("name", COMPUTED)
def test_hostile_inputs_give_finite_or_nan(name: str) -> None:
    feature = FEATURES[name]
    inputs = drawn(feature, np.random.default_rng(1), 3_000)
    before = {key: value.copy() for key, value in inputs.items()}
    rows = run(feature, inputs)
    assert rows.shape == (3_000, len(feature.columns))
    infinite = np.flatnonzero(np.isinf(rows).any(axis=1))[:3]
    assert not len(infinite), [{key: before[key][i] for key in before} for i in infinite]
    assert all(np.array_equal(before[key], inputs[key], equal_nan=True) for key in before)


@pytest.mark.parametrize("name", COMPUTED)
def test_unknown_stays_unknown(name: str) -> None:
    feature = FEATURES[name]
    inputs = shaped(feature, dict.fromkeys(feature.inputs, np.full(2, math.nan)))
    assert np.isnan(run(feature, inputs)).all()


@pytest.mark.parametrize("name", FEATURES)
def test_batch_equals_one_by_one(name: str) -> None:
    feature = FEATURES[name]
    inputs = drawn(feature, np.random.default_rng(2), 67)
    alone = [run(feature, {k: v[i : i + 1] for k, v in inputs.items()}) for i in range(67)]
    assert np.array_equal(run(feature, inputs), np.concatenate(alone), equal_nan=True)


@pytest.mark.parametrize("name", [name for name, f in COMPUTED.items() if f.direction])
def test_direction_holds(name: str) -> None:
    """More of what is bad never moves a feature towards the safe side."""
    assert not violations(FEATURES[name])


def violations(feature: Feature) -> list[str]:
    """Return the inputs that move a feature against its direction on random rows."""
    inputs = drawn(feature, np.random.default_rng(3), 4_000)
    plain = {k: np.where(np.abs(v) < 1e16, np.abs(v), 7.0) for k, v in inputs.items()}
    signs = {
        k: 1 if BAD.fullmatch(k) else -1 for k in plain if BAD.fullmatch(k) or GOOD.fullmatch(k)
    }
    assert signs, f"{feature.name} claims a direction, but of no input is it known what is worse"
    wrong = []
    for key, sign in signs.items():
        moved = run(feature, plain | {key: plain[key] * 1.5 + 1}) - run(feature, plain)
        scale = 1e-9 * np.abs(run(feature, plain))
        if (moved * sign * feature.direction < -scale).any():
            wrong.append(key)
    return wrong


def test_direction_check_catches_a_wrong_direction() -> None:
    right = FEATURES["hard_bounce_rate"]
    wrong = Feature("wrong", right.compute, "share", "Wrong.", -1, right.windows)
    assert violations(wrong) == ["hard_bounce"]


def test_hostile_check_catches_a_plain_ratio() -> None:
    plain = Feature("plain", lambda hard_bounce_7d, sent_7d: hard_bounce_7d / sent_7d, "", "")
    assert np.isinf(run(plain, drawn(plain, np.random.default_rng(1), 3_000))).any()


@pytest.mark.parametrize("name", FEATURES)
def test_is_described(name: str) -> None:
    feature = FEATURES[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]{2,60}", name)
    assert feature.unit
    assert len(feature.meaning) > 10
    assert "\n" not in feature.meaning
    assert feature.direction in {-1, 0, 1}
    assert set(feature.windows) <= {window.name for window in WINDOWS}


def test_there_are_seventy_features_and_more() -> None:
    assert len(CATALOGUE.names(Subject.ACCOUNT)) >= 70
    assert len(CATALOGUE.names(Subject.CAMPAIGN)) >= 100


def test_a_missing_input_is_named() -> None:
    with pytest.raises(UnknownInput, match=r"hard_bounce_rate.*attempts"):
        run(FEATURES["hard_bounce_rate"], {"hard_bounce": np.zeros((1, 5))})
