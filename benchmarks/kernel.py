"""The window kernel: many rows at once beside a DuckDB range join, and one account at a time."""

import resource
import time
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from features.tiles import COUNTERS, Ints, TileRows, window_sums
from features.windows import WINDOWS, Grain

SHARES: Final = {Grain.FIVE_MINUTES: 0.75, Grain.HOUR: 0.21, Grain.DAY: 0.04}
TILES_PER_ACCOUNT: Final = 2_500
# What a store reads for one busy account: a full hour, a full week and a day, and 90 days.
READ_FOR_ONE: Final = {Grain.FIVE_MINUTES: 24, Grain.HOUR: 192, Grain.DAY: 91}
DAYS: Final = 100
BEGIN: Final = 1_700_006_400

Tiles = dict[Grain, TileRows]


def make_tiles(total: int, rng: np.random.Generator) -> Tiles:
    """Return `total` tiles over three grains, of accounts with random 64-bit keys."""
    accounts = max(total // TILES_PER_ACCOUNT, 1)
    keys = np.sort(rng.integers(-(2**63), 2**63 - 1, accounts))
    return {
        grain: make_rows(keys, max(int(TILES_PER_ACCOUNT * share), 1), grain, rng)
        for grain, share in SHARES.items()
    }


def make_rows(keys: Ints, each: int, grain: Grain, rng: np.random.Generator) -> TileRows:
    """Return `each` tiles of one grain for every account, at distinct random slots."""
    span = DAYS * 86_400 // grain.value
    step = span // each
    offsets = np.arange(each) * step + rng.integers(0, step, (len(keys), each))
    counts = np.empty((len(keys) * each, len(COUNTERS)), dtype=np.int64)
    for counter in counts.T:
        counter[:] = rng.integers(0, 50, len(counter), dtype=np.uint8)
    return TileRows(np.repeat(keys, each), BEGIN // grain.value + offsets.ravel(), counts)


def make_questions(tiles: Tiles, rows: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the accounts and window ends of `rows` rows, in random order."""
    keys = np.unique(tiles[Grain.DAY].entities)
    ends = BEGIN + rng.integers(90 * 288, DAYS * 288, rows) * 300
    return rng.choice(keys, rows), ends


def timed_kernel(tiles: Tiles, entities: Ints, ends: Ints) -> tuple[float, Ints]:
    """Return the seconds that the kernel took, and its sums."""
    started = time.perf_counter()
    sums = window_sums(tiles, entities, ends)
    return time.perf_counter() - started, sums


def timed_range_join(tiles: Tiles, entities: Ints, ends: Ints) -> tuple[float, Ints]:
    """Return the seconds of the same sums as a range join in DuckDB on two threads, and the sums."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.register("tiles_in", _tile_table(tiles))
        connection.register("spans_in", _span_table(entities, ends))
        connection.execute(
            "CREATE TABLE tiles AS FROM tiles_in; CREATE TABLE spans AS FROM spans_in"
        )
        started = time.perf_counter()
        answer = connection.execute(_RANGE_JOIN).fetchnumpy()
        seconds = time.perf_counter() - started
    sums = np.zeros((len(ends), len(WINDOWS), len(COUNTERS)), dtype=np.int64)
    columns = np.stack([np.asarray(answer[name]) for name in COUNTERS], axis=1)
    sums[answer["row"], answer["window_index"]] = columns
    return seconds, sums


_SUMS: Final = ", ".join(f'sum("{name}") AS "{name}"' for name in COUNTERS)
_RANGE_JOIN: Final = f"""
    SELECT "row", window_index, {_SUMS}
    FROM spans JOIN tiles
      ON spans.entity = tiles.entity AND spans.grain = tiles.grain
     AND tiles.slot >= spans.start AND tiles.slot < spans.stop
    GROUP BY ALL
"""


def _tile_table(tiles: Tiles) -> pa.Table:
    parts = []
    for grain, rows in tiles.items():
        columns = {"entity": rows.entities, "slot": rows.slots}
        columns |= {name: rows.counts[:, i] for i, name in enumerate(COUNTERS)}
        columns["grain"] = np.full(len(rows.slots), grain.value, dtype=np.int64)
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def _span_table(entities: Ints, ends: Ints) -> pa.Table:
    """Return one line for each row, window and grain that the window reads."""
    parts = []
    for index, window in enumerate(WINDOWS):
        start = (ends - window.seconds) // window.grain * window.grain
        for grain in (g for g in (Grain.DAY, Grain.HOUR, Grain.FIVE_MINUTES) if g <= window.grain):
            stop = ends // grain * grain
            columns = {"row": np.arange(len(ends)), "entity": entities}
            columns |= {"window_index": np.full(len(ends), index)}
            columns |= {"grain": np.full(len(ends), grain.value, dtype=np.int64)}
            columns |= {"start": start // grain, "stop": stop // grain}
            parts.append(pa.table(columns))
            start = stop
    return pa.concat_tables(parts)


def microseconds_for_one(rng: np.random.Generator, times: int = 2_000) -> float:
    """Return the kernel's median time for one busy account whose tiles have been fetched."""
    key, end = rng.integers(-(2**63), 2**63 - 1, 1), np.array([BEGIN + 90 * 86_400])
    tiles = {grain: _last_tiles(key, end[0] // grain, n) for grain, n in READ_FOR_ONE.items()}
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        window_sums(tiles, key, end)
        taken.append(time.perf_counter() - started)
    return float(np.median(taken)) * 1e6


def _last_tiles(key: Ints, stop: int, count: int) -> TileRows:
    slots = np.arange(stop - count, stop)
    return TileRows(np.repeat(key, count), slots, np.ones((count, len(COUNTERS)), dtype=np.int64))


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def run(quick: bool) -> None:
    """Print seconds and peak memory, the range join beside it on smaller data, and one account."""
    rng = np.random.default_rng(7)
    table = Table("what", "tiles", "rows", "seconds", "peak GB, tiles included")
    total, asked = (2_000_000, 20_000) if quick else (50_000_000, 200_000)
    _kernel_line(table, total, asked, rng)
    smaller, fewer = (200_000, 2_000) if quick else (2_000_000, 20_000)
    tiles = make_tiles(smaller, rng)
    questions = make_questions(tiles, fewer, rng)
    seconds, sums = timed_kernel(tiles, *questions)
    join_seconds, join_sums = timed_range_join(tiles, *questions)
    if not np.array_equal(sums, join_sums):
        raise AssertionError("the range join and the kernel disagree")
    table.add_row("kernel", f"{smaller:,}", f"{fewer:,}", f"{seconds:.2f}", "")
    table.add_row("DuckDB range join", f"{smaller:,}", f"{fewer:,}", f"{join_seconds:.2f}", "")
    one = microseconds_for_one(rng)
    table.add_row(
        "kernel, one account", f"{sum(READ_FOR_ONE.values())}", "1", f"{one / 1e6:.6f}", ""
    )
    Console().print(table)


def _kernel_line(table: Table, total: int, asked: int, rng: np.random.Generator) -> None:
    tiles = make_tiles(total, rng)
    count = sum(len(rows.slots) for rows in tiles.values())
    seconds, _ = timed_kernel(tiles, *make_questions(tiles, asked, rng))
    table.add_row("kernel", f"{count:,}", f"{asked:,}", f"{seconds:.2f}", f"{_peak_gb():.2f}")
