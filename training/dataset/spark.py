"""Apache Spark: tiles and spine are co-grouped by buckets of accounts; each group runs the kernel.

All tiles and rows of an account are in one bucket. `cogroup().applyInArrow` is the Arrow form of
`applyInPandas`: through pandas, a NaN would come back as NULL. Nothing is collected on the driver.
Workers need this project installed; one that computes other features refuses.
"""

import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from features.catalogue import Catalogue, load_catalogue
from features.records import Subject
from features.tiles import COUNTERS
from training.dataset.columns import (
    SPINE_KEYS,
    TILE_COLUMNS,
    Plan,
    UnusableTable,
    check_tiles,
    plan_of,
)
from training.dataset.local import Written
from training.dataset.rows import (
    Spine,
    Tiles,
    account_keys,
    feature_rows,
    unknown_provider_keys,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# A group must fit into a worker's memory: this many tiles take about 0.5 GB there.
BUCKET_TILES: Final = 1_000_000
_HINT: Final = "is the master running, and Java 17 or newer installed here?"
_QUIET: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
}
_LOOPBACK: Final = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


class NoSpark(RuntimeError):
    """Spark cannot be used here; the text says what is missing."""


@contextmanager
def session(master: str, settings: Mapping[str, str] | None = None) -> Iterator["SparkSession"]:
    """Yield a session at `master`, stopped afterwards; `settings` are Spark's own.

    Raises `NoSpark` when PySpark or Java is missing, or the master cannot be used.
    """
    try:
        with _pandas_3_allowed():
            from pyspark.sql import SparkSession
    except ImportError as error:
        raise NoSpark('PySpark is missing: pip install "sendwarden[spark]"') from error
    builder = SparkSession.builder.master(master).appName("sendwarden")
    for name, value in (_QUIET | _python(master) | dict(settings or {})).items():
        builder = builder.config(name, value)
    try:
        with _pandas_3_allowed():
            opened = builder.getOrCreate()
    except Exception as error:  # the gateway raises bare exceptions of many kinds
        raise NoSpark(f"no Spark at {master}: {_first_line(error)} ({_HINT})") from error
    opened.sparkContext.setLogLevel("ERROR")
    try:
        yield opened
    finally:
        opened.stop()


def _first_line(error: Exception) -> str:
    """Return what a Java exception says, without the stack that follows it."""
    java = getattr(error, "java_exception", None)
    return (str(java) if java is not None else str(error)).strip().split("\n")[0]


def _python(master: str) -> dict[str, str]:
    """Return what lets workers run this Python; elsewhere than here, Spark's settings say where."""
    here = master.startswith("local") or "//127.0.0.1" in master or "//localhost" in master
    if not here:
        return {}
    paths = {"spark.executorEnv.PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return _LOOPBACK | (paths if all(paths.values()) else {})


@contextmanager
def _pandas_3_allowed() -> Iterator[None]:
    """Keep PySpark from warning of pandas 3: no data pass through pandas here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        yield


def write_dataset(
    spark: "SparkSession",
    subject: Subject,
    tiles: str,
    spine: str,
    out: str,
    *,
    bucket_tiles: int = BUCKET_TILES,
) -> Written:
    """Write the feature rows of a spine to the new folder `out`; all three are paths for Spark.

    Raises `UnusableTable` for tables with other columns, `FileExistsError` when `out` is there.
    """
    from pyspark.errors import AnalysisException

    try:
        stored, asked = _read(spark, tiles), _read(spark, spine)
    except AnalysisException as error:
        raise UnusableTable(str(error).splitlines()[0]) from error
    check_tiles(stored.columns)
    catalogue = load_catalogue()
    plan = plan_of(catalogue, subject, asked.columns)
    count, rows = stored.count(), asked.count()
    buckets = max(1, -(-count // bucket_tiles), spark.sparkContext.defaultParallelism)
    # A partition a bucket: the default of 200 would be waste here and too few on a large cluster.
    spark.conf.set("spark.sql.shuffle.partitions", str(buckets))
    try:
        with _pandas_3_allowed():
            made = _grouped(stored, asked, plan, buckets)
        made.write.parquet(out, mode="errorifexists")
    except AnalysisException as error:
        if "PATH_ALREADY_EXISTS" in str(error):
            raise FileExistsError(f"{out} is there already; name a new folder") from error
        raise UnusableTable(str(error).splitlines()[0]) from error
    return Written(rows, count, plan.unknown_features(catalogue))


def _read(spark: "SparkSession", path: str) -> "DataFrame":
    return spark.read.option("recursiveFileLookup", "true").parquet(path)


def _grouped(stored: "DataFrame", asked: "DataFrame", plan: Plan, buckets: int) -> "DataFrame":
    from pyspark.sql import functions as f

    bucket = f.pmod(f.col("account"), f.lit(buckets))
    tiles = stored.select(*TILE_COLUMNS).where("account IS NOT NULL").withColumn("bucket", bucket)
    given = [f.col(name).cast("double") for name in plan.given]
    keys = (f.col("account_id").cast("string"), f.col("at").cast("timestamp"))
    bare = asked.select(*keys, *given)
    keyed = bare.mapInArrow(_with_account, f"{_ddl(bare)}, account bigint")
    spine = keyed.withColumn("bucket", bucket)
    names = load_catalogue().names(plan.subject)
    schema = "account_id string, at timestamp, " + ", ".join(f"`{name}` double" for name in names)

    def rows_of(bucket_tiles: pa.Table, bucket_spine: pa.Table) -> pa.Table:
        return _rows_of(plan, bucket_tiles, bucket_spine)

    groups = tiles.groupBy("bucket").cogroup(spine.groupBy("bucket"))
    return groups.applyInArrow(rows_of, schema)


def _ddl(frame: "DataFrame") -> str:
    return ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in frame.schema)


def _with_account(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Add the key by which tiles know the account."""
    for batch in batches:
        keys = account_keys(batch.column("account_id").to_pylist())
        columns = [*batch.columns, pa.array(keys)]
        yield pa.RecordBatch.from_arrays(columns, [*batch.schema.names, "account"])


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


def _rows_of(plan: Plan, tiles: pa.Table, spine: pa.Table) -> pa.Table:
    """Return the feature rows of one bucket."""
    names = _catalogue().names(plan.subject)
    ids = spine.column("account_id").to_pylist()
    questions = Spine(
        account=_numbers(spine, "account"),
        at=_numbers(spine, "at") // 1_000_000,
        inputs={name: _floats(spine, name) for name in plan.given},
        unknown=unknown_provider_keys(ids),
    )
    rows = feature_rows(_catalogue(), plan, _tiles(tiles), questions)
    columns = [spine.column(name) for name in SPINE_KEYS]
    return pa.table(
        [*columns, *(pa.array(column) for column in rows.T)], names=[*SPINE_KEYS, *names]
    )


def _tiles(table: pa.Table) -> Tiles:
    keys = {name: _numbers(table, name) for name in TILE_COLUMNS[:4]}
    counts = np.empty((table.num_rows, len(COUNTERS)), dtype=np.int64)
    for i, name in enumerate(COUNTERS):
        counts[:, i] = _numbers(table, name)
    return Tiles(**keys, counts=counts)


def _numbers(table: pa.Table, name: str) -> Any:
    if table.column(name).null_count:
        raise UnusableTable(f"the tiles have NULL in {name}")
    return table.column(name).cast(pa.int64()).to_numpy()


def _floats(table: pa.Table, name: str) -> Any:
    return table.column(name).fill_null(float("nan")).to_numpy()
