"""An archive back into a store. What is there already stays; a day that comes twice counts once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import polars as pl

from features.records import Subject
from features.tiles import COUNTERS
from models.decision import Decision
from service.archive.feature_sets import load_feature_sets
from service.archive.layout import (
    DECISION_SCHEMA,
    TILE_SCHEMA,
    ArchiveStore,
    Kind,
    UnusableArchive,
    day_of,
    days_in,
    number_of,
)
from service.stores.archive_rows import GRAINS, StoredDecision
from service.stores.retention import KEPT_DAYS
from service.stores.times import to_us

# Each is one transaction, short enough for ingest to wait for.
_TILES: Final = 5_000
_DECISIONS: Final = 500
_DECISION: Final = msgspec.msgpack.Decoder(Decision)
_RAW: Final = ("entity", "grain", "slot", *COUNTERS)
Told = Callable[[str], None]


@dataclass
class Loaded:
    """What was put; the rest was there, or is older than the store keeps (`expired` tiles)."""

    tiles: int = 0
    tiles_there: int = 0
    expired: int = 0
    decisions: int = 0
    decisions_there: int = 0


def load(
    store: ArchiveStore,
    archive: Path,
    first: int | None,
    stop: int | None,
    now: datetime,
    told: Told = lambda _text: None,
) -> Loaded:
    """Put the days of an archive from `first` up to `stop` into a store.

    Tiles that the store no longer keeps at `now` are left out: no window reads them, and what was
    purged must not count again. Raises `UnusableArchive`; days before the bad one are in the store.
    """
    if not archive.is_dir():
        raise UnusableArchive(f"no archive at {archive}")
    loaded = Loaded()
    load_feature_sets(store, archive)
    for day, path in _chosen(archive, Kind.TILES, first, stop):
        told(f"tiles of {day_of(day)}")
        _load_tiles(store, day, _read(path, TILE_SCHEMA), now, loaded)
    for day, path in _chosen(archive, Kind.DECISIONS, first, stop):
        told(f"decisions of {day_of(day)}")
        _load_decisions(store, day, _read(path, DECISION_SCHEMA), loaded)
    return loaded


def _chosen(
    archive: Path, kind: Kind, first: int | None, stop: int | None
) -> Iterator[tuple[int, Path]]:
    for day, path in days_in(archive, kind):
        if (first is None or day >= first) and (stop is None or day < stop):
            yield day, path


def _read(path: Path, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    try:
        return pl.read_parquet(path, hive_partitioning=False).select(
            pl.col(name).cast(kind) for name, kind in schema.items()
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnusableArchive(f"{path} is no file of an archive: {error}") from error


def _load_tiles(
    store: ArchiveStore, day: int, frame: pl.DataFrame, now: datetime, loaded: Loaded
) -> None:
    _check_tiles(day, frame)
    today = number_of(now.date())
    kept = {g.value: today - day <= KEPT_DAYS[g] for g in GRAINS}
    fresh = frame.filter(pl.col("grain").replace_strict(kept, return_dtype=pl.Boolean))
    loaded.expired += len(frame) - len(fresh)
    own = frozenset(fresh.filter(pl.col("account") == pl.col("entity"))["entity"].to_list())
    pairs = fresh.filter(pl.col("provider").is_not_null()).select("account_id", "provider")
    store.put_senders(pairs.unique().sort("account_id", "provider").rows())
    ordered = fresh.select(_RAW).sort("entity", "grain", "slot")
    for part in ordered.iter_slices(_TILES):
        put = store.put_tiles(part.rows(), own)
        loaded.tiles += put
        loaded.tiles_there += len(part) - put


def _check_tiles(day: int, frame: pl.DataFrame) -> None:
    """Refuse what no export wrote. Raises `UnusableArchive`."""
    counts = frame.select(_RAW)
    if any(counts.null_count().row(0)):
        raise UnusableArchive(f"tiles of {day_of(day)}: a NULL")
    begins = pl.col("slot") * pl.col("grain")
    good = (
        pl.col("grain").is_in([g.value for g in GRAINS])
        & (begins.floordiv(86_400) == day)
        & pl.all_horizontal(pl.col(COUNTERS) >= 0)
    )
    if not frame.select(good.all()).item():
        raise UnusableArchive(f"tiles of {day_of(day)}: one of another day or grain, or below zero")
    if counts.select(pl.struct("entity", "grain", "slot").is_duplicated().any()).item():
        raise UnusableArchive(f"tiles of {day_of(day)}: one is there twice")


def _load_decisions(store: ArchiveStore, day: int, frame: pl.DataFrame, loaded: Loaded) -> None:
    for part in frame.iter_slices(_DECISIONS):
        rows = [_stored(day, row) for row in part.iter_rows(named=True)]
        put = store.put_decisions(rows)
        loaded.decisions += put
        loaded.decisions_there += len(rows) - put


def _stored(day: int, row: dict[str, object]) -> StoredDecision:
    """Return a decision as a store keeps it. Raises `UnusableArchive`."""
    body, vector = row["body"], row["vector"]
    try:
        decision = _DECISION.decode(body if isinstance(body, bytes) else b"")
        Subject(decision.subject.type)
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnusableArchive(f"decisions of {day_of(day)}: {error}") from error
    told = (row["decision_id"], number_of(decision.as_of.date()))
    if told != (decision.decision_id, day) or vector is None:
        raise UnusableArchive(f"decisions of {day_of(day)}: columns and body disagree")
    return StoredDecision(
        decision_id=decision.decision_id,
        subject=decision.subject.type.value,
        account_id=decision.account_id,
        as_of_us=to_us(decision.as_of),
        action=decision.action,
        body=msgspec.msgpack.encode(decision),
        vector=np.asarray(vector, dtype="<f8").tobytes(),
    )
