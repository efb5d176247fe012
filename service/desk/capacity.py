"""Two reviewers: this threshold, this wait. Reads what came and how long it took, then simulates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp, log
from typing import Final

import numpy as np

from models.capacity import HOURS, Array, Load, Shift, Waits, rates_of, spread, waits
from models.policy.policy import Policy
from service.desk.opening import DUE_AFTER, MINUTES
from service.desk.reviewers import MOST_CASES, words_of
from service.desk.thresholds import LANE, REVIEW, SCORE, Decided, Ints
from service.stores.contract import Arrivals, Scored, Store

DAYS: Final = 28
MOST_DECISIONS: Final = 20_000
MOST_REVIEWERS: Final = 50
# Log-odds from today's threshold; `sendwarden policy optimise` walks in steps like these.
_STEPS: Final = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
_FEWEST_TIMED: Final = 20
_MOST_MINUTES: Final = 240.0
_DUE_MINUTES: Final = DUE_AFTER[REVIEW] / timedelta(minutes=1)
# The chart goes from one reviewer to so many, or to as many as were asked for.
_SHOWN: Final = 4


@dataclass(frozen=True)
class Minutes:
    """How long a look takes. `measured` over `timed` cases, else the stated assumption."""

    mean: float
    measured: bool
    timed: int
    values: Array


@dataclass(frozen=True)
class Option:
    """A threshold of the review band: cases a week, the expected harm (in careless mails) a week of
    what goes out without a look, and the waits by number of reviewers."""

    threshold: float
    is_today: bool
    cases_a_week: float
    harm_unlooked: float
    waits: dict[int, Waits]


@dataclass(frozen=True)
class Capacity:
    """What so many reviewers can look at. `options` by threshold, the lowest first.

    `rates` are cases an hour by hour of the week (UTC), Monday first `(168,)`, at today's threshold.
    `threshold` None: the policy has no review band on the risk of broadcasts, and nothing to choose.
    """

    shift: Shift
    since: datetime
    weeks: float
    cases: int
    decisions: int
    rates: tuple[float, ...]
    minutes: Minutes
    second_looks: float
    threshold: float | None
    options: tuple[Option, ...]
    due_minutes: float = _DUE_MINUTES

    @property
    def today(self) -> Option:
        """What there is at today's threshold."""
        return next(one for one in self.options if one.is_today)


def capacity(
    store: Store, policy: Policy, shift: Shift, at: datetime, days: int = DAYS
) -> Capacity:
    """Return what becomes of the cases, as they came lately, under reviewers that there might be."""
    since = at - timedelta(days=days)
    with store.snapshot():
        came = store.arrivals(since, at)
        rows = store.scored(since, MOST_DECISIONS)
        ruled = store.ruled(since, MOST_CASES)
    minutes = minutes_of(
        [w.at - w.claimed_at for c in ruled for w in words_of(c) if w.claimed_at], came
    )
    return planned(came, rows[::-1], policy, minutes, shift, since, at)


def planned(
    came: Sequence[Arrivals],
    rows: Sequence[Scored],
    policy: Policy,
    minutes: Minutes,
    shift: Shift,
    since: datetime,
    at: datetime,
) -> Capacity:
    """Return the plan from arrivals of cases and decisions, the oldest first. Pure, and seeded."""
    begun = min([one.hour for one in came] + [row.as_of for row in rows[:1]], default=since)
    weeks = max((at - max(begun, since)) / timedelta(days=7), 1 / 7)
    # Each case that is looked at again is one look more.
    again = 1.0 + policy.audit.second_looks
    now = _threshold(policy)
    decided = Decided(rows, policy)
    held = {one: decided.cases(one) for one in _thresholds(now)}
    base = again * _rates([(one.hour, one.cases) for one in came], weeks)
    hours, _ = held[now]
    if not came:
        base = again * _by_hour(hours, weeks)
    options = []
    for threshold, (opened, harm) in held.items():
        rates = base * len(opened) / len(hours) if len(hours) else base + again * _by_hour(opened, weeks)  # fmt: skip
        load = Load(rates, minutes.values, harm if len(harm) else np.ones(1))
        options.append(
            Option(
                threshold=1.0 if threshold is None else threshold,
                is_today=threshold == now,
                cases_a_week=load.cases_a_week,
                harm_unlooked=decided.unlooked(threshold) / weeks,
                waits=_by_reviewers(load, shift),
            )
        )
    return Capacity(
        shift=shift,
        since=since,
        weeks=weeks,
        cases=sum(one.cases for one in came),
        decisions=len(rows),
        rates=tuple(base.tolist()),
        minutes=minutes,
        second_looks=policy.audit.second_looks,
        threshold=now,
        options=tuple(options),
    )


def minutes_of(took: Sequence[timedelta], came: Sequence[Arrivals]) -> Minutes:
    """Return the minutes a look takes as measured; with fewer than 20, as the desk assumes.

    What took over four hours was left lying, and counts as four.
    """
    if len(took) >= _FEWEST_TIMED:
        values = np.clip([one / timedelta(minutes=1) for one in took], 0.1, _MOST_MINUTES)
        return Minutes(float(values.mean()), True, len(took), values)
    cases = {
        subject: sum(one.cases for one in came if one.subject == subject) for subject in MINUTES
    }
    total = sum(cases.values())
    mean = sum(MINUTES[s] * n for s, n in cases.items()) / total if total else MINUTES["campaign"]
    return Minutes(mean, False, len(took), spread(mean))


def _by_reviewers(load: Load, shift: Shift) -> dict[int, Waits]:
    most = max(shift.reviewers, min(_SHOWN, MOST_REVIEWERS))
    wanted = sorted({*range(1, _SHOWN + 1), shift.reviewers, min(most, MOST_REVIEWERS)})
    return {n: waits(load, replace(shift, reviewers=n), _DUE_MINUTES) for n in wanted}


def _threshold(policy: Policy) -> float | None:
    """Return from which risk on a broadcast is held; None where no band holds it."""
    found = [
        band.at_least
        for band in policy.bands[LANE]
        if band.score == SCORE and band.kind.name == REVIEW
    ]
    return min(found, default=None)


def _thresholds(now: float | None) -> Sequence[float | None]:
    if now is None or not 0.0 < now < 1.0:
        return [now]
    odds = log(now / (1.0 - now))
    moved = {float(f"{1.0 / (1.0 + exp(-(odds + step))):.3g}") for step in _STEPS if step}
    return sorted({now, *moved})


def _rates(came: Sequence[tuple[datetime, int]], weeks: float) -> Array:
    hours = [at.weekday() * 24 + at.hour for at, _ in came]
    return _by_hour(np.repeat(np.array(hours, dtype=np.int64), [n for _, n in came]), weeks)


def _by_hour(hours: Ints, weeks: float) -> Array:
    return rates_of(hours, weeks) if len(hours) else np.zeros(HOURS)
