"""Earned volume: within the budget, growing by itself, never jumping."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from models.earned import (
    Earning,
    Harm,
    TrackRecord,
    bad_sign,
    expected_harm,
    fallen,
    first_allowance,
    most,
    next_allowance,
)

RULES = Earning(
    harm_per_day=50,
    trust_mails=500,
    growth=2,
    fall=0.25,
    start=1_000,
    start_paid=5_000,
    least=100,
    shared_below_days=14,
    harms=(Harm("hard_bounce", 0.02, 1), Harm("complaint", 0.001, 20), Harm("trap_hit", 0.0003, 30)),
)  # fmt: skip
COUNTERS = ("sent", "delivered", "hard_bounce", "complaint", "trap_hit")
counts = st.fixed_dictionaries({name: st.integers(0, 10**7) for name in COUNTERS})
records = st.builds(
    TrackRecord, risk=st.floats(0, 1), paid=st.booleans(), counts=counts, recent=counts,
    busiest_day=st.integers(0, 10**7),
)  # fmt: skip


def _record(risk: float = 0.05, **change: object) -> TrackRecord:
    fields: dict[str, object] = {
        "risk": risk, "paid": False, "counts": {}, "recent": {}, "busiest_day": 0,
    }  # fmt: skip
    return TrackRecord(**{**fields, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "harm"),
    [
        (_record(0.05), 0.05),
        (_record(0.05, counts={"sent": 500, "delivered": 500}), 0.025),
        (_record(0.05, counts={"sent": 49_500}), 25 / 50_000),
        (_record(0.05, counts={"sent": 500, "hard_bounce": 60}), (25 + 50) / 1_000),
        (_record(0.05, counts={"sent": 500, "trap_hit": 1}), (25 + 30 * 0.85) / 1_000),
        (_record(0.0, counts={}), 1e-9),
        (_record(1.0, counts={"sent": 10, "complaint": 10}), 1.0),
    ],
)
def test_the_posterior_harm(record: TrackRecord, harm: float) -> None:
    assert expected_harm(record, RULES) == pytest.approx(harm)


@given(records)
def test_expected_harm_of_the_volume_is_within_the_budget(record: TrackRecord) -> None:
    volume = most(record, RULES)
    assert volume >= RULES.least
    if volume > RULES.least:
        assert volume * expected_harm(record, RULES) <= RULES.harm_per_day * (1 + 1e-9)


@given(st.integers(100, 10**7), records)
def test_it_never_jumps(before: int, record: TrackRecord) -> None:
    after = next_allowance(before, record, RULES)
    assert after <= before * RULES.growth
    assert after >= min(before, fallen(before, RULES))
    assert after <= max(most(record, RULES), fallen(before, RULES))


@given(records, st.floats(0, 1))
def test_more_risk_never_earns_more(record: TrackRecord, risk: float) -> None:
    riskier = TrackRecord(
        risk=max(risk, record.risk), paid=record.paid, counts=record.counts, recent=record.recent,
        busiest_day=record.busiest_day,
    )  # fmt: skip
    assert most(riskier, RULES) <= most(record, RULES)
    assert first_allowance(riskier, RULES) <= first_allowance(record, RULES)


def test_it_grows_by_itself_while_it_is_used() -> None:
    """A good account with 5 % risk that sends all it may, for three weeks."""
    allowance, sent, volumes = first_allowance(_record(), RULES), 0, []
    for _ in range(21):
        sent += allowance
        volumes.append(allowance)
        record = _record(counts={"sent": sent, "delivered": sent}, busiest_day=allowance)
        allowance = next_allowance(allowance, record, RULES)
    assert volumes[0] == 1_000
    assert volumes == sorted(volumes)
    assert volumes[-1] > 100_000


def test_an_unused_volume_does_not_grow() -> None:
    record = _record(counts={"sent": 100, "delivered": 100}, busiest_day=100)
    assert next_allowance(1_000, record, RULES) == 1_000


def test_a_large_sender_begins_where_it_was() -> None:
    counts = {"sent": 20_000_000, "delivered": 19_900_000}
    record = _record(0.02, counts=counts, busiest_day=1_000_000)
    assert first_allowance(record, RULES) == 2_000_000


@pytest.mark.parametrize(
    ("recent", "bad"),
    [
        ({}, False),
        ({"sent": 13, "hard_bounce": 1}, False),
        ({"sent": 100, "hard_bounce": 5}, False),
        ({"sent": 100, "hard_bounce": 12}, True),
        ({"sent": 10_000, "complaint": 12}, False),
        ({"sent": 10_000, "complaint": 30}, True),
    ],
)
def test_a_bad_sign_needs_evidence(recent: dict[str, int], bad: bool) -> None:
    assert bad_sign(_record(recent=recent), RULES) is bad
