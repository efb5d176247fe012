"""What each threshold of the review band would hold of the decisions that were stored. Pure.

The decisions are laid out as arrays once, and asked for any threshold: a page asks for seven.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from features.records import Subject
from models.capacity import HOURS, Array
from models.decision import Action
from models.policy.policy import Lane, Policy
from service.desk.opening import CARELESS_HARM, MALICIOUS_HARM, MINUTES, USUAL_MAILS
from service.stores.contract import Scored

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
LANE: Final = Lane.BROADCAST
SCORE: Final = "risk"
REVIEW: Final = Action.REVIEW.label
_HELD: Final = (REVIEW, Action.TERMINATE.label)
_BAND: Final = f"{LANE}.{SCORE}.{REVIEW}"
# As backtests have it: decisions that come while a case is open join it.
_LOOKED_AFTER_US: Final = timedelta(hours=4) // timedelta(microseconds=1)
_HOUR_US: Final = timedelta(hours=1) // timedelta(microseconds=1)
# 1970 began on a Thursday.
_MONDAY_HOURS: Final = 3 * 24


class Decided:
    """Decisions, the oldest first, and what would hold them. `threshold` None moves nothing."""

    def __init__(self, rows: Sequence[Scored], policy: Policy) -> None:
        holding, lane, campaign = _holding(policy), LANE.value, Subject.CAMPAIGN.value
        self._at_us = np.array([int(row.as_of.timestamp() * 1e6) for row in rows], dtype=np.int64)
        self._account, self._key = _by_account([row.account_id for row in rows], self._at_us)
        self._order = np.argsort(self._key, kind="stable")
        self._risk = _floats([row.risk for row in rows])
        self._moves = _bools([row.stream == lane for row in rows])
        self._held = _bools([row.action in _HELD for row in rows])
        self._held_anyway = _bools([_is_held_anyway(row, lane, holding) for row in rows])
        self._campaigns = _bools([row.subject == campaign for row in rows])
        mails = _floats([USUAL_MAILS if r.recipients is None else r.recipients for r in rows])
        malicious = _floats([row.malicious for row in rows])
        careless = _floats([row.careless for row in rows])
        # Expected, in careless mails, as the queue weighs it.
        self._harm = mails * (MALICIOUS_HARM * malicious + CARELESS_HARM * careless)
        minutes = _floats([MINUTES[row.subject] for row in rows])
        self._harm_per_minute = (self._harm + mails * (1.0 - self._risk)) / minutes

    def cases(self, threshold: float | None) -> tuple[Ints, Array]:
        """Return the cases that come of what is held: hour of the week `(n,)`, harm a minute `(n,)`.

        Decisions of an account join its case for 4 hours.
        """
        held = self._order[self._is_held(threshold)[self._order]]
        opened = held[_openers(self._account[held], self._key[held])]
        of_week = (self._at_us[opened] // _HOUR_US + _MONDAY_HOURS) % HOURS
        return of_week, self._harm_per_minute[opened]

    def unlooked(self, threshold: float | None) -> float:
        """Return the harm expected of the campaigns that nothing holds, in careless mails."""
        return float(self._harm[self._campaigns & ~self._is_held(threshold)].sum())

    def _is_held(self, threshold: float | None) -> Bools:
        if threshold is None:
            return self._held
        return self._held_anyway | (self._moves & (self._risk >= threshold))


def _by_account(names: Sequence[str], at_us: Ints) -> tuple[Ints, Ints]:
    """Return accounts as numbers, and keys that order by account, then time; both `(n,)`.

    Between the keys of two accounts lies more than the time that a case takes decisions in.
    """
    numbers: dict[str, int] = {}
    account = [numbers.setdefault(name, len(numbers)) for name in names]
    whose = np.array(account, dtype=np.int64)
    if not len(whose):
        return whose, whose
    return whose, whose * (np.ptp(at_us) + 2 * _LOOKED_AFTER_US) + at_us - at_us.min()


def _openers(account: Ints, key: Ints) -> Ints:
    """Return which of some decisions in the order of their keys open a case: the others join one.

    The first of each account does; the next is the first after its case, of all accounts at once.
    """
    if not len(key):
        return np.zeros(0, dtype=np.int64)
    found, current = [], np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    while len(current):
        found.append(current)
        after = key.searchsorted(key[current] + _LOOKED_AFTER_US)
        inside = after < len(key)
        inside[inside] = account[after[inside]] == account[current[inside]]
        current = after[inside]
    return np.concatenate(found)


def _is_held_anyway(row: Scored, lane: str, holding: frozenset[str]) -> bool:
    """Return whether something else than the band holds a decision's mail.

    A rule, another band, what is in force, a fallback that left no name.
    """
    if row.action not in _HELD:
        return False
    by_band = row.stream == lane and _BAND in row.rules
    return not by_band or any(name in holding for name in row.rules)


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
    return frozenset((bands | rules | standing) - {_BAND})


def _floats(values: Sequence[float]) -> Array:
    return np.array(values, dtype=np.float64)


def _bools(values: Sequence[bool]) -> Bools:
    return np.array(values, dtype=np.bool_)
