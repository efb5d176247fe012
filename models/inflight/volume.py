"""What an account may still hand over this hour and today, all its campaigns of a lane together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from models.earned import (
    Earning,
    TrackRecord,
    bad_sign,
    fallen,
    first_allowance,
    next_allowance,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What an account was granted in a lane. `day` and `hour` count from 1970 in UTC.

    `allowance` is the day's earned volume, None before it was worked out; `slowed`: a bad sign
    has cut it today.
    """

    day: int = -1
    today: int = 0
    hour: int = -1
    this_hour: int = 0
    allowance: int | None = None
    slowed: bool = False


@dataclass(frozen=True)
class Caps:
    """Mails that an hour and a day take; None: nothing limits them. `shared_with` other accounts."""

    per_hour: int | None = None
    per_day: int | None = None
    allowance: int | None = None
    shared_with: int = 0


@dataclass(frozen=True)
class Room:
    """How many mails may go at once, None without a limit; with none left, when there is more."""

    mails: int | None
    again_at: datetime | None = None


def rolled(sent: Sent, at: datetime) -> Sent:
    """Return the counts as of `at`: a new hour or day begins at nothing."""
    day, hour = _day(at), _hour(at)
    if hour == sent.hour:
        return sent
    today = sent.today if day == sent.day else 0
    slowed = sent.slowed and day == sent.day
    return msgspec.structs.replace(
        sent, day=day, today=today, hour=hour, this_hour=0, slowed=slowed
    )


def earned(sent: Sent, before: Sent, record: TrackRecord, rules: Earning) -> Sent:
    """Return the counts with the day's allowance; `before` are those that `sent` was rolled from.

    Once worked out, an allowance stays until the day ends, but for the first bad sign in it.
    """
    bad = bad_sign(record, rules)
    if before.allowance is None:
        allowance = first_allowance(record, rules)
        return msgspec.structs.replace(sent, allowance=allowance, slowed=bad)
    if sent.day == before.day:
        if not bad or sent.slowed:
            return sent
        return msgspec.structs.replace(sent, allowance=fallen(before.allowance, rules), slowed=True)
    allowance = (
        fallen(before.allowance, rules) if bad else next_allowance(before.allowance, record, rules)
    )
    return msgspec.structs.replace(sent, allowance=allowance, slowed=bad)


def room(sent: Sent, others: Sequence[Sent], caps: Caps, at: datetime) -> Room:
    """Return what is left; `others` are the accounts that share the allowance."""
    shared = sent.today + sum(other.today for other in others if other.day == sent.day)
    hour = [] if caps.per_hour is None else [caps.per_hour - sent.this_hour]
    day = [] if caps.per_day is None else [caps.per_day - sent.today]
    day += [] if caps.allowance is None else [caps.allowance - shared]
    if not hour and not day:
        return Room(None)
    left = max(min([*hour, *day]), 0)
    if left:
        return Room(left)
    spent = min(day, default=1) <= 0
    return Room(0, _next(at, DAY) if spent else _next(at, HOUR))


def taken(sent: Sent, mails: int) -> Sent:
    """Return the counts after `mails` were granted."""
    return msgspec.structs.replace(sent, today=sent.today + mails, this_hour=sent.this_hour + mails)


def _day(at: datetime) -> int:
    return int(at.timestamp() // 86_400)


def _hour(at: datetime) -> int:
    return int(at.timestamp() // 3_600)


def _next(at: datetime, step: timedelta) -> datetime:
    """Return the next full hour or day of UTC."""
    seconds = step.total_seconds()
    return datetime.fromtimestamp((at.timestamp() // seconds + 1) * seconds, UTC)
