"""What is PostgreSQL's own: writers that met are tried again."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy
from sqlalchemy import Connection

from service.errors import Unavailable
from service.stores.postgres import PostgresStore


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    opened = PostgresStore(postgres_url)
    yield opened
    opened.close()


def test_a_deadlock_is_tried_again(store: PostgresStore) -> None:
    met = threading.Barrier(2)
    tries = []

    def lock_both(first: int, second: int) -> None:
        waited = False

        def job(connection: Connection) -> None:
            nonlocal waited
            tries.append(first)
            connection.exec_driver_sql("SET LOCAL deadlock_timeout = '50ms'")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(77, %s)", (first,))
            if not waited:
                waited = True
                met.wait(30)
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(77, %s)", (second,))

        store.write(job)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(lock_both, 1, 2), pool.submit(lock_both, 2, 1)]:
            future.result(60)
    assert len(tries) > 2


def test_a_fault_of_another_kind_is_not_tried_again(store: PostgresStore) -> None:
    tries = []

    def job(connection: Connection) -> None:
        tries.append(1)
        connection.exec_driver_sql("SELECT 1 / 0")

    with pytest.raises(sqlalchemy.exc.DBAPIError, match="zero"):
        store.write(job)
    assert len(tries) == 1


def test_a_lost_connection_is_unavailable_and_passes(store: PostgresStore) -> None:
    def vanish(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Unavailable):
        store.write(vanish)
    store.ping()
