"""Datasets: what is served online, to the last bit, however the tiles are cut and wherever they are summed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.catalogue import Catalogue, load_catalogue
from features.facts import AccountFacts
from features.inputs import inputs_of
from features.records import Account, Subject
from features.tiles import COUNTERS, TileRows, account_key, account_provider_key
from features.windows import Grain
from models.bundle import Bundle
from models.registry import starter_files, write_model
from sendwarden.rescore import Place, rescore
from service.stores.sql import SqlStore
from tests.sendwarden.rescoring import NOW, filled_store, rescored
from training.dataset import local, spark
from training.dataset.columns import UnusableTable
from training.dataset.scoring import score_local, score_spark
from training.dataset.spark import NoSpark

from .tables import GRAINS, PROVIDERS, Tables, bits, make_tables


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return make_tables(tmp_path_factory.mktemp("tables"))


def local_rows(catalogue: Catalogue, tables: Tables, out: Path, chunk: int = 10**9) -> pl.DataFrame:
    written = local.write_dataset(
        catalogue, Subject.ACCOUNT, tables.tiles, tables.spine, out, chunk_tiles=chunk
    )
    assert (written.rows, written.tiles) == (len(tables.asked), len(tables.frame))
    return bits(out)


def rows_of_entity(frame: pl.DataFrame, entity: int, grain: Grain) -> TileRows:
    found = frame.filter(entity=entity, grain=grain.value).sort("slot")
    return TileRows(
        *(found[n].to_numpy() for n in ("entity", "slot")), found.select(COUNTERS).to_numpy()
    )


def online_row(catalogue: Catalogue, frame: pl.DataFrame, asked: dict[str, object]) -> np.ndarray:
    """The row that a server computes, from this account's tiles alone."""
    account_id, at = str(asked["account_id"]), asked["at"]
    assert isinstance(at, datetime)
    facts = AccountFacts(
        account=Account(account_id=account_id, created_at=at),
        as_of=at,
        tiles={g: rows_of_entity(frame, account_key(account_id), g) for g in GRAINS},
        providers={
            name: {
                g: rows_of_entity(frame, account_provider_key(account_id, name), g) for g in GRAINS
            }
            for name in PROVIDERS
        },
    )
    inputs = inputs_of([facts])
    for name in ("paid", "account_age_days"):
        value = asked[name]
        inputs[name] = np.array([np.nan if value is None else value], dtype=np.float64)
    return catalogue.compute(Subject.ACCOUNT, inputs)[0]


def test_rows_are_those_of_the_server(catalogue: Catalogue, tables: Tables, tmp_path: Path) -> None:
    local.write_dataset(catalogue, Subject.ACCOUNT, tables.tiles, tables.spine, tmp_path / "rows")
    rows = pl.read_parquet(tmp_path / "rows" / "*.parquet")
    plan = local.plan_of(catalogue, Subject.ACCOUNT, tables.asked.columns)
    known = [n for n in rows.columns[2:] if n not in plan.unknown_features(catalogue)]
    places = [catalogue.names(Subject.ACCOUNT).index(name) for name in known]
    assert len(known) > 90
    for asked, row in zip(tables.asked.iter_rows(named=True), rows.iter_rows(), strict=True):
        online = online_row(catalogue, tables.frame, asked)
        assert np.array_equal(np.array(row[2:])[places], online[places], equal_nan=True)


@pytest.mark.parametrize("chunk", [1, 700, 5_000])
def test_how_tiles_are_cut_changes_no_bit(
    catalogue: Catalogue, tables: Tables, tmp_path: Path, chunk: int
) -> None:
    whole = local_rows(catalogue, tables, tmp_path / "whole")
    assert local_rows(catalogue, tables, tmp_path / "cut", chunk).equals(whole)


def test_sorted_tiles_give_the_same(catalogue: Catalogue, tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "sorted").mkdir()
    ordered = tables.frame.sort("account", "entity", "grain", "slot")
    ordered.write_parquet(tmp_path / "sorted" / "t.parquet")
    again = Tables(tmp_path / "sorted", tables.spine, ordered, tables.asked)
    whole = local_rows(catalogue, tables, tmp_path / "whole")
    assert local_rows(catalogue, again, tmp_path / "again", 2_000).equals(whole)


def changed(
    tables: Tables, folder: Path, tiles: pl.DataFrame | None, spine: pl.DataFrame | None
) -> Tables:
    (tables.frame if tiles is None else tiles).write_parquet(folder / "t.parquet")
    (tables.asked if spine is None else spine).write_parquet(folder / "s.parquet")
    return Tables(folder / "t.parquet", folder / "s.parquet", tables.frame, tables.asked)


