"""What reviewers can look at, from what came: thresholds move cases, cases move waits and harm."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.capacity import Shift
from models.policy import Policy
from service.desk.capacity import Capacity, minutes_of, planned
from service.desk.thresholds import Decided
from service.stores.contract import Arrivals, Scored

AT = datetime(2026, 11, 23, tzinfo=UTC)  # a Monday
SINCE = AT - timedelta(days=28)
BAND = "broadcast.risk.review"


def decision(number: int, risk: float, action: str = "allow", **more: object) -> Scored:
    facts: dict[str, object] = {
        "account_id": f"a-{number}", "subject": "campaign", "action": action, "risk": risk,
        "as_of": SINCE + timedelta(minutes=40 * number), "malicious": risk / 2, "careless": risk / 2,
        "stream": "broadcast", "recipients": 1_000,
    }  # fmt: skip
    return Scored(**(facts | more))  # type: ignore[arg-type]


def history() -> list[Scored]:
    """A thousand decisions of even risk; those from 0.87 on were held for it."""
    return [
        decision(n, n % 100 / 100, *(("review",) if n % 100 >= 87 else ()), rules=(BAND,) if n % 100 >= 87 else ())
        for n in range(1_000)
    ]  # fmt: skip


def came(cases: int = 130) -> list[Arrivals]:
    hours = [SINCE + timedelta(hours=5 * n) for n in range(cases)]
    return [Arrivals(hour=hour, subject="campaign", cases=1) for hour in hours]


def plan(policy: Policy, shift: Shift, rows: list[Scored], arrived: list[Arrivals]) -> Capacity:
    return planned(arrived, rows, policy, minutes_of([], arrived), shift, SINCE, AT)


@pytest.fixture(scope="module")
def found(policy: Policy) -> Capacity:
    return plan(policy, Shift(2), history(), came())


def test_today_is_what_came_with_second_looks_on_top(found: Capacity, policy: Policy) -> None:
    assert found.threshold == 0.87
    assert found.today.cases_a_week == pytest.approx(130 / 4 * (1 + policy.audit.second_looks))
    assert sum(found.rates) == pytest.approx(found.today.cases_a_week)
    assert (found.weeks, found.cases, found.decisions) == (4.0, 130, 1_000)


def test_a_lower_threshold_means_more_cases_longer_waits_and_less_harm(found: Capacity) -> None:
    thresholds = [one.threshold for one in found.options]
    assert thresholds == sorted(thresholds)
    assert len(thresholds) == 7
    for lower, higher in zip(found.options, found.options[1:], strict=False):
        assert lower.cases_a_week > higher.cases_a_week
        assert lower.harm_unlooked < higher.harm_unlooked
        assert lower.waits[2].utilisation > higher.waits[2].utilisation
    # Harm of what is not held: mails x (5 x malicious + careless).
    risks = [n / 100 for n in range(87)]
    assert found.today.harm_unlooked == pytest.approx(10 * sum(1_000 * 3 * r for r in risks) / 4)


def test_waits_are_told_for_one_reviewer_and_more(found: Capacity, policy: Policy) -> None:
    assert sorted(found.today.waits) == [1, 2, 3, 4]
    assert sorted(plan(policy, Shift(9), history(), came()).today.waits) == [1, 2, 3, 4, 9]
    p90 = [found.today.waits[n].p90 for n in (1, 2, 3, 4)]
    assert all(one is not None for one in p90)


def test_what_something_else_holds_stays_held_at_any_threshold(policy: Policy) -> None:
    rows = [
        decision(0, 0.1, "review", rules=("standing.review",)),
        decision(1, 0.1, "terminate"),
        decision(2, 0.99, "review", stream="transactional", rules=("transactional.risk.review",)),
        decision(3, 0.9, "review", rules=(BAND, "broadcast.malicious.review")),
        decision(4, 0.9, "review", rules=(BAND,)),
        decision(5, 0.5, subject="account", stream=None, recipients=None),
    ]
    options = plan(policy, Shift(1), rows, []).options
    # With nothing stored as a case, the cases are those that the decisions would have opened.
    counts = [round(one.cases_a_week * 4 / 1.05) for one in options]
    assert counts[0] == 5
    assert counts[-1] == 4


def test_decisions_of_an_account_join_its_case_for_four_hours(policy: Policy) -> None:
    rows = [
        decision(n, 0.9, "review", account_id="a", rules=(BAND,), as_of=SINCE + timedelta(hours=n))
        for n in range(9)
    ]
    today = plan(policy, Shift(1), rows, []).today
    assert round(today.cases_a_week * 4 / 1.05) == 3


@pytest.mark.parametrize("threshold", [0.2, 0.6, None])
def test_cases_are_those_of_a_walk_through_the_decisions(
    policy: Policy, threshold: float | None
) -> None:
    rng = np.random.default_rng(7)
    held = {True: ("review", (BAND,)), False: ("allow", ())}
    rows = []
    for n, risk in enumerate(rng.random(600).tolist()):
        action, rules = held[risk > 0.5]
        as_of = SINCE + timedelta(minutes=int(rng.integers(0, 3) * 120 + 20 * n))
        rows.append(decision(n, risk, action, rules=rules, account_id=f"a-{n % 7}", as_of=as_of))
    rows.sort(key=lambda row: row.as_of)
    busy: dict[str, datetime] = {}
    opened = []
    for row in rows:
        is_held = row.action == "review" if threshold is None else row.risk >= threshold
        if is_held and row.as_of >= busy.get(row.account_id, row.as_of):
            busy[row.account_id] = row.as_of + timedelta(hours=4)
            opened.append(row)
    hours, harm = Decided(rows, policy).cases(threshold)
    assert sorted(hours.tolist()) == sorted(r.as_of.weekday() * 24 + r.as_of.hour for r in opened)
    expected = [1_000 * (3 * row.risk + 1 - row.risk) / 5 for row in opened]
    assert sorted(harm.tolist()) == pytest.approx(sorted(expected))


def test_a_policy_without_the_band_leaves_nothing_to_choose(policy: Policy) -> None:
    bare = replace(policy, bands=dict.fromkeys(policy.bands, ()))
    found = plan(bare, Shift(1), history(), came())
    assert found.threshold is None
    assert [one.is_today for one in found.options] == [True]
    assert found.today.cases_a_week > 0


def test_nothing_known_is_nothing_claimed(policy: Policy) -> None:
    found = plan(policy, Shift(1), [], [])
    assert {one.cases_a_week for one in found.options} == {0.0}
    assert found.today.waits[1].median is None


def test_minutes_are_measured_where_enough_were_timed() -> None:
    assumed = minutes_of(
        [timedelta(minutes=9)] * 19, [*came(3), Arrivals(hour=AT, subject="list", cases=3)]
    )
    assert (assumed.measured, assumed.timed) == (False, 19)
    assert assumed.mean == pytest.approx((3 * 5 + 3 * 3) / 6)
    measured = minutes_of([timedelta(minutes=9)] * 20 + [timedelta(days=3)], [])
    assert (measured.measured, measured.timed) == (True, 21)
    assert measured.mean == pytest.approx((20 * 9 + 240) / 21)
