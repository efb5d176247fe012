"""What tiles and decisions weigh in a store and in an archive, and how fast they go out and come back.

A small ESP of three days: accounts that send in a few hours of a day, each to several mailbox
providers; every campaign and account is decided on with the shipped model. Simulated.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from features.records import Account, Event, EventType
from sendwarden.compose import build_warden, open_sql_store
from sendwarden.settings import Settings, load_settings
from service.archive.export import export
from service.archive.load import load
from service.stores.archive_rows import GRAINS
from service.stores.sql import SqlStore

DAYS: Final = 3
BEGIN: Final = datetime(2026, 11, 20, tzinfo=UTC)
NOW: Final = BEGIN + timedelta(days=DAYS, hours=1)
PROVIDERS: Final = ("gmail", "outlook", "yahoo", "icloud", "gmx", "web.de", "qq", "unknown")
_KINDS: Final = (EventType.SENT, EventType.DELIVERED, EventType.OPEN, EventType.HARD_BOUNCE)
_ODDS: Final = (0.45, 0.43, 0.1, 0.02)
_BUSY_HOURS: Final = 6


@dataclass(frozen=True)
class Grown:
    """What an installation took in, and how its database grew by it."""

    events: int
    decisions: int
    decisions_bytes: int


def run(quick: bool) -> None:
    """Print bytes and rates."""
    accounts, events = (40, 60_000) if quick else (400, 1_200_000)
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(home=Path(folder) / "home")
        grown = _fill(settings, accounts, events)
        _print(Path(folder), settings, grown)


def _fill(settings: Settings, accounts: int, events: int) -> Grown:
    warden = build_warden(settings, store_url=_url(settings))
    rng = np.random.default_rng(3)
    ids = [f"account-{i}" for i in range(accounts)]
    for account_id in ids:
        warden.put_account(Account(account_id=account_id, created_at=BEGIN), BEGIN)
    taken = 0
    for at, batch in _batches(ids, events, rng):
        taken += warden.ingest(batch, at).accepted
    with_tiles = _size(settings)
    decided = 0
    for day in range(DAYS):
        for account_id in ids:
            warden.score_account(account_id, BEGIN + timedelta(days=day, hours=12))
            decided += 1
    warden.close()
    return Grown(taken, decided, _size(settings) - with_tiles)


def _batches(
    ids: list[str], events: int, rng: np.random.Generator
) -> Iterator[tuple[datetime, list[Event]]]:
    """Yield what arrives, a batch every five minutes."""
    starts = rng.integers(0, 24 - _BUSY_HOURS, len(ids))
    slots = DAYS * 288
    each = events // slots
    weights = rng.pareto(1.2, len(ids)) + 0.1
    for slot in range(slots):
        at = BEGIN + timedelta(minutes=5 * slot, seconds=1)
        awake = np.flatnonzero((starts <= at.hour) & (at.hour < starts + _BUSY_HOURS))
        if len(awake):
            odds = weights[awake] / weights[awake].sum()
            senders = rng.choice(awake, each, p=odds)
            yield at, [_event(ids[who], f"{slot}-{i}", at, rng) for i, who in enumerate(senders)]


def _event(account_id: str, event_id: str, at: datetime, rng: np.random.Generator) -> Event:
    return Event(
        event_id=event_id,
        type=rng.choice(_KINDS, p=_ODDS),
        account_id=account_id,
        campaign_id=f"{account_id}-{at.day}",
        mailbox_provider=PROVIDERS[int(rng.integers(len(PROVIDERS)))],
        sending_ip=f"192.0.2.{len(event_id) % 8}",
        occurred_at=at,
    )


def _url(settings: Settings) -> str:
    return f"{settings.store_url}?synchronous=off"


def _size(settings: Settings) -> int:
    """Return the bytes that the database uses, its log folded in."""
    store = open_sql_store(settings, _url(settings))
    store.read(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())
    store.close()
    return (settings.home / "sendwarden.db").stat().st_size


def _print(folder: Path, settings: Settings, grown: Grown) -> None:
    source = open_sql_store(settings, _url(settings))
    started = time.perf_counter()
    done = export(source, folder / "archive", None, None, NOW)
    export_s = time.perf_counter() - started
    stored = source.count_rows("tiles")
    pages = _pages(source)
    source.close()
    other = load_settings(home=folder / "other")
    target = open_sql_store(other, _url(other))
    started = time.perf_counter()
    back = load(target, folder / "archive", None, None, NOW)
    import_s = time.perf_counter() - started
    target.close()
    table = Table("what", "figure")
    rows: list[tuple[str, str]] = [
        ("events", f"{grown.events:,}"),
        ("tiles in the store", f"{stored:,}"),
        ("tiles of closed days exported", f"{done.tiles:,}"),
        ("closed tiles an account and day", f"{done.tiles / grown.decisions:.0f}"),
        *_by_grain(folder, grown.decisions),
        ("events a closed tile", f"{grown.events / done.tiles:.1f}"),
        ("bytes a tile, SQLite", f"{pages['tiles'] / stored:.0f}"),
        ("bytes a tile, archive", f"{_weight(folder, 'tiles') / done.tiles:.1f}"),
        ("bytes an event, SQLite: its hash", f"{pages['seen'] / grown.events:.0f}"),
        ("decisions", f"{done.decisions:,}"),
        (
            "bytes a decision, SQLite with indexes",
            f"{grown.decisions_bytes / grown.decisions:,.0f}",
        ),
        ("bytes a decision, archive", f"{_weight(folder, 'decisions') / done.decisions:,.0f}"),
        ("exported rows a second", f"{(done.tiles + done.decisions) / export_s:,.0f}"),
        ("imported rows a second", f"{(back.tiles + back.decisions) / import_s:,.0f}"),
    ]
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _by_grain(folder: Path, account_days: int) -> list[tuple[str, str]]:
    """Return how many tiles of each grain an account has a day."""
    tiles = pl.scan_parquet(folder / "archive" / "tiles" / "**" / "*.parquet")
    counts = dict(tiles.group_by("grain").len().collect().rows())
    return [
        (
            f"  of {grain.name.lower().replace('_', ' ')}",
            f"{counts[grain.value] / account_days:.0f}",
        )
        for grain in GRAINS
    ]


def _weight(folder: Path, kind: str) -> int:
    return sum(path.stat().st_size for path in (folder / "archive" / kind).rglob("*.parquet"))


def _pages(store: SqlStore) -> dict[str, int]:
    """Return the bytes of each table's own pages."""
    sql = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name"
    return dict(store.read(lambda c: [tuple(row) for row in c.exec_driver_sql(sql)]))
