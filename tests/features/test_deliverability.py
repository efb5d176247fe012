"""Rates, health and root cause from counts."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.deliverability import BY_NAME, causes_of, health_of, rates_of, tally_of
from features.tiles import COUNTER_INDEX, COUNTERS


def row(**counts: int) -> Any:
    made = np.zeros(len(COUNTERS), dtype=np.int64)
    for kind, n in counts.items():
        made[COUNTER_INDEX[kind]] = n  # type: ignore[index]
    return made


ROWS = st.lists(st.integers(0, 10**9), min_size=11, max_size=11).map(
    lambda counts: np.array(counts, dtype=np.int64)
)


@given(counts=ROWS, other=ROWS)
def test_every_figure_stays_within_its_bounds(counts: Any, other: Any) -> None:
    tally = tally_of({"yahoo": counts, "gmail": other})
    for rate in rates_of(tally, tally, tally).values():
        if rate.rate is not None:
            assert 0 <= rate.low <= rate.rate + 1e-9 <= rate.high + 2e-9 <= 1 + 3e-9  # type: ignore[operator]
    health = health_of(tally)
    if health.score is not None:
        assert 0 <= health.score <= 100


def test_a_few_bad_mails_cost_little() -> None:
    few = health_of(tally_of({"yahoo": row(sent=13, delivered=12, hard_bounce=1)}))
    many = health_of(tally_of({"yahoo": row(sent=1300, delivered=1200, hard_bounce=100)}))
    assert few.score is not None
    assert many.score is not None
    assert few.score > 90
    assert many.score <= 75


def test_more_of_anything_bad_is_never_healthier() -> None:
    clean = {"sent": 10_000, "delivered": 9_000}
    for bad in ("hard_bounce", "block_bounce", "complaint", "trap_hit", "deferred"):
        scores = [
            health_of(tally_of({"yahoo": row(**clean, **{bad: n})})).score
            for n in (0, 10, 100, 900)
        ]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] != scores[-1]


def test_senders_that_report_no_sent_are_counted_by_their_outcomes() -> None:
    tally = tally_of({"yahoo": row(delivered=90, hard_bounce=10)})
    assert rates_of(tally)["hard_bounce"].rate == 0.1


def test_the_excess_is_shared_among_those_that_have_one() -> None:
    tallies = [
        ("clean", tally_of({"yahoo": row(sent=10_000, hard_bounce=40)})),
        ("worst", tally_of({"yahoo": row(sent=1_000, hard_bounce=310)})),
        ("bad", tally_of({"yahoo": row(sent=1_000, hard_bounce=110)})),
    ]
    causes = causes_of(BY_NAME["hard_bounce"], tallies, 0.01)
    assert [(c.account_id, c.excess) for c in causes] == [("worst", 300.0), ("bad", 100.0)]
    assert [c.share for c in causes] == pytest.approx([0.75, 0.25])
    assert causes_of(BY_NAME["hard_bounce"], tallies[:1], 0.01) == ()
