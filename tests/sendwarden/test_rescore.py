"""Re-scoring: the very features and scores that the server would compute.

On Spark it is tried in tests/training/dataset, where a JVM runs already.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from features.catalogue import Catalogue, load_catalogue
from features.inputs import inputs_of
from features.records import Subject
from models.bundle import Bundle
from models.registry import starter_files
from sendwarden.rescore import Place, rescore, riskiest
from service.facts import account_facts
from service.stores import open_store
from service.stores.sql import SqlStore
from tests.sendwarden.rescoring import NOW, filled_store, rescored


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    with filled_store(tmp_path_factory.mktemp("store")) as opened:
        yield opened


def test_rows_and_scores_are_those_of_the_server(
    store: SqlStore, catalogue: Catalogue, tmp_path: Path
) -> None:
    out = rescored(store, catalogue, tmp_path / "out", Place())
    rows = pl.read_parquet(out / "rows" / "*.parquet")
    scores = pl.read_parquet(out / "scores" / "*.parquet")
    bundle = Bundle.from_files(starter_files(), catalogue)
    told = {row["account_id"]: row for row in scores.iter_rows(named=True)}
    for account_id, at, *row in rows.iter_rows():
        account = store.account(account_id)
        assert account is not None
        facts = account_facts(store, account, NOW)
        online = catalogue.compute(Subject.ACCOUNT, inputs_of([facts]))[0]
        assert at == NOW
        assert np.array_equal(np.array(row), online, equal_nan=True)
        served = bundle.score(Subject.ACCOUNT, online)
        found = told[account_id]
        assert (found["risk"], found["malicious"]) == (served.risk, served.malicious)
        assert found["careless"] == served.careless
    top = riskiest(out / "scores", 3)
    assert top["risk"].to_list() == sorted(scores["risk"], reverse=True)[:3]


def test_a_folder_that_is_there_is_not_written(
    store: SqlStore, catalogue: Catalogue, tmp_path: Path
) -> None:
    with pytest.raises(FileExistsError):
        rescore(store, catalogue, starter_files(), NOW, tmp_path, Place(), lambda _: None)


def test_no_accounts(catalogue: Catalogue, tmp_path: Path) -> None:
    empty = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    empty.migrate()
    done = rescore(empty, catalogue, starter_files(), NOW, tmp_path / "o", Place(), lambda _: None)
    assert (done.accounts, done.tiles) == (0, 0)
    empty.close()
