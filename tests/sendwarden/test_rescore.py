"""Re-scoring: the very features and scores that the server would compute, on one machine and on Spark."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from features.catalogue import Catalogue, load_catalogue
from features.inputs import inputs_of
from features.records import Account, Event, ImportSource, ListImport, SendingDomain, Subject
from models.bundle import Bundle
from models.registry import starter_files
from sendwarden.rescore import Place, rescore, riskiest
from service.facts import account_facts
from service.stores import open_store
from service.stores.contract import StampedEvent
from service.stores.sql import SqlStore
from service.ties import account_ties
from training.dataset.spark import NoSpark

NOW = datetime(2026, 11, 23, 10, 2, 3, tzinfo=UTC)
ACCOUNTS = 30


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    folder = tmp_path_factory.mktemp("store")
    opened = open_store(f"sqlite:///{folder / 'store.db'}?synchronous=off")
    opened.migrate()
    fill(opened)
    yield opened
    opened.close()


def fill(store: SqlStore) -> None:
    rng = np.random.default_rng(4)
    for number in range(ACCOUNTS):
        put_account(store, number, rng)
    for ago_hours in (2_000, 900, 200, 80, 30, 5, 1, 0):
        events = [an_event(f"{ago_hours}-{i}", rng) for i in range(300)]
        store.ingest(events, NOW - timedelta(hours=ago_hours, minutes=int(rng.integers(0, 9))))


def put_account(store: SqlStore, number: int, rng: np.random.Generator) -> None:
    account_id = f"a{number}"
    at = NOW - timedelta(days=int(rng.integers(1, 300)))
    account = Account(
        account_id=account_id,
        created_at=at,
        email_domain=["shop.example", "gmail.com", None][number % 3],
        signup_ip=f"192.0.2.{number % 4}",
        paid=[True, False, None][rng.integers(3)],
    )
    store.put_account(account, account_ties(account), at)
    store.put_domain(SendingDomain(domain=f"d{number}.example", account_id=account_id), at)
    record = ListImport(
        import_id=f"i{number}",
        account_id=account_id,
        list_id="l",
        source=ImportSource.FILE,
        imported_at=at,
        rows=100,
        valid=90,
        invalid=10,
        duplicates=0,
        numbers={"list_role_share": 0.5, "list_engaged_age_days": float("nan")},
    )
    if number % 2:
        store.add_import(record, np.arange(0, dtype=np.int64))


def an_event(event_id: str, rng: np.random.Generator) -> StampedEvent:
    kinds = ["sent", "sent", "delivered", "hard_bounce", "complaint", "deferred"]
    event = {
        "event_id": event_id,
        "type": str(rng.choice(kinds)),
        "account_id": f"a{rng.integers(0, ACCOUNTS - 2)}",
        "mailbox_provider": [None, "gmail", "gmx"][rng.integers(3)],
        "occurred_at": NOW,
    }
    return StampedEvent(event=msgspec.convert(event, Event))


def bits(folder: Path) -> pl.DataFrame:
    frame = pl.read_parquet(sorted(folder.rglob("*.parquet"))).sort("account_id")
    floats = [name for name, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(
        pl.Series(name, frame[name].to_numpy().view(np.int64)) for name in floats
    )


def rescored(store: SqlStore, catalogue: Catalogue, out: Path, place: Place) -> Path:
    told: list[str] = []
    done = rescore(store, catalogue, starter_files(), NOW, out, place, told.append)
    assert done.accounts == ACCOUNTS
    assert done.tiles > 100
    assert told
    return out


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


@pytest.mark.slow
def test_spark_gives_the_same_to_the_last_bit(
    store: SqlStore, catalogue: Catalogue, tmp_path: Path, spark_here: None
) -> None:
    here = rescored(store, catalogue, tmp_path / "here", Place())
    there = rescored(store, catalogue, tmp_path / "there", Place("local[2]"))
    for folder in ("rows", "scores"):
        assert bits(there / folder).equals(bits(here / folder))


def test_what_fails_leaves_nothing_behind(
    store: SqlStore, catalogue: Catalogue, tmp_path: Path, spark_here: None
) -> None:
    place = Place("no such master")
    with pytest.raises(NoSpark):
        rescore(store, catalogue, starter_files(), NOW, tmp_path / "out", place, lambda _: None)
    assert not (tmp_path / "out").exists()
    with pytest.raises(FileExistsError):
        rescore(store, catalogue, starter_files(), NOW, tmp_path, Place(), lambda _: None)


def test_no_accounts(catalogue: Catalogue, tmp_path: Path) -> None:
    empty = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    empty.migrate()
    done = rescore(empty, catalogue, starter_files(), NOW, tmp_path / "o", Place(), lambda _: None)
    assert (done.accounts, done.tiles) == (0, 0)
    empty.close()
