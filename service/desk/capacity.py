"""Two reviewers: this threshold, this wait. Reads what came and how long it took, then simulates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp, log
from typing import Final

import numpy as np

from features.records import Subject
from models.capacity import HOURS, Array, Load, Shift, Waits, rates_of, spread, waits
from models.decision import Action
from models.policy.policy import Lane, Policy
from service.desk.opening import CARELESS_HARM, DUE_AFTER, MALICIOUS_HARM, MINUTES, USUAL_MAILS
from service.desk.reviewers import MOST_CASES, words_of
from service.stores.contract import Arrivals, Scored, Store

DAYS: Final = 28
MOST_DECISIONS: Final = 20_000
MOST_REVIEWERS: Final = 50
LANE: Final = Lane.BROADCAST
_SCORE: Final = "risk"
_REVIEW: Final = Action.REVIEW.label
_HELD: Final = (Action.REVIEW.label, Action.TERMINATE.label)
# Log-odds from today's threshold; `sendwarden policy optimise` walks in steps like these.
_STEPS: Final = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
# As backtests have it: decisions that come while a case is open join it.
_LOOKED_AFTER: Final = timedelta(hours=4)
_FEWEST_TIMED: Final = 20
_MOST_MINUTES: Final = 240.0
_DUE_MINUTES: Final = DUE_AFTER[_REVIEW] / timedelta(minutes=1)
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


@dataclass(frozen=True)
class _Held:
    """A case that a threshold would open: when, and the harm a minute at stake."""

    at: datetime
    harm: float


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
    held = {one: _cases(rows, policy, one) for one in _thresholds(now)}
    base = again * _rates([(one.hour, one.cases) for one in came], weeks)
    today = held[now]
    if not came:
        base = again * _rates([(one.at, 1) for one in today], weeks)
    options = []
    for threshold, cases in held.items():
        share = len(cases) / len(today) if today else 1.0
        rates = base * share if today else base + again * _rates([(c.at, 1) for c in cases], weeks)
        harm = np.array([case.harm for case in cases] or [1.0])
        load = Load(rates, minutes.values, harm)
        options.append(
            Option(
                threshold=1.0 if threshold is None else threshold,
                is_today=threshold == now,
                cases_a_week=load.cases_a_week,
                harm_unlooked=_unlooked(rows, policy, threshold) / weeks,
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
        if band.score == _SCORE and band.kind.name == _REVIEW
    ]
    return min(found, default=None)


def _thresholds(now: float | None) -> Sequence[float | None]:
    if now is None or not 0.0 < now < 1.0:
        return [now]
    odds = log(now / (1.0 - now))
    moved = {float(f"{1.0 / (1.0 + exp(-(odds + step))):.3g}") for step in _STEPS if step}
    return sorted({now, *moved})


def _cases(rows: Sequence[Scored], policy: Policy, threshold: float | None) -> list[_Held]:
    """Return the cases that decisions open, the oldest first: those of an account join for 4 hours."""
    found, busy, aside = list[_Held](), dict[str, datetime](), _holding(policy)
    for row in rows:
        if not _is_held(row, threshold, aside):
            continue
        until = busy.get(row.account_id)
        if until is None or row.as_of >= until:
            busy[row.account_id] = row.as_of + _LOOKED_AFTER
            good_held = 1.0 - row.risk
            mails = _mails(row)
            harm = (_harm(row) + mails * good_held) / MINUTES[row.subject]
            found.append(_Held(row.as_of, harm))
    return found


def _holding(policy: Policy) -> frozenset[str]:
    """Return the names that hold mail but for the band that is moved."""
    bands = {
        f"{lane}.{band.score}.{band.kind.name}"
        for lane, some in policy.bands.items()
        for band in some
        if band.kind.action.label in _HELD
    }
    rules = {rule.name for rule in policy.rules if rule.kind.action.label in _HELD}
    standing = {f"standing.{action}" for action in _HELD}
    return frozenset((bands | rules | standing) - {f"{LANE}.{_SCORE}.{_REVIEW}"})


def _is_held(row: Scored, threshold: float | None, holding: frozenset[str]) -> bool:
    moves = row.stream == LANE.value and threshold is not None
    if moves and threshold is not None and row.risk >= threshold:
        return True
    if row.action not in _HELD:
        return False
    # Something else holds it: a rule, another band, what is in force, a fallback that left no name.
    band = f"{LANE}.{_SCORE}.{_REVIEW}"
    return not moves or band not in row.rules or any(name in holding for name in row.rules)


def _unlooked(rows: Sequence[Scored], policy: Policy, threshold: float | None) -> float:
    holding = _holding(policy)
    return sum(
        _harm(row)
        for row in rows
        if row.subject == Subject.CAMPAIGN.value and not _is_held(row, threshold, holding)
    )


def _harm(row: Scored) -> float:
    """Return the harm expected of a decision's mail, in careless mails, as the queue weighs it."""
    return _mails(row) * (MALICIOUS_HARM * row.malicious + CARELESS_HARM * row.careless)


def _mails(row: Scored) -> int:
    return USUAL_MAILS if row.recipients is None else row.recipients


def _rates(came: Sequence[tuple[datetime, int]], weeks: float) -> Array:
    hours = [at.weekday() * 24 + at.hour for at, n in came for _ in range(n)]
    return rates_of(hours, weeks) if hours else np.zeros(HOURS)
