"""What is known of whether a sender was abusive: who says so, since when, and what wins where they differ.

Pure. A statement is one thing that speaks for a label. The stated rule (`resolve`): people before mail;
among people the word on this very decision, then the higher rank, then the nearest in time, then the
newest; among mail the higher rank. What has not matured says nothing yet, and what was cut off early
(censored) is no proof of innocence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import numpy as np

from features.rates import lower_bound, upper_bound

GOOD: Final = "legitimate"
CARELESS: Final = "careless"
ABUSIVE: Final = "abusive"


class LabelSource(StrEnum):
    """Who or what speaks."""

    APPEAL = "appeal"
    SETTLED = "settled"
    TERMINATION = "termination"
    VERDICT = "verdict"
    REPORT = "report"
    LISTING = "listing"
    TRAP_HITS = "trap_hits"
    COMPLAINTS = "complaints"
    BOUNCES = "bounces"
    QUIET = "quiet"


@dataclass(frozen=True)
class Traits:
    """`rank` orders sources, `weight` is how much a label of it counts in training (in [0, 1]),
    `matures` how long after the send it can be believed, `reaches` how far it speaks in time."""

    rank: int
    weight: float
    matures: timedelta
    reaches: timedelta
    about: str


_NOW: Final = timedelta(0)
_MONTH: Final = timedelta(days=30)
_FORTNIGHT: Final = timedelta(days=14)
# Maturities: bounces come within a day of the send, complaints within days, listings within weeks.
TRAITS: Final[Mapping[LabelSource, Traits]] = {
    LabelSource.APPEAL: Traits(10, 1.0, _NOW, _MONTH, "an appeal that another reviewer judged"),
    LabelSource.SETTLED: Traits(
        9, 1.0, _NOW, _MONTH, "a lead's word where a verdict and a second look differed"
    ),
    LabelSource.TERMINATION: Traits(8, 1.0, _NOW, _MONTH, "an account that was cut off"),
    LabelSource.VERDICT: Traits(7, 1.0, _NOW, _MONTH, "a reviewer's verdict"),
    LabelSource.REPORT: Traits(
        6, 0.7, _NOW, _FORTNIGHT, "abuse that at least two reports agree on"
    ),
    LabelSource.TRAP_HITS: Traits(
        5, 0.8, timedelta(days=7), _NOW, "traps hit beyond doubt more often than honest lists do"
    ),
    LabelSource.COMPLAINTS: Traits(
        4, 0.8, timedelta(days=7), _NOW, "complaints beyond doubt over the limit"
    ),
    LabelSource.BOUNCES: Traits(
        3, 0.7, timedelta(days=1), _NOW, "hard bounces beyond doubt over the limit"
    ),
    LabelSource.LISTING: Traits(
        2, 0.5, _NOW, _FORTNIGHT, "a block listing that the account likely caused"
    ),
    LabelSource.QUIET: Traits(
        1, 0.3, timedelta(days=21), _NOW, "much mail, within all limits, three weeks without harm"
    ),
}
PEOPLE: Final = frozenset(
    {LabelSource.APPEAL, LabelSource.SETTLED, LabelSource.TERMINATION, LabelSource.VERDICT}
)
# From which rate, at its lower 95 % bound, mail speaks for itself: Amazon SES's pause limits, and a
# trap in 300 mails. Quiet mail is below them at the upper bound.
LIMITS: Final = {
    LabelSource.BOUNCES: 0.10,
    LabelSource.COMPLAINTS: 0.005,
    LabelSource.TRAP_HITS: 0.003,
}
FEWEST_QUIET: Final = 1_000


@dataclass(frozen=True)
class Statement:
    """One thing that speaks for a label. `at` is when what it speaks of happened; before `known_at`
    it says nothing. `decision_id` None: it is on the account at that time."""

    source: LabelSource
    verdict: str
    at: datetime
    known_at: datetime
    weight: float
    says: str
    decision_id: str | None = None
    category: str | None = None


class State(StrEnum):
    """What became of a statement."""

    WON = "won"
    AGREES = "agrees"
    OVERRULED = "overruled"
    IMMATURE = "immature"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True)
class Heard:
    """A statement and what became of it."""

    statement: Statement
    state: State


@dataclass(frozen=True)
class Resolution:
    """The statement that won, None where there is no label yet, and why; all that were heard."""

    won: Statement | None
    why: str
    heard: tuple[Heard, ...]

    @property
    def disputed(self) -> bool:
        """Whether anything that could be believed says otherwise."""
        return any(one.state is State.OVERRULED for one in self.heard)


@dataclass(frozen=True)
class Mail:
    """What became of the mail of one decision. `reporting` of it went to providers that report complaints."""

    handed: int
    delivered: int
    reporting: int
    hard_bounces: int
    complaints: int
    trap_hits: int


def resolve(
    statements: Sequence[Statement],
    decision_id: str,
    at: datetime,
    now: datetime,
    censored: str = "",
) -> Resolution:
    """Return which statement labels a decision made at `at`, as far as is known by `now`.

    `censored` says why the absence of harm proves nothing, where it does not: quiet mail is not
    heard then.
    """
    states = {id(one): _state(one, decision_id, at, now) for one in statements}
    able = [
        one
        for one in statements
        if states[id(one)] is None and not (censored and one.source is LabelSource.QUIET)
    ]
    won = max(able, key=lambda one: _order(one, decision_id, at), default=None)
    heard = tuple(Heard(one, states[id(one)] or _beside(one, won, censored)) for one in statements)
    return Resolution(won, _why(won, heard, censored), heard)


def _state(one: Statement, decision_id: str, at: datetime, now: datetime) -> State | None:
    """Return why a statement cannot be heard; None when it can."""
    if one.known_at > now:
        return State.IMMATURE
    own = one.decision_id == decision_id
    if not own and abs(one.at - at) > TRAITS[one.source].reaches:
        return State.OUT_OF_REACH
    return None


def _order(
    one: Statement, decision_id: str, at: datetime
) -> tuple[bool, bool, int, timedelta, datetime]:
    return (
        one.source in PEOPLE,
        one.source in PEOPLE and one.decision_id == decision_id,
        TRAITS[one.source].rank,
        -abs(one.at - at),
        one.known_at,
    )


def _beside(one: Statement, won: Statement | None, censored: str) -> State:
    if one is won:
        return State.WON
    if won is None or (censored and one.source is LabelSource.QUIET):
        return State.OVERRULED if won is not None else State.OUT_OF_REACH
    same = (one.verdict == GOOD) == (won.verdict == GOOD)
    return State.AGREES if same else State.OVERRULED


def _why(won: Statement | None, heard: Sequence[Heard], censored: str) -> str:
    if won is not None:
        return f"{TRAITS[won.source].about}: {won.says}"
    waiting = [one.statement.known_at for one in heard if one.state is State.IMMATURE]
    if censored:
        return f"no label: {censored}, so that no harm was seen proves nothing"
    if waiting:
        return f"no label yet: what came of the mail can be believed from {min(waiting):%Y-%m-%d}"
    return "no label: nobody spoke, and the mail proves nothing"


def statements_of_mail(mail: Mail, decision_id: str, sent_at: datetime) -> tuple[Statement, ...]:
    """Return what the mail of a decision says for itself, each with the time from which it does."""
    parts = {
        LabelSource.TRAP_HITS: (mail.trap_hits, mail.delivered),
        LabelSource.COMPLAINTS: (mail.complaints, mail.reporting),
        LabelSource.BOUNCES: (mail.hard_bounces, mail.handed),
    }
    found = [
        _statement(source, CARELESS, decision_id, sent_at, f"{k:,} of {n:,} mails")
        for source, (k, n) in parts.items()
        if n and _low(k, n) > LIMITS[source]
    ]
    if not found and mail.delivered >= FEWEST_QUIET and _is_quiet(mail):
        says = f"{mail.delivered:,} mails delivered"
        found.append(_statement(LabelSource.QUIET, GOOD, decision_id, sent_at, says))
    return tuple(found)


def _is_quiet(mail: Mail) -> bool:
    """Tell whether bounces and complaints are below their limits beyond doubt, and no trap was hit."""
    parts = (
        (LabelSource.BOUNCES, mail.hard_bounces, mail.handed),
        (LabelSource.COMPLAINTS, mail.complaints, mail.reporting),
    )
    within = all(n > 0 and _high(k, n) < LIMITS[source] for source, k, n in parts)
    return within and not mail.trap_hits


def _statement(
    source: LabelSource, verdict: str, decision_id: str, sent_at: datetime, says: str
) -> Statement:
    traits = TRAITS[source]
    return Statement(
        source=source,
        verdict=verdict,
        at=sent_at,
        known_at=sent_at + traits.matures,
        weight=traits.weight,
        says=says,
        decision_id=decision_id,
    )


def _low(k: int, n: int) -> float:
    return float(lower_bound(np.array(float(k)), np.array(float(n))))


def _high(k: int, n: int) -> float:
    return float(upper_bound(np.array(float(k)), np.array(float(n))))
