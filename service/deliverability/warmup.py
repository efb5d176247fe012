"""Where the warm-ups of sending IPs stand, from the day tiles of each IP and provider."""

from dataclasses import dataclass
from datetime import UTC, datetime

from features.deliverability import tally_of
from features.records import EventType
from features.tiles import ip_provider_key
from features.windows import Grain
from models.warmup import Day, Standing, ladder, standing
from service.deliverability.counts import hours_ago
from service.stores.contract import ActiveKind, Store, WarmUp


@dataclass(frozen=True)
class WarmUpStatus:
    """A warm-up and what it allows today (UTC)."""

    warm_up: WarmUp
    steps: tuple[int, ...]
    standing: Standing


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
        found[slot] = Day(
            tally.handed, tally.count(EventType.DELIVERED), tally.count(EventType.DEFERRED)
        )
    none = Day(0, 0, 0)
    steps = ladder(warm_up.target_per_day, warm_up.stages, warm_up.first_per_day)
    days = [found.get(slot, none) for slot in range(first, today)]
    return WarmUpStatus(warm_up, steps, standing(steps, days, found.get(today, none)))


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
