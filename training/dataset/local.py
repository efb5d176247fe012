"""One machine: tiles are read a range of account keys at a time, so memory has a bound.

Files that are sorted by account are read about once; Parquet's statistics tell which row groups
of the others can be passed over. The spine is read whole.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from features.catalogue import Array, Catalogue
from features.records import Subject
from features.tiles import COUNTERS, Ints
from training.dataset.columns import (
    SPINE_KEYS,
    TILE_COLUMNS,
    Plan,
    UnusableTable,
    check_tiles,
    plan_of,
)
from training.dataset.rows import (
    Spine,
    Tiles,
    account_keys,
    feature_rows,
    unknown_provider_keys,
)

CHUNK_TILES: Final = 3_000_000
_LOWEST: Final = -(2**63)
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Written:
    """What a dataset holds: rows, tiles that were read, features that nothing could fill."""

    rows: int
    tiles: int
    unknown: tuple[str, ...]


def write_dataset(
    catalogue: Catalogue,
    subject: Subject,
    tiles: Path,
    spine: Path,
    out: Path,
    *,
    chunk_tiles: int = CHUNK_TILES,
    told: Told = lambda _done, _all: None,
) -> Written:
    """Write the feature rows of a spine to the new folder `out`; it is there whole, or not at all.

    Raises `UnusableTable` for tables with other columns, `FileExistsError` when `out` is there.
    """
    if out.exists():
        raise FileExistsError(f"{out} is there already; name a new folder")
    try:
        return _write(catalogue, subject, tiles, spine, out, chunk_tiles, told)
    except pl.exceptions.PolarsError as error:
        raise UnusableTable(f"a table cannot be read: {error}") from error


def _write(
    catalogue: Catalogue,
    subject: Subject,
    tiles: Path,
    spine: Path,
    out: Path,
    chunk_tiles: int,
    told: Told,
) -> Written:
    frame, stored = read_spine(spine), open_tiles(tiles)
    plan = plan_of(catalogue, subject, frame.columns)
    count = int(stored.select(pl.len()).collect().item())
    keys = account_keys(frame["account_id"].to_list())
    part = out.with_name(f".part-{out.name}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    ranges = list(_ranges(max(1, -(-count // chunk_tiles))))
    for number, (first, last) in enumerate(ranges):
        told(number, len(ranges))
        chosen = frame.filter(pl.Series((keys >= first) & (keys <= last)))
        if len(chosen):
            rows = _chunk(catalogue, plan, stored, chosen, first, last)
            rows.write_parquet(part / f"part-{number:05d}.parquet")
    if not len(frame):
        _empty(catalogue, subject).write_parquet(part / "part-00000.parquet")
    told(len(ranges), len(ranges))
    part.rename(out)
    return Written(len(frame), count, plan.unknown_features(catalogue))


def open_tiles(path: Path) -> pl.LazyFrame:
    """Return the tiles of a file or of all Parquet files under a folder. Raises `UnusableTable`."""
    stored = pl.scan_parquet(_files(path), hive_partitioning=False)
    check_tiles(stored.collect_schema().names())
    return stored.select(TILE_COLUMNS)


def read_spine(path: Path) -> pl.DataFrame:
    """Return a spine: `at` in Unix seconds, inputs as floats. Raises `UnusableTable`."""
    frame = pl.read_parquet(_files(path), hive_partitioning=False)
    if absent := [name for name in SPINE_KEYS if name not in frame.columns]:
        raise UnusableTable(f"{path} has no column {', '.join(absent)}")
    if not isinstance(frame.schema["at"], pl.Datetime):
        raise UnusableTable(f"{path}: at is {frame.schema['at']}, but a timestamp is needed")
    if frame.select(pl.any_horizontal(pl.col(SPINE_KEYS).is_null().any())).item():
        raise UnusableTable(f"{path}: a row has no account_id or no at")
    given = [name for name in frame.columns if name not in SPINE_KEYS]
    return frame.with_columns(
        pl.col("account_id").cast(pl.String),
        _in_utc(frame.schema["at"]),
        *(pl.col(name).cast(pl.Float64).fill_null(float("nan")) for name in given),
    )


def rows_frame(
    catalogue: Catalogue, subject: Subject, spine: pl.DataFrame, rows: Array
) -> pl.DataFrame:
    """Return feature rows `(n, n_features)` with the keys of their spine."""
    return pl.concat(
        [spine.select(SPINE_KEYS), pl.DataFrame(rows, schema=list(catalogue.names(subject)))],
        how="horizontal",
    )


def _in_utc(kind: pl.DataType) -> pl.Expr:
    """Return `at` in UTC; a time without a zone is one in UTC already."""
    at = pl.col("at").dt.cast_time_unit("us")
    zoned = isinstance(kind, pl.Datetime) and kind.time_zone is not None
    return at.dt.convert_time_zone("UTC") if zoned else at.dt.replace_time_zone("UTC")


def _chunk(
    catalogue: Catalogue,
    plan: Plan,
    stored: pl.LazyFrame,
    spine: pl.DataFrame,
    first: int,
    last: int,
) -> pl.DataFrame:
    # In the order in which the kernel reads, so that it copies nothing.
    own_first = pl.col("account") != pl.col("entity")
    within = stored.filter(pl.col("account").is_between(first, last))
    tiles = within.sort(own_first, "grain", "entity", "slot").collect()
    ids = spine["account_id"].to_list()
    questions = Spine(
        account=account_keys(ids),
        at=_seconds(spine["at"]),
        inputs={name: spine[name].to_numpy() for name in plan.given},
        unknown=unknown_provider_keys(ids),
    )
    rows = feature_rows(catalogue, plan, _tiles(tiles), questions)
    return rows_frame(catalogue, plan.subject, spine, rows)


def _tiles(frame: pl.DataFrame) -> Tiles:
    keys = {name: _numbers(frame, name) for name in TILE_COLUMNS[:4]}
    counts = np.empty((len(frame), len(COUNTERS)), dtype=np.int64, order="F")
    for i, name in enumerate(COUNTERS):
        counts[:, i] = _numbers(frame, name)
    return Tiles(**keys, counts=counts)


def _numbers(frame: pl.DataFrame, name: str) -> Ints:
    if frame[name].null_count():
        raise UnusableTable(f"the tiles have NULL in {name}")
    numbers: Ints = frame[name].cast(pl.Int64).to_numpy()
    return numbers


def _seconds(at: pl.Series) -> Ints:
    seconds: Ints = at.dt.epoch("us").to_numpy() // 1_000_000
    return seconds


def _ranges(chunks: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of account keys, first and last, that hold about as many accounts each."""
    width = 2**64 // chunks
    for number in range(chunks):
        last = 2**63 - 1 if number == chunks - 1 else _LOWEST + (number + 1) * width - 1
        yield _LOWEST + number * width, last


def _empty(catalogue: Catalogue, subject: Subject) -> pl.DataFrame:
    names = dict.fromkeys(catalogue.names(subject), pl.Float64())
    return pl.DataFrame(schema={"account_id": pl.String(), "at": pl.Datetime("us", "UTC"), **names})


def _files(path: Path) -> list[Path]:
    found = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not found or not all(file.is_file() for file in found):
        raise UnusableTable(f"no Parquet file at {path}")
    return found
