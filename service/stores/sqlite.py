"""SQLite: WAL, synchronous=FULL, one writer thread with group commit.

The writer commits whatever queued while its last commit ran (a waiting window of zero measured
best). Each job has a savepoint: one that fails undoes itself alone. Readers have connections of
their own and see the last committed state.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from service.errors import Unavailable
from service.stores.dialects import SqliteDialect
from service.stores.migrate import upgrade
from service.stores.sql import Job, SqlStore, T

_MAX_GROUP: Final = 256
_BUSY_SECONDS: Final = 30
_RETRY_SECONDS: Final = 0.01


@dataclass(frozen=True)
class _Queued:
    job: Job[Any]
    done: "Future[Any]"


class SqliteStore(SqlStore):
    """The default store: one file. `synchronous` is FULL, or OFF for throw-away replays."""

    def __init__(self, url: str, synchronous: str = "FULL") -> None:
        super().__init__()
        self.dialect = SqliteDialect()
        plain = make_url(url)
        chosen = str(plain.query.get("synchronous", synchronous)).upper()
        if chosen not in ("FULL", "NORMAL", "OFF"):
            raise ValueError(f"synchronous must be full, normal or off, not {chosen.lower()!r}")
        plain = plain.difference_update_query(["synchronous"])
        self._readers = _engine(plain.render_as_string(False), chosen, "BEGIN")
        self._writer = _engine(plain.render_as_string(False), chosen, "BEGIN IMMEDIATE")
        self._queue: queue.SimpleQueue[_Queued | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    def write(self, job: Job[T]) -> T:
        if self._closed.is_set():
            raise Unavailable("the store is closed")
        queued = _Queued(job, Future())
        self._queue.put(queued)
        result: T = queued.done.result()
        return result

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        try:
            with self._readers.connect() as connection:
                yield connection
        except DatabaseError as error:
            raise _plain(error) from error

    def migrate(self) -> None:
        try:
            with self._writer.begin() as connection:
                upgrade(connection)
        except DatabaseError as error:
            raise _plain(error) from error

    def close(self) -> None:
        if not self._closed.is_set():
            self._closed.set()
            self._queue.put(None)
            self._thread.join()
            self._readers.dispose()
            self._writer.dispose()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group, stop = [first], False
            while len(group) < _MAX_GROUP and not stop:
                try:
                    queued = self._queue.get_nowait()
                except queue.Empty:
                    break
                if queued is None:
                    stop = True
                else:
                    group.append(queued)
            self._commit(group)
            if stop:
                break
        self._refuse_the_rest()

    def _commit(self, group: list[_Queued]) -> None:
        results: list[tuple[_Queued, Any]] = []
        try:
            with self._writer.begin() as connection:
                for queued in group:
                    try:
                        results.append((queued, _in_savepoint(connection, queued.job)))
                    except Exception as error:  # noqa: BLE001 - handed to the caller, whole
                        queued.done.set_exception(_plain(error))
                _check_still_open(connection)
        except (SQLAlchemyError, Unavailable) as error:
            for queued in group:
                if not queued.done.done():
                    queued.done.set_exception(_plain(error))
            return
        for queued, result in results:
            queued.done.set_result(result)

    def _refuse_the_rest(self) -> None:
        while not self._queue.empty():
            queued = self._queue.get()
            if queued is not None:
                queued.done.set_exception(Unavailable("the store is closed"))


def _in_savepoint(connection: Connection, job: Job[T]) -> T:
    with connection.begin_nested():
        return job(connection)


def _check_still_open(connection: Connection) -> None:
    """Raise `Unavailable` when SQLite itself has rolled the transaction back.

    It may do so when the disk is full or fails (sqlite.org/lang_transaction.html); what earlier
    jobs of the group wrote is gone then, and the driver's commit would quietly do nothing.
    """
    driver: Any = connection.connection.dbapi_connection
    if not driver.in_transaction:
        raise Unavailable("the database rolled back: is its disk full?")


def _plain(error: Exception) -> Exception:
    """Return `Unavailable` for what is the file's fault: away, locked, full, or no database."""
    if isinstance(error, OperationalError) or type(error) is DatabaseError:
        return Unavailable(f"the database file cannot be used: {error.orig}")
    return error


def _use_wal(cursor: sqlite3.Cursor) -> None:
    """Switch a new file to WAL; where several processes do so at once, all but one wait.

    SQLite does not wait by itself here: the switch upgrades a lock, which could deadlock.
    """
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_RETRY_SECONDS)


def _engine(url: str, synchronous: str, begin: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=56,
        connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling would start transactions late and end them early.
        connection.isolation_level = None
        cursor = connection.cursor()
        _use_wal(cursor)
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
