"""Every gate passes a candidate that is as good, and fails one with its fault planted."""

from collections.abc import Callable
from dataclasses import replace

import lightgbm
import numpy as np
import pytest

from features.catalogue import Array, Catalogue, load_catalogue
from features.records import Subject
from models.bundle import Bundle, HeadSpec, bundle_files
from models.calibration import Calibration
from models.heads import all_heads
from models.trials import GateResult
from training.figures import pr_auc
from training.gates.evidence import Evidence, Judged, KindLeftOut, paired
from training.gates.gate import SHIPPED, BadGates, gate_kinds, load_gates

CAMPAIGN = Subject.CAMPAIGN


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def _bundle(catalogue: Catalogue, monotone: bool = True, shift: float = 0.0) -> Bundle:
    """Trees that follow the first feature with a direction, or go against it."""
    rng, heads = np.random.default_rng(0), {}
    texts = {}
    for subject in Subject:
        names, directions = catalogue.names(subject), catalogue.directions(subject)
        column = next(i for i, direction in enumerate(directions) if direction == 1)
        x = rng.random((400, len(names)))
        y = (x[:, column] > 0.5) == monotone
        data = lightgbm.Dataset(x, y, feature_name=list(names))
        settings = {"objective": "binary", "num_leaves": 2, "verbose": -1, "num_threads": 1}
        texts[subject] = lightgbm.train(settings, data, 3).model_to_string()
    for subject, name in all_heads():
        heads[name] = HeadSpec(texts[subject], Calibration.platt(1.0, shift))
    typical = {subject: np.full(len(catalogue.names(subject)), 0.5) for subject in Subject}
    return Bundle.from_files(bundle_files(heads, catalogue, typical, {}), catalogue)


@pytest.fixture(scope="module")
def champion(catalogue: Catalogue) -> Bundle:
    return _bundle(catalogue)


def _risks(n: int, seed: int, noise: float) -> tuple[Array, Array]:
    """Calibrated risks with truth drawn from them, then blurred."""
    rng = np.random.default_rng(seed)
    risk = rng.beta(0.4, 0.8, n)
    truth = (rng.random(n) < risk).astype(float)
    blurred = np.clip(risk + noise * rng.standard_normal(n), 0.001, 0.999)
    return truth, blurred


@pytest.fixture
def evidence(catalogue: Catalogue, champion: Bundle) -> Evidence:
    """A candidate that is the champion's equal in everything."""
    n = 600
    truth, risk = _risks(n, 1, 0.0)
    rng = np.random.default_rng(2)
    rows = Judged(
        CAMPAIGN, np.array([f"a-{i % 150}" for i in range(n)]), truth, np.ones(n), risk, risk.copy(),
        rng.random((n, len(catalogue.names(CAMPAIGN)))),
        {"country": np.where(np.arange(n) % 3, "DE", "TW"), "plan": np.full(n, "pro")},
    )  # fmt: skip
    candidate = _bundle(catalogue, shift=0.1)
    figure = {"live": [0.1, 0, 0], "draft": [0.1, 0, 0], "change": [0.0, 0.0, 0.0]}
    report = {
        "decisions": 10, "days": 10.0,
        "figures": {"leaked_share": figure, "delayed_share": figure, "review_hours": figure},
    }  # fmt: skip
    left_out = [KindLeftOut(CAMPAIGN, "phishing", 30, 0.5, 0.6)]
    return Evidence({CAMPAIGN: rows}, candidate, champion, left_out, report, {CAMPAIGN: (90, 80)})


def ask(evidence: Evidence, gate: str, **says: object) -> list[GateResult]:
    lines = "".join(f"\n    {key}: {value}" for key, value in says.items())
    subjects = "" if gate == "backtest" else "\n    subjects: [campaign]"
    gates = load_gates(f"format: 1\ngates:\n  - gate: {gate}{subjects}{lines}\n")
    return list(gates.judge(evidence))


def _judged(evidence: Evidence, **change: object) -> Evidence:
    return replace(evidence, rows={CAMPAIGN: replace(evidence.rows[CAMPAIGN], **change)})


def _worse_ranking(evidence: Evidence) -> Evidence:
    return _judged(evidence, candidate=_risks(600, 1, 0.5)[1])


def _overconfident(evidence: Evidence) -> Evidence:
    return _judged(evidence, candidate=evidence.rows[CAMPAIGN].champion ** 0.2)


