"""PostgreSQL (or what speaks its protocol): pooled connections, one transaction a call."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from service.errors import Unavailable
from service.stores.dialects import PostgresDialect
from service.stores.migrate import upgrade
from service.stores.sql import Job, SqlStore, T

_TRIES: Final = 5
_SERIALIZATION_FAILURE: Final = "40001"
_DEADLOCK: Final = "40P01"
_MIGRATION_LOCK: Final = 7_316_202_611


class PostgresStore(SqlStore):
    """The grown-up store; several processes may share one database."""

    def __init__(self, url: str, pool_size: int = 16) -> None:
        super().__init__()
        self.dialect = PostgresDialect()
        self._engine = create_engine(
            url, pool_size=pool_size, max_overflow=16, pool_pre_ping=True, pool_recycle=1_800
        )

    def write(self, job: Job[T]) -> T:
        """Two writers that meet are tried again: rows are sorted, so that is rare."""
        for attempt in range(1, _TRIES + 1):
            try:
                with self._engine.begin() as connection:
                    return job(connection)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in (_SERIALIZATION_FAILURE, _DEADLOCK) or attempt == _TRIES:
                    raise _plain(error) from error
                time.sleep(random.uniform(0, 0.02 * 2**attempt))
        raise AssertionError("unreachable")

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise _plain(error) from error

    def migrate(self) -> None:
        try:
            with self._engine.begin() as connection:
                lock = "SELECT pg_advisory_xact_lock(%s)"
                connection.exec_driver_sql(lock, (_MIGRATION_LOCK,))
                upgrade(connection)
        except DBAPIError as error:
            raise _plain(error) from error

    def close(self) -> None:
        self._engine.dispose()


def _plain(error: DBAPIError) -> Exception:
    state: Any = getattr(error.orig, "sqlstate", None)
    lost = state is None or str(state)[:2] in ("08", "53", "57")
    if isinstance(error, (OperationalError, InterfaceError)) and lost:
        return Unavailable(f"the store cannot be reached: {error.orig}")
    return error
