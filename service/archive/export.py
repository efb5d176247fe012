"""Closed days out of a store: one pass over its tiles for up to a month of days, decisions by day.

A day that is in the archive is not read again, so an export that was cut off goes on where it was.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import polars as pl

from features.tiles import COUNTERS, account_key, account_provider_key
from models.decision import Decision
from service.archive.feature_sets import write_feature_sets
from service.archive.layout import (
    DECISION_SCHEMA,
    TILE_SCHEMA,
    ArchiveStore,
    Kind,
    UnusableArchive,
    day_of,
    file_of,
    open_day,
    write_whole,
)
from service.stores.archive_rows import StoredDecision
from service.stores.times import from_us

_PAGE: Final = 50_000
_DECISIONS_A_PAGE: Final = 2_000
# Tiles held in memory before they go to files of their day; 1 M are about 130 MB.
_HELD: Final = 2_000_000
_DAYS_A_PASS: Final = 31
_SECONDS_A_DAY: Final = 86_400
_DECISION: Final = msgspec.msgpack.Decoder(Decision)
_RAW: Final = ("entity", "grain", "slot", *COUNTERS)
_Owned = tuple[int, int, str, str | None]
Told = Callable[[str], None]


@dataclass(frozen=True)
class Exported:
    """What was written; `skipped` days of tiles and of decisions were in the archive already."""

    tiles: int = 0
    decisions: int = 0
    days: int = 0
    skipped: int = 0


def export(
    store: ArchiveStore,
    archive: Path,
    first: int | None,
    stop: int | None,
    now: datetime,
    told: Told = lambda _text: None,
) -> Exported:
    """Write the days from `first` (the store's first) up to `stop` (the open one) to an archive.

    Days are numbered since 1970. Raises `UnusableArchive` for a day that is not closed at `now`.
    """
    begin = store.first_day() if first is None else first
    end = open_day(now) if stop is None else stop
    if end > open_day(now):
        raise UnusableArchive(f"{day_of(open_day(now))} is not closed yet: export days before it")
    days = range(end if begin is None else begin, end)
    missing = {kind: [d for d in days if not file_of(archive, kind, d).exists()] for kind in Kind}
    tiles = 0
    for chunk in _passes(missing[Kind.TILES]):
        told(f"tiles of {day_of(chunk[0])} to {day_of(chunk[-1])}")
        tiles += _export_tiles(store, archive, chunk)
    decisions = 0
    for day in missing[Kind.DECISIONS]:
        told(f"decisions of {day_of(day)}")
        decisions += _export_decisions(store, archive, day)
    written = set(missing[Kind.TILES]) | set(missing[Kind.DECISIONS])
    return Exported(tiles, decisions, len(written), len(days) - len(written))


def _passes(days: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(days), _DAYS_A_PASS):
        yield days[start : start + _DAYS_A_PASS]


def _export_tiles(store: ArchiveStore, archive: Path, days: list[int]) -> int:
    owners, count = senders(store), 0
    archive.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".spill-", dir=archive) as folder:
        sorter = _Sorter(Path(folder))
        for frame in tile_frames(store, range(days[0], days[-1] + 1)):
            sorter.add(frame)
        for day in days:
            owned = with_owners(sorter.of(day), owners)
            write_whole(owned, file_of(archive, Kind.TILES, day))
            count += len(owned)
    return count


def tile_frames(store: ArchiveStore, days: range, page: int = _PAGE) -> Iterator[pl.DataFrame]:
    """Yield the tiles of some days, page by page: entity, grain, slot and counts."""
    after = None
    while rows := store.tile_page(days, after, page):
        table = np.array(rows, dtype=np.int64)
        yield pl.DataFrame({name: table[:, i] for i, name in enumerate(_RAW)})
        after = (rows[-1][0], rows[-1][1], rows[-1][2])


def senders(store: ArchiveStore, page: int = _PAGE) -> pl.DataFrame:
    """Return whose an entity is: entity, account, account_id and provider (NULL: the account's own)."""
    schema = {name: TILE_SCHEMA[name] for name in ("entity", "account", "account_id", "provider")}
    frames, own, after = [pl.DataFrame(schema=schema)], "", None
    while pairs := store.sender_page(after, page):
        rows: list[_Owned] = []
        for account_id, provider in pairs:
            account = account_key(account_id)
            if account_id != own:
                own = account_id
                rows.append((account, account, account_id, None))
            rows.append((account_provider_key(account_id, provider), account, account_id, provider))
        frames.append(pl.DataFrame(rows, schema=schema, orient="row"))
        after = pairs[-1]
    return pl.concat(frames)


def with_owners(tiles: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Return tiles with their owners in the order in which accounts are read.

    Tiles of campaigns, IPs and whole providers have no account: no account's row reads them.
    """
    joined = tiles.join(owners, on="entity", how="left").select(*TILE_SCHEMA)
    return joined.sort("account", "entity", "grain", "slot", nulls_last=True)


class _Sorter:
    """Sorts tiles into days; what is too much for memory waits in files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[pl.DataFrame] = []
        self._rows = self._spills = 0

    def add(self, frame: pl.DataFrame) -> None:
        day = (pl.col("slot") * pl.col("grain")).floordiv(_SECONDS_A_DAY)
        self._held.append(frame.with_columns(day=day))
        self._rows += len(frame)
        if self._rows >= _HELD:
            self._spill()

    def _spill(self) -> None:
        for (day,), frame in pl.concat(self._held).partition_by("day", as_dict=True).items():
            frame.write_parquet(self._folder / f"{day}-{self._spills}.parquet")
        self._held, self._rows, self._spills = [], 0, self._spills + 1

    def of(self, day: int) -> pl.DataFrame:
        """Return the tiles of a day."""
        spilled = [pl.read_parquet(path) for path in sorted(self._folder.glob(f"{day}-*.parquet"))]
        held = [frame.filter(day=day) for frame in self._held]
        empty = pl.DataFrame(schema={name: TILE_SCHEMA[name] for name in _RAW})
        return pl.concat([empty, *(frame.drop("day") for frame in (*spilled, *held))])


def _export_decisions(store: ArchiveStore, archive: Path, day: int) -> int:
    frames = [pl.DataFrame(schema=DECISION_SCHEMA)]
    after = None
    while page := store.decision_page(day, after, _DECISIONS_A_PAGE):
        frames.append(decision_frame(page))
        after = (page[-1].as_of_us, page[-1].decision_id)
    whole = pl.concat(frames)
    write_feature_sets(store, archive, whole["feature_set"].unique().sort())
    write_whole(whole, file_of(archive, Kind.DECISIONS, day))
    return len(whole)


def decision_frame(stored: tuple[StoredDecision, ...]) -> pl.DataFrame:
    """Return decisions as columns; `body` is the decision whole, as the store has it."""
    read = [_DECISION.decode(row.body) for row in stored]
    return pl.DataFrame(
        {
            "decision_id": [row.decision_id for row in stored],
            "as_of": [from_us(row.as_of_us) for row in stored],
            "account_id": [row.account_id for row in stored],
            "subject": [row.subject for row in stored],
            "subject_id": [decision.subject.id for decision in read],
            "action": [row.action for row in stored],
            **{
                name: [getattr(decision, name) for decision in read]
                for name in list(DECISION_SCHEMA)[6:13]
            },
            "vector": [np.frombuffer(row.vector, dtype="<f8") for row in stored],
            "body": [row.body for row in stored],
        },
        schema=DECISION_SCHEMA,
    )