BAD = {
    "two tiles": (lambda t: pl.concat([t, t[:1]]), None),
    "no column slot": (lambda t: t.drop("slot"), None),
    "NULL in sent": (lambda t: t.with_columns(sent=pl.lit(None, pl.Int64)), None),
    "no column at": (None, lambda s: s.drop("at")),
    "no account_id or no at": (None, lambda s: s.with_columns(account_id=pl.lit(None, pl.String))),
    "a timestamp is needed": (None, lambda s: s.with_columns(at=pl.lit(5))),
    "columns colour are no inputs": (None, lambda s: s.with_columns(colour=pl.lit(5.0))),
    "cannot be read": (None, lambda s: s.with_columns(paid=pl.lit("yes"))),
}


@pytest.mark.parametrize("message", BAD)
def test_a_table_that_cannot_be_used_leaves_nothing(
    catalogue: Catalogue, tables: Tables, tmp_path: Path, message: str
) -> None:
    tiles, spine = (
        None if f is None else f(t)
        for f, t in zip(BAD[message], (tables.frame, tables.asked), strict=True)
    )
    bad = changed(tables, tmp_path, tiles, spine)
    with pytest.raises(UnusableTable, match=message):
        local.write_dataset(catalogue, Subject.ACCOUNT, bad.tiles, bad.spine, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_rows_and_no_tiles(catalogue: Catalogue, tables: Tables, tmp_path: Path) -> None:
    none = changed(tables, tmp_path, tables.frame[:0], tables.asked[:0])
    local.write_dataset(catalogue, Subject.ACCOUNT, none.tiles, none.spine, tmp_path / "none")
    empty = pl.read_parquet(tmp_path / "none" / "*.parquet")
    assert empty.shape == (0, 2 + len(catalogue.names(Subject.ACCOUNT)))
    (tmp_path / "more").mkdir()
    bare = changed(tables, tmp_path / "more", tables.frame[:0], None)
    written = local.write_dataset(
        catalogue, Subject.ACCOUNT, bare.tiles, bare.spine, tmp_path / "bare"
    )
    assert (written.rows, written.tiles) == (len(tables.asked), 0)


def test_a_folder_that_is_there_is_not_written(
    catalogue: Catalogue, tables: Tables, tmp_path: Path
) -> None:
    with pytest.raises(FileExistsError):
        local.write_dataset(catalogue, Subject.ACCOUNT, tables.tiles, tables.spine, tmp_path)


@pytest.mark.slow
def test_a_standalone_cluster_computes_and_scores_the_same_bits(
    catalogue: Catalogue, tables: Tables, tmp_path: Path, spark_master: str
) -> None:
    write_model(starter_files(), tmp_path / "model")
    rows, scores = str(tmp_path / "spark"), str(tmp_path / "spark-scores")
    with spark.session(spark_master, {"spark.executor.memory": "512m"}) as opened:
        written = spark.write_dataset(
            opened,
            Subject.ACCOUNT,
            str(tables.tiles),
            str(tables.spine),
            rows,
            bucket_tiles=1_500,
        )
        score_spark(opened, tmp_path / "model", Subject.ACCOUNT, rows, scores)
        executors = opened.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    assert executors == 2
    assert (written.rows, written.tiles) == (len(tables.asked), len(tables.frame))
    assert bits(Path(rows)).equals(local_rows(catalogue, tables, tmp_path / "local"))
    bundle = Bundle.from_files(starter_files(), catalogue)
    here = tmp_path / "local-scores"
    assert score_local(bundle, Subject.ACCOUNT, tmp_path / "local", here) == len(tables.asked)
    assert bits(Path(scores)).equals(bits(here))


def test_local_threads_compute_the_same_bits(
    catalogue: Catalogue, tables: Tables, tmp_path: Path, spark_here: None
) -> None:
    tiles, spine, out = str(tables.tiles), str(tables.spine), str(tmp_path / "spark")
    with spark.session("local[2]") as opened:
        spark.write_dataset(opened, Subject.ACCOUNT, tiles, spine, out)
        with pytest.raises(FileExistsError):
            spark.write_dataset(opened, Subject.ACCOUNT, tiles, spine, out)
    assert bits(Path(out)).equals(local_rows(catalogue, tables, tmp_path / "local"))


# Rescoring on Spark is tried here, not beside its other tests: the JVM of this file serves it too.
@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    with filled_store(tmp_path_factory.mktemp("store")) as opened:
        yield opened


@pytest.mark.slow
def test_rescoring_on_spark_gives_the_same_to_the_last_bit(
    store: SqlStore, catalogue: Catalogue, tmp_path: Path, spark_here: None
) -> None:
    here = rescored(store, catalogue, tmp_path / "here", Place())
    there = rescored(store, catalogue, tmp_path / "there", Place("local[2]"))
    for folder in ("rows", "scores"):
        assert bits(there / folder).equals(bits(here / folder))


def test_rescoring_that_fails_leaves_nothing_behind(
    store: SqlStore, catalogue: Catalogue, tmp_path: Path, spark_here: None
) -> None:
    place = Place("no such master")
    with pytest.raises(NoSpark):
        rescore(store, catalogue, starter_files(), NOW, tmp_path / "out", place, lambda _: None)
    assert not (tmp_path / "out").exists()
