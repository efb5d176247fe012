"""What comes from each event source, how it lets itself in, and whether it has fallen silent."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from msgspec.structs import replace

import features.sources
from features.discovery import discover
from features.sources.source import Source
from features.windows import Grain
from service.scrub import scrub
from service.stores.contract import EndpointState, SourceCount, SourceDay, SourceLast, Store
from service.webhooks.doorkeeper import SIGNATURES, Doorkeeper

DAYS: Final = 7
# Silent: so many events would have come meanwhile by the mean of the days before, and so long.
EXPECTED: Final = 20.0
QUIET_AT_LEAST: Final = timedelta(hours=12)
_KEPT_DAYS: Final = 90
_REFUSALS_EVERY: Final = timedelta(seconds=5)


@dataclass(frozen=True)
class SourceView:
    """One source. `days` are its new events by day (UTC), today the last; `week` are its counts of 7 days.

    `signature` is `required` (nothing unsigned comes in without a key), `possible` (the vendor signs,
    its secret is not set) or `none`. `expected` are the events that its silence should have brought.
    """

    source: Source
    signature: str
    last: SourceLast
    days: tuple[int, ...]
    week: SourceCount
    expected: float
    silent: bool

    @property
    def heard(self) -> bool:
        """Whether it ever told anything, as far as that is kept."""
        return self.last.last_at is not None


@dataclass(frozen=True)
class SourcesView:
    """All sources, the silent first, then the busiest; and those who are told of changes."""

    sources: tuple[SourceView, ...]
    receivers: tuple[EndpointState, ...]


@cache
def sources() -> dict[str, Source]:
    """Return the event sources by name."""
    return {source.name: source for source in discover(features.sources, Source)}


def view_sources(store: Store, doorkeeper: Doorkeeper, at: datetime) -> SourcesView:
    """Return what the store knows of every source and receiver."""
    today = _day(at)
    with store.snapshot():
        days = store.source_days(today - _KEPT_DAYS)
        last = {one.source: one for one in store.source_last()}
        receivers = store.endpoint_states()
    by_source: dict[str, list[SourceDay]] = {name: [] for name in sources()}
    for day in days:
        by_source.setdefault(day.count.source, []).append(day)
    views = [
        _view(source, last.get(name, SourceLast(source=name)), by_source[name], doorkeeper, at)
        for name, source in sources().items()
    ]
    order = sorted(views, key=lambda v: (not v.silent, not v.heard, -v.week.taken, v.source.name))
    return SourcesView(tuple(order), receivers)


def _view(
    source: Source, last: SourceLast, days: list[SourceDay], doorkeeper: Doorkeeper, at: datetime
) -> SourceView:
    today = _day(at)
    taken = {day.day: day.count.taken for day in days}
    expected = _expected(last, days, at)
    quiet = at - last.last_at if last.last_at is not None else timedelta(0)
    return SourceView(
        source=source,
        signature=_signature(source.name, doorkeeper),
        last=last,
        days=tuple(taken.get(day, 0) for day in range(today - DAYS + 1, today + 1)),
        week=_sum(source.name, [day.count for day in days if day.day > today - DAYS]),
        expected=expected,
        silent=quiet >= QUIET_AT_LEAST and expected >= EXPECTED,
    )


def _expected(last: SourceLast, days: list[SourceDay], at: datetime) -> float:
    """Return how many events the silence since the last one should have brought.

    By the mean of the 7 days that ended with it, or of as many as it has been heard of.
    """
    if last.last_at is None or last.first_day is None:
        return 0.0
    until = _day(last.last_at)
    since = max(until - DAYS + 1, last.first_day)
    taken = sum(day.count.taken for day in days if since <= day.day <= until)
    return taken / (until - since + 1) * (at - last.last_at) / timedelta(days=1)


def _sum(name: str, counts: list[SourceCount]) -> SourceCount:
    total = SourceCount(source=name)
    for field in SourceCount.__struct_fields__:
        if field not in ("source", "fault"):
            total = replace(total, **{field: sum(getattr(one, field) for one in counts)})
    return total


def _signature(name: str, doorkeeper: Doorkeeper) -> str:
    if doorkeeper.knows(name):
        return "required"
    return "possible" if name in SIGNATURES else "none"


def _day(at: datetime) -> int:
    return Grain.DAY.slot(int(at.timestamp()))


class Refusals:
    """Counts webhooks that were refused, without a write for each: anybody can send them.

    The first of some seconds is stored with all that came since the one before.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._pending: dict[str, tuple[SourceCount, datetime]] = {}
        self._stored_at: dict[str, datetime] = {}

    def __call__(self, source: str, error: str, at: datetime) -> None:
        """Count a refused payload of a source that is known."""
        with self._lock:
            count, _ = self._pending.get(source, (SourceCount(source=source), at))
            count = replace(count, refused=count.refused + 1, fault=scrub(error[:300]))
            self._pending[source] = count, at
            stored_at = self._stored_at.get(source)
            if stored_at is not None and timedelta(0) <= at - stored_at < _REFUSALS_EVERY:
                return
            self._stored_at[source] = at
            del self._pending[source]
        self._store.count_source(count, at)

    def flush(self) -> None:
        """Store what waits: before it is looked at, and when the server ends."""
        with self._lock:
            waiting, self._pending = self._pending, {}
        for count, at in waiting.values():
            self._store.count_source(count, at)
