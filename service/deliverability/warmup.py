"""Where the warm-ups of sending IPs stand, from the day tiles of each IP and provider."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from features.deliverability import tally_of
from features.records import EventType
from features.tiles import ip_provider_key
from features.windows import Grain
from models.warmup import Day, Standing, Step, ladder, replay, standing
from service.deliverability.counts import hours_ago
from service.stores.contract import ActiveKind, Store, WarmUp

# Days that are told one by one; the plan itself is replayed from its first day.
DAYS_TOLD: Final = 60
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class WarmUpDay:
    """One day (UTC): what the plan allowed, the mail, what it did to the plan. `step` None: it is not over."""

    day: date
    allowance: int
    mail: Day
    step: Step | None


@dataclass(frozen=True)
class WarmUpStatus:
    """A warm-up and what it allows today (UTC). `days` are the newest, today the last."""

    warm_up: WarmUp
    steps: tuple[int, ...]
    standing: Standing
    days: tuple[WarmUpDay, ...] = ()


def statuses(store: Store, at: datetime, ip: str | None = None) -> list[WarmUpStatus]:
    """Return the warm-ups of all IPs, or of one."""
    with store.snapshot():
        return [status_of(store, warm_up, at) for warm_up in store.warm_ups(ip)]


def status_of(store: Store, warm_up: WarmUp, at: datetime) -> WarmUpStatus:
    """Return where a warm-up stands. The day it was started on is its first."""
    first, today = _day(warm_up.started_at), _day(at)
    key = ip_provider_key(warm_up.ip, warm_up.provider)
    rows = store.tiles([key], Grain.DAY, first, max(today, first))
    found = {}
    for slot, counts in zip(rows.slots.tolist(), rows.counts, strict=True):
        tally = tally_of({warm_up.provider: counts})
        found[slot] = (
            tally.handed, tally.count(EventType.DELIVERED), tally.count(EventType.DEFERRED),
        )  # fmt: skip
    held = _held_days(warm_up, today)
    days = [
        Day(*found.get(slot, (0, 0, 0)), held=slot in held)
        for slot in range(first, max(today, first) + 1)
    ]
    steps = ladder(warm_up.target_per_day, warm_up.stages, warm_up.first_per_day)
    now = standing(steps, days[:-1], days[-1])
    return WarmUpStatus(warm_up, steps, now, _told(steps, days, first))


def _told(steps: tuple[int, ...], days: list[Day], first: int) -> tuple[WarmUpDay, ...]:
    """Return the newest days with the allowance that each had."""
    stages, did = replay(steps, days[:-1])
    told = [
        WarmUpDay(_EPOCH + timedelta(days=first + n), steps[stages[n]], day, step)
        for n, (day, step) in enumerate(zip(days, [*did, None], strict=True))
    ]
    return tuple(told[-DAYS_TOLD:])


def _held_days(warm_up: WarmUp, today: int) -> set[int]:
    """Return the day slots on which the plan was held."""
    ranges = [((a - _EPOCH).days, (b - _EPOCH).days) for a, b in warm_up.holds]
    if warm_up.held_since is not None:
        ranges.append((_day(warm_up.held_since), today + 1))
    return {slot for a, b in ranges for slot in range(a, b)}


def room_for(store: Store, account_id: str, at: datetime) -> int | None:
    """Return how many mails the warm-ups of an account's IPs leave today.

    None: nothing limits it, because it sent from an IP without a warm-up in 7 days, or from none.
    """
    warming = store.warm_ups()
    if not warming:
        return None
    pairs = store.active(ActiveKind.ACCOUNT_IP, hours_ago(at, 7), subject=account_id)
    ips = {pair.part for pair in pairs}
    if not ips or ips - {made.ip for made in warming}:
        return None
    return sum(status_of(store, made, at).standing.left for made in warming if made.ip in ips)


def _day(at: datetime) -> int:
    return Grain.DAY.slot(int(at.astimezone(UTC).timestamp()))
