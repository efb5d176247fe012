"""Feature rows from tiles in Parquet: cost as the data grow x1, x4, x16, beside DuckDB and Spark.

Each size runs in a process of its own, so that its peak memory is its own.
"""

import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks.kernel import BEGIN, DAYS, SHARES, TILES_PER_ACCOUNT
from features.catalogue import load_catalogue
from features.records import Subject
from features.tiles import COUNTERS, account_key
from features.windows import WINDOWS, Grain
from training.dataset import local, spark

FILES: Final = 100
ROWS_PER_TILE: Final = 200_000 / 50_000_000


@dataclass(frozen=True)
class Made:
    """Tables of one size on disk."""

    tiles: Path
    spine: Path
    n_tiles: int
    n_rows: int


def make(folder: Path, total: int) -> Made:
    """Write `total` tiles of accounts in files sorted by account, as a day's export is, and a spine."""
    rng = np.random.default_rng(7)
    ids = [f"account-{i}" for i in range(max(total // TILES_PER_ACCOUNT, 1))]
    keys = np.array([account_key(account_id) for account_id in ids])
    order = np.argsort(keys)
    (folder / "tiles").mkdir(parents=True)
    n_tiles = 0
    for number, grain in enumerate(SHARES):
        n_tiles += _write_grain(folder / "tiles", number, keys[order], grain, rng)
    n_rows = int(total * ROWS_PER_TILE)
    at = BEGIN + rng.integers(90 * 288, DAYS * 288, n_rows) * 300
    spine = pl.DataFrame(
        {
            "account_id": [ids[i] for i in rng.integers(0, len(ids), n_rows)],
            "at": [datetime.fromtimestamp(second, UTC) for second in at.tolist()],
        }
    )
    spine.write_parquet(folder / "spine.parquet")
    return Made(folder / "tiles", folder / "spine.parquet", n_tiles, n_rows)


def _write_grain(
    folder: Path, number: int, keys: np.ndarray, grain: Grain, rng: np.random.Generator
) -> int:
    """Write the tiles of one grain; a file holds a stretch of time of all accounts."""
    each = max(int(TILES_PER_ACCOUNT * SHARES[grain]), 1)
    files = max(int(FILES * SHARES[grain]), 1)
    step = DAYS * 86_400 // grain.value // each
    cuts = np.linspace(0, each, files + 1).astype(int)
    for part, (start, stop) in enumerate(pairwise(cuts.tolist())):
        offsets = np.arange(start, stop) * step + rng.integers(0, step, (len(keys), stop - start))
        account = np.repeat(keys, stop - start)
        columns = {"account": account, "entity": account}
        columns["grain"] = np.full(len(account), grain.value, dtype=np.int64)
        columns["slot"] = BEGIN // grain.value + offsets.ravel()
        counts = {name: rng.poisson(2.0, len(account)).astype(np.int64) for name in COUNTERS}
        frame = pl.DataFrame(columns | counts)
        frame.write_parquet(folder / f"{number}-{part:03d}.parquet", row_group_size=65_536)
    return len(keys) * each


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processor, and peak memory in GB; of Spark the first alone."""

    seconds: float
    cpu_s: float | None = None
    peak_gb: float | None = None


def _measured(job: Callable[..., float], *arguments: Any) -> Cost:
    """Return what a job costs in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_run, (job, arguments))


def _run(job: Callable[..., float], arguments: tuple[Any, ...]) -> Cost:
    before = time.process_time()
    seconds = job(*arguments)
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return Cost(seconds, time.process_time() - before, peak_gb)


def run_local(tiles: Path, spine: Path, out: Path) -> float:
    started = time.perf_counter()
    local.write_dataset(load_catalogue(), Subject.ACCOUNT, tiles, spine, out)
    return time.perf_counter() - started


def run_spark(tiles: Path, spine: Path, out: Path) -> float:
    with spark.session("local[2]", {"spark.driver.memory": "3g"}) as opened:
        started = time.perf_counter()
        spark.write_dataset(opened, Subject.ACCOUNT, str(tiles), str(spine), str(out))
        return time.perf_counter() - started


def run_duckdb(tiles: Path, spine: Path, out: Path) -> float:
    """Only the sums over windows, none of the features."""
    ids = pl.read_parquet(spine)["account_id"].unique().to_list()
    keys = pl.DataFrame({"account_id": ids, "account": [account_key(i) for i in ids]})
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("keys", keys.to_arrow())
        started = time.perf_counter()
        connection.execute(_range_join(tiles, spine, out))
        return time.perf_counter() - started


def _range_join(tiles: Path, spine: Path, out: Path) -> str:
    sums = ", ".join(f"sum({name}) AS {name}" for name in COUNTERS)
    pieces = " UNION ALL ".join(
        f"SELECT row_id, account, {index} AS win, {grain.value} AS grain, "
        f"({start}) // {grain.value} AS start, (done // {grain.value}) AS stop FROM asked"
        for index, grain, start in _spans()
    )
    return f"""
        COPY (
          WITH asked AS (
            SELECT row_number() OVER () AS row_id, account,
                   epoch_us("at") // 1000000 // 300 * 300 AS done
            FROM read_parquet('{spine}') JOIN keys USING (account_id)),
          spans AS ({pieces})
          SELECT row_id, win, {sums} FROM spans JOIN read_parquet('{tiles}/*.parquet') AS t
            ON t.account = spans.account AND t.grain = spans.grain
           AND t.slot >= spans.start AND t.slot < spans.stop
          GROUP BY ALL
        ) TO '{out}' (FORMAT parquet)"""


def _spans() -> list[tuple[int, Grain, str]]:
    """Return which grains each window reads, and the SQL for where its piece starts, in seconds."""
    found = []
    for index, window in enumerate(WINDOWS):
        start = f"(done - {window.seconds}) // {window.grain.value} * {window.grain.value}"
        for grain in (g for g in (Grain.DAY, Grain.HOUR, Grain.FIVE_MINUTES) if g <= window.grain):
            found.append((index, grain, start))
            start = f"done // {grain.value} * {grain.value}"
    return found


def same(one: Path, other: Path) -> bool:
    """Return whether two datasets hold the same rows to the last bit."""
    frames = []
    for folder in (one, other):
        frame = pl.read_parquet(sorted(folder.rglob("*.parquet")))
        bits = frame.drop("account_id", "at").to_numpy().view(np.int64)
        frames.append(frame.select("account_id", "at").hstack(pl.DataFrame(bits)))
    return frames[0].sort(frames[0].columns).equals(frames[1].sort(frames[1].columns))


def run(quick: bool) -> None:
    """Print seconds, peak memory and cost a tile at three sizes, and the other engines on the first."""
    smallest = 200_000 if quick else 3_125_000
    table = Table("engine", "tiles", "rows", "seconds", "CPU s", "us a tile", "peak GB")
    folder = Path(tempfile.mkdtemp(prefix="dataset-"))
    try:
        for times in (1, 4, 16):
            made = make(folder / str(times), smallest * times)
            _line(
                table, "local", made, _measured(run_local, made.tiles, made.spine, folder / "local")
            )
            told = _measured(run_duckdb, made.tiles, made.spine, folder / "sums.parquet")
            _line(table, "DuckDB range join, sums alone", made, told)
            if times < 16:
                _spark(table, made, folder)
            shutil.rmtree(folder / "local")
            shutil.rmtree(folder / str(times))
    finally:
        shutil.rmtree(folder)
    Console(width=110).print(table)


def _spark(table: Table, made: Made, folder: Path) -> None:
    cost = _measured(run_spark, made.tiles, made.spine, folder / "spark")
    _line(table, "Spark local[2]", made, Cost(cost.seconds))
    if not same(folder / "local", folder / "spark"):
        raise AssertionError("Spark and the local engine disagree")
    shutil.rmtree(folder / "spark")


def _line(table: Table, name: str, made: Made, cost: Cost) -> None:
    table.add_row(
        name,
        f"{made.n_tiles:,}",
        f"{made.n_rows:,}",
        f"{cost.seconds:.1f}",
        "" if cost.cpu_s is None else f"{cost.cpu_s:.1f}",
        f"{cost.seconds / made.n_tiles * 1e6:.2f}",
        "" if cost.peak_gb is None else f"{cost.peak_gb:.2f}",
    )
