"""Ingest: bytes of canonical events until they are durable, on both stores, beside its floors.

Floors, in the same run: decoding the same bytes and nothing else; and the bare driver inserting the
same rows (event hashes, recipient hashes, tiles), known beforehand, with the same durability.
PostgreSQL is `SENDWARDEN_TEST_POSTGRES`; without a server its lines are left out.
"""

import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import _databases
from features.hashing import AddressHasher
from features.records import EventType
from features.sources import canonical
from service.ingest import Ingest
from service.stores import open_store

BATCHES: Final = (100, 1_000, 10_000)
BEGIN: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
NDJSON: Final = "application/x-ndjson"
_MIX: Final = {
    EventType.SENT: 0.40,
    EventType.DELIVERED: 0.38,
    EventType.OPEN: 0.12,
    EventType.CLICK: 0.03,
    EventType.DEFERRED: 0.03,
    EventType.HARD_BOUNCE: 0.02,
    EventType.SOFT_BOUNCE: 0.01,
    EventType.UNSUBSCRIBE: 0.007,
    EventType.COMPLAINT: 0.003,
}
_BOUNCES: Final = (EventType.HARD_BOUNCE, EventType.SOFT_BOUNCE, EventType.DEFERRED)
_RUNNING_CAMPAIGNS: Final = 20
_PROVIDERS: Final = 6
_ROWS: Final = "INSERT INTO {} VALUES ({}) ON CONFLICT DO NOTHING"
_TILE: Final = (
    "INSERT INTO tiles VALUES (?, ?) ON CONFLICT (entity) DO UPDATE SET n = n + excluded.n"
)


@dataclass(frozen=True)
class Rate:
    """`cpu_us`: processor time of this process per event, which other load does not stretch."""

    events_per_s: float
    cpu_us: float


def bodies(events: int, batch: int, seed: int) -> list[bytes]:
    """Return NDJSON bodies: at any time a few campaigns run, at a few mailbox providers."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(len(_MIX), events, p=np.array(list(_MIX.values())))
    campaigns = rng.integers(0, _RUNNING_CAMPAIGNS, events) + np.arange(events) // 20_000
    providers = rng.integers(0, _PROVIDERS, events)
    names = list(_MIX)
    lines = [
        _line(f"{seed}-{i}", names[kinds[i]], int(campaigns[i]), int(providers[i]))
        for i in range(events)
    ]
    return [b"\n".join(lines[i : i + batch]) for i in range(0, events, batch)]


def _line(event_id: str, kind: EventType, campaign: int, provider: int) -> bytes:
    event = {
        "event_id": f"0102019f-{event_id}-000000",
        "type": kind.value,
        "account_id": f"acct-{campaign // 2}",
        "campaign_id": f"campaign-{campaign}",
        "occurred_at": "2026-11-23T10:00:00Z",
        "recipient": f"someone.{event_id}@example.org",
        "mailbox_provider": f"provider-{provider}",
        "sending_ip": f"192.0.2.{campaign % 4}",
    }
    if kind in _BOUNCES:
        event["diagnostic"] = f"smtp; 550 5.1.1 <someone.{event_id}@example.org> user unknown"
    return msgspec.json.encode(event)


@contextmanager
def _timed(events: int) -> Iterator[list[Rate]]:
    """Append the rate of what runs inside."""
    rates: list[Rate] = []
    cpu, started = _cpu_s(), time.perf_counter()
    yield rates
    wall, used = time.perf_counter() - started, _cpu_s() - cpu
    rates.append(Rate(events / wall, 1e6 * used / events))


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ingest_rate(url: str, batches: list[bytes], events: int) -> Rate:
    """Return the rate from bytes to durable counts, one client that waits for each answer."""
    store = open_store(url)
    store.migrate()
    ingest = Ingest(store, AddressHasher(b"k" * 32))
    ingest(canonical.parse(bodies(100, 100, seed=1)[0], NDJSON).events, BEGIN)
    with _timed(events) as rates:
        for i, body in enumerate(batches):
            ingest(canonical.parse(body, NDJSON).events, BEGIN + timedelta(seconds=i))
    store.close()
    return rates[0]


def parse_rate(batches: list[bytes], events: int) -> Rate:
    """Return the rate of decoding alone."""
    with _timed(events) as rates:
        for body in batches:
            canonical.parse(body, NDJSON)
    return rates[0]


def sqlite_floor(path: Path, batches: list[bytes], events: int) -> Rate:
    """Return the rate of `executemany` of the rows that ingest writes, one commit a batch."""
    rows = [_rows_of(body) for body in batches]
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE seen (hash INTEGER PRIMARY KEY, day) WITHOUT ROWID")
    connection.execute("CREATE TABLE flags (hash INTEGER PRIMARY KEY, flags) WITHOUT ROWID")
    connection.execute("CREATE TABLE tiles (entity INTEGER PRIMARY KEY, n) WITHOUT ROWID")
    with _timed(events) as rates:
        for seen, flags, tiles in rows:
            connection.execute("BEGIN")
            connection.executemany(_ROWS.format("seen", "?, ?"), seen)
            connection.executemany(_ROWS.format("flags", "?, ?"), flags)
            connection.executemany(_TILE, tiles)
            connection.execute("COMMIT")
    connection.close()
    return rates[0]


def _rows_of(body: bytes) -> tuple[list[tuple[int, int]], ...]:
    """Return rows as many and as random as those of the body: seen, flags, tiles."""
    count = body.count(b"\n") + 1
    rng = np.random.default_rng(abs(hash(body)))
    flagged = sum(body.count(b'"%s"' % kind.encode()) for kind in ("sent", "hard_bounce"))
    sizes = (count, flagged)
    seen, flags = (np.sort(rng.integers(-(2**63), 2**63 - 1, n)).tolist() for n in sizes)
    tiles = min(count * 8, 14 * _RUNNING_CAMPAIGNS)
    return [(h, 1) for h in seen], [(h, 16) for h in flags], [(t, 1) for t in range(tiles)]


def run(quick: bool) -> None:
    """Print events/s and processor time per event."""
    events = 20_000 if quick else 200_000
    table = Table("what", *(f"{batch:,} a batch" for batch in BATCHES), title="events/s (CPU us)")
    lines: dict[str, list[Rate]] = {}
    for batch in BATCHES:
        # Every batch of 100 waits for its own fsync: fewer events say as much.
        count = max(batch * 20, events // 10 if batch == 100 else events)
        batches = bodies(count, batch, seed=7)
        for name, rate in _rates(batches, count):
            lines.setdefault(name, []).append(rate)
    for name, rates in lines.items():
        table.add_row(name, *(f"{r.events_per_s:,.0f} ({r.cpu_us:.1f})" for r in rates))
    Console().print(table)


def _rates(batches: list[bytes], count: int) -> Iterable[tuple[str, Rate]]:
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", ingest_rate(f"sqlite:///{folder}/store.db", batches, count)
        yield "floor: decode alone", parse_rate(batches, count)
        yield "floor: SQLite, bare rows", sqlite_floor(Path(folder) / "floor.db", batches, count)
    with _databases.postgres() as url:
        if url is not None:
            yield "PostgreSQL", ingest_rate(url, batches, count)