def _worse_in_taiwan(evidence: Evidence) -> Evidence:
    rows = evidence.rows[CAMPAIGN]
    there = rows.segments["country"] == "TW"
    return _judged(evidence, candidate=np.where(there, 1 - rows.champion, rows.champion))


def _against_the_direction(evidence: Evidence) -> Evidence:
    return replace(evidence, candidate=_bundle(evidence.champion.catalogue, monotone=False))


def _blind_to_a_kind(evidence: Evidence) -> Evidence:
    return replace(evidence, left_out=[KindLeftOut(CAMPAIGN, "phishing", 30, 0.1, 0.6)])


def _leaking(evidence: Evidence) -> Evidence:
    assert evidence.backtest is not None
    worse = {"live": [0.1, 0, 0], "draft": [0.2, 0, 0], "change": [0.1, 0.05, 0.2]}
    figures = evidence.backtest["figures"] | {"leaked_share": worse}
    return replace(evidence, backtest={**evidence.backtest, "figures": figures})


def _slow(evidence: Evidence) -> Evidence:
    return replace(evidence, latency={CAMPAIGN: (5_000.0, 80.0)})


FAULTS: list[tuple[str, Callable[[Evidence], Evidence], str]] = [
    ("later_time", _worse_ranking, "PR AUC"),
    ("calibration", _overconfident, "calibration error"),
    ("segments", _worse_in_taiwan, "country TW"),
    ("monotone", _against_the_direction, "the wrong way"),
    ("left_out", _blind_to_a_kind, "phishing, 10%"),
    ("backtest", _leaking, "leaked: 20.00% against 10.00%"),
    ("latency", _slow, "5000 us a row"),
]


def test_every_gate_has_its_fault_here() -> None:
    assert {name for name, _, _ in FAULTS} == set(gate_kinds())


@pytest.mark.parametrize(("gate", "plant", "says"), FAULTS, ids=[name for name, _, _ in FAULTS])
def test_a_gate_passes_an_equal_and_fails_its_fault_saying_by_how_much(
    evidence: Evidence, gate: str, plant: Callable[[Evidence], Evidence], says: str
) -> None:
    equal = ask(evidence, gate)
    assert equal
    assert all(one.passed for one in equal), [one.says for one in equal]
    failed = [one for one in ask(plant(evidence), gate) if one.passed is False]
    assert failed
    assert says in failed[0].says
    assert failed[0].measured is not None
    assert failed[0].bound is not None
    assert failed[0].title


def test_too_few_labelled_accounts_are_no_pass(evidence: Evidence) -> None:
    few = _judged(evidence, account_ids=np.full(600, "a-1"))
    (found,) = ask(few, "later_time")
    assert found.passed is None
    assert found.holds_back
    assert "are needed" in found.says
    (found,) = ask(few, "later_time", optional="true")
    assert not found.holds_back


def test_rows_that_stand_for_many_count_as_many(evidence: Evidence) -> None:
    rows = evidence.rows[CAMPAIGN]
    # The candidate is worse on audited rows alone; each of those stands for a hundred.
    audited = np.char.endswith(rows.account_ids, "0")
    worse = np.where(audited, 1 - rows.champion, rows.champion)
    plain = paired(pr_auc, replace(rows, candidate=worse), 0)
    weighed = paired(
        pr_auc, replace(rows, candidate=worse, weight=np.where(audited, 100.0, 1.0)), 0
    )
    assert plain is not None
    assert weighed is not None
    assert weighed.value < plain.value - 0.2


def test_the_shipped_gates_load_and_mistakes_are_named() -> None:
    assert len(load_gates(SHIPPED.read_text()).asked) >= len(gate_kinds())
    for text, says in (
        ("format: 2", "format: 1"),
        ("format: 1\ngates: []", "at least one gate"),
        ("format: 1\ngates: [{gate: luck}]", "'luck' is none of"),
        ("format: 1\ngates: [{gate: latency, mots_us: 3}]", "mots_us"),
        ("format: 1\ngates: [{gate: latency, most_us: fast}]", "gate 1, latency"),
        ("format: 1\ngates: [{gate: later_time, measure: luck}]", "luck"),
        ("a: [", "no YAML"),
        ("format: 1\ngates: [3]", "none of"),
    ):
        with pytest.raises(BadGates, match=says):
            load_gates(text)
