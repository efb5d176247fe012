"""What would have gone out of a campaign under a policy: its release on the expected path.

The release is the very code that serves; only the events are those that the campaign's observed
rates lead one to expect, each with the delay that its kind has.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from models.decision import Action
from models.inflight import Plan, Progress, State, release
from models.inflight.records import Rules
from models.inflight.volume import Room
from training.backtest_rows import Assumptions, Mail

HELD: Final = frozenset({Action.REVIEW.label, Action.TERMINATE.label})
_BOUNCES: Final = ("hard_bounce", "soft_bounce", "block_bounce")
_MOST_ASKS: Final = 120


@dataclass(frozen=True, slots=True)
class Sent:
    """Of a campaign's mail: handed over in all, handed over late, and whether it was stopped.

    `unseen`: mail that no log tells the fate of, because it was held then. `grants` are the mails
    handed over at each time.
    """

    handed: float
    late: float
    stopped: bool
    unseen: int = 0
    grants: tuple[tuple[datetime, int], ...] = ()


class Valve(Protocol):
    """What an account may hand over; what is granted is taken from it at once."""

    def room(self, at: datetime) -> Room: ...
    def take(self, at: datetime, mails: int) -> None: ...


def sent_under(
    plan: Plan,
    mail: Mail,
    at: datetime,
    rules: Rules,
    assumed: Assumptions,
    valve: Valve | None = None,
) -> Sent:
    """Return what goes out of a campaign under a plan; `valve` None: no volume bounds it."""
    if plan.action in HELD:
        return Sent(0.0, 0.0, stopped=True)
    rates = mail.rates if mail.rates is not None else plan.expected
    unseen = 0 if mail.rates is not None else mail.mails
    if valve is None and (plan.first_stage is None or plan.first_stage >= plan.recipients):
        return Sent(
            float(mail.mails), 0.0, stopped=False, unseen=unseen, grants=((at, mail.mails),)
        )
    return _released(plan, rates, at, rules, assumed, unseen, valve)


def _released(
    plan: Plan,
    rates: Mapping[str, float],
    started_at: datetime,
    rules: Rules,
    assumed: Assumptions,
    unseen: int,
    valve: Valve | None,
) -> Sent:
    """Ask for the rest of a campaign, as a pipeline does, until it is done, stopped or too late."""
    progress, at, grants = Progress(), started_at, list[tuple[datetime, int]]()
    for _ in range(_MOST_ASKS):
        counts = _counts(grants, rates, at, assumed)
        left = Room(None) if valve is None else valve.room(at)
        want = plan.recipients - progress.granted
        want = want if left.mails is None else min(want, left.mails)
        progress, answer = release(plan, progress, counts, want, at, rules)
        if answer.granted:
            grants.append((at, answer.granted))
            if valve is not None:
                valve.take(at, answer.granted)
        again = answer.check_again_at
        if left.mails == 0 and answer.state is State.RUNNING and left.again_at is not None:
            again = left.again_at
        if answer.state is State.STOPPED or again is None:
            break
        if again - started_at >= assumed.gives_up_after:
            break
        at = again
    late = sum(n for when, n in grants if when - started_at > assumed.late_after)
    stopped = progress.stopped_at is not None
    handed = float(progress.granted)
    return Sent(handed, float(late), stopped=stopped, unseen=unseen, grants=tuple(grants))


def _counts(
    grants: list[tuple[datetime, int]],
    rates: Mapping[str, float],
    at: datetime,
    assumed: Assumptions,
) -> dict[str, int]:
    """Return the events that are known by `at` of the mail handed over so far."""
    granted = sum(n for _, n in grants)
    aged = sum(n * _known_share(at - when, assumed.complaint_delay) for when, n in grants)
    counts = {
        name: round(rate * (aged if name == "complaint" else granted))
        for name, rate in rates.items()
    }
    bounced = sum(counts.get(name, 0) for name in _BOUNCES)
    return counts | {"sent": granted, "delivered": max(granted - bounced, 0)}


def _known_share(age: timedelta, mean_delay: timedelta) -> float:
    return 1.0 - math.exp(-age / mean_delay)
