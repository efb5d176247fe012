"""What is SQLite's own: how it is opened, and the writer that commits in groups."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection

from features.records import Account
from service.errors import Unavailable
from service.stores import open_store
from service.stores.sqlite import SqliteStore

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
Job = Callable[[Connection], Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(f"sqlite:///{path}")
    opened.migrate()
    yield opened
    opened.close()


def put(account_id: str) -> Job:
    sql = "INSERT INTO accounts (account_id, created_us, body) VALUES (?, 0, x'00')"
    return lambda connection: connection.exec_driver_sql(sql, (account_id,)).rowcount


def fail(connection: Connection) -> None:
    put("half")(connection)
    raise KeyError("planted")


def lose(connection: Connection) -> None:
    """What SQLite does by itself when the disk is full."""
    connection.exec_driver_sql("ROLLBACK")
    raise KeyError("planted")


def accounts(store: SqliteStore) -> set[str]:
    query = "SELECT account_id FROM accounts"
    return set(store.read(lambda c: c.exec_driver_sql(query).scalars().all()))


@contextmanager
def commits(store: SqliteStore) -> Iterator[list[None]]:
    """Count the writer's commits."""
    seen: list[None] = []
    sqlalchemy.event.listen(store._writer, "commit", lambda _: seen.append(None))
    yield seen


def in_one_group(store: SqliteStore, jobs: list[Job]) -> list[Future[Any]]:
    """Queue jobs in this order while the writer is busy, so that it takes them together."""
    busy, free = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        busy.set()
        free.wait(30)

    with ThreadPoolExecutor(len(jobs) + 1) as pool:
        pool.submit(store.write, hold)
        assert busy.wait(30)
        futures = []
        for number, job in enumerate(jobs, 1):
            futures.append(pool.submit(store.write, job))
            while store._queue.qsize() < number:
                threading.Event().wait(0.001)
        free.set()
    return futures


@pytest.mark.parametrize(("query", "level"), [("", 2), ("?synchronous=off", 0)])
def test_commits_are_synced_unless_a_replay_says_otherwise(
    path: Path, query: str, level: int
) -> None:
    store = open_store(f"sqlite:///{path}{query}")

    def pragmas(connection: Connection) -> list[Any]:
        names = ("journal_mode", "synchronous")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert store.write(pragmas) == ["wal", level]
    assert store.read(pragmas) == ["wal", level]
    store.close()


def test_another_durability_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="synchronous"):
        open_store(f"sqlite:///{path}?synchronous=sometimes")


def test_what_queued_during_a_commit_is_committed_together(store: SqliteStore) -> None:
    with commits(store) as seen:
        in_one_group(store, [put(f"a{i}") for i in range(20)])
    assert len(seen) == 2
    assert len(accounts(store)) == 20


def test_a_failing_job_undoes_itself_alone(store: SqliteStore) -> None:
    first, failed, last = in_one_group(store, [put("a"), fail, put("b")])
    assert (first.result(), last.result()) == (1, 1)
    assert isinstance(failed.exception(), KeyError)
    assert accounts(store) == {"a", "b"}


@pytest.mark.parametrize("after", [[], [put("b")]])
def test_nothing_is_acknowledged_of_a_transaction_that_was_lost(
    store: SqliteStore, after: list[Job]
) -> None:
    first, *_ = in_one_group(store, [put("a"), lose, *after])
    assert isinstance(first.exception(), Unavailable)
    assert "a" not in accounts(store)
    store.write(put("a"))
    assert "a" in accounts(store)


def test_a_full_disk_is_unavailable_and_passes(store: SqliteStore) -> None:
    def limit(pages: int) -> Job:
        return lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar()

    pages = store.write(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())
    store.write(limit(pages))
    fill = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) "
        "INSERT INTO seen SELECT i, 0 FROM n"
    )
    with pytest.raises(Unavailable, match="full"):
        store.write(lambda c: c.exec_driver_sql(fill))
    store.write(limit(2**30))
    store.put_account(Account(account_id="a", created_at=NOW), {}, NOW)
    assert accounts(store) == {"a"}
    assert store.count_rows("seen") == 0


def test_a_closed_store_refuses_writes(store: SqliteStore) -> None:
    store.close()
    store.close()
    with pytest.raises(Unavailable, match="closed"):
        store.write(put("a"))


def test_a_file_that_is_no_database_is_unavailable(path: Path) -> None:
    path.write_bytes(b"no database, but long enough to be looked at" * 100)
    store = SqliteStore(f"sqlite:///{path}")
    with pytest.raises(Unavailable, match="not a database"):
        store.migrate()
    with pytest.raises(Unavailable):
        store.ping()
    store.close()


def test_a_folder_that_is_missing_is_unavailable(tmp_path: Path) -> None:
    store = SqliteStore(f"sqlite:///{tmp_path / 'missing' / 'store.db'}")
    with pytest.raises(Unavailable, match="open"):
        store.migrate()
    store.close()
