"""What the API answers about how much so many reviewers can look at."""

from datetime import datetime
from typing import Final

from models.capacity import Waits
from service.api.answers import Answer
from service.desk.capacity import Capacity, Option


class WaitsAnswer(Answer, frozen=True, kw_only=True):
    """What becomes of cases with so many reviewers. `utilisation`: minutes needed over minutes there
    are; from 1 on the queue grows without end, and the rest is null.

    `median_minutes` and `p90_minutes` from coming to being looked at; `late`: the share that is looked
    at after it was due.
    """

    reviewers: int
    utilisation: float
    simulated_cases: int
    median_minutes: float | None
    p90_minutes: float | None
    late: float | None


class ThresholdAnswer(Answer, frozen=True, kw_only=True):
    """A threshold from which risk on broadcasts are held. `harm_unlooked`: the harm expected a week of
    campaigns that go out without a look, in mails that a recipient did not ask for."""

    threshold: float
    is_today: bool
    cases_a_week: float
    harm_unlooked: float
    waits: tuple[WaitsAnswer, ...]


class CapacityAnswer(Answer, frozen=True, kw_only=True):
    """Thresholds of the review band by the wait they mean, the lowest first.

    `rates` are cases an hour by hour of the week (UTC), Monday 00:00 first, at today's threshold, with
    second looks. `minutes_measured`: the minutes a look takes are measured over `minutes_timed` cases,
    else they are the desk's assumptions. `threshold` null: the policy has no such band.
    """

    reviewers: int
    hours: float
    starts: float
    days_a_week: int
    in_turn: bool
    since: datetime
    weeks: float
    cases: int
    decisions: int
    minutes_a_case: float
    minutes_measured: bool
    minutes_timed: int
    second_look_share: float
    due_minutes: float
    threshold: float | None
    rates: tuple[float, ...]
    thresholds: tuple[ThresholdAnswer, ...]


CAPACITY_ANSWERS: Final[tuple[type[Answer], ...]] = (WaitsAnswer, ThresholdAnswer, CapacityAnswer)


def capacity_answer(found: Capacity) -> CapacityAnswer:
    return CapacityAnswer(
        reviewers=found.shift.reviewers,
        hours=found.shift.hours,
        starts=found.shift.starts,
        days_a_week=found.shift.days,
        in_turn=found.shift.in_turn,
        since=found.since,
        weeks=found.weeks,
        cases=found.cases,
        decisions=found.decisions,
        minutes_a_case=found.minutes.mean,
        minutes_measured=found.minutes.measured,
        minutes_timed=found.minutes.timed,
        second_look_share=found.second_looks,
        due_minutes=found.due_minutes,
        threshold=found.threshold,
        rates=found.rates,
        thresholds=tuple(map(_threshold, found.options)),
    )


def _threshold(one: Option) -> ThresholdAnswer:
    return ThresholdAnswer(
        threshold=one.threshold,
        is_today=one.is_today,
        cases_a_week=one.cases_a_week,
        harm_unlooked=one.harm_unlooked,
        waits=tuple(_waits(number, waits) for number, waits in sorted(one.waits.items())),
    )


def _waits(reviewers: int, one: Waits) -> WaitsAnswer:
    return WaitsAnswer(
        reviewers=reviewers,
        utilisation=one.utilisation,
        simulated_cases=one.cases,
        median_minutes=one.median,
        p90_minutes=one.p90,
        late=one.late,
    )
