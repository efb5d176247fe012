"""An empty PostgreSQL database for the length of a benchmark."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

import sqlalchemy

_DEFAULT: Final = "postgresql+psycopg://root@127.0.0.1:5432/test"


def analyse(url: str) -> None:
    """Let the planner know the tables, as the server's autovacuum does in time where it is on."""
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


@contextmanager
def postgres() -> Iterator[str | None]:
    """Yield the URL of an empty database that is dropped afterwards; None without a server."""
    server = os.environ.get("SENDWARDEN_TEST_POSTGRES", _DEFAULT)
    engine = sqlalchemy.create_engine(
        server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3}
    )
    name = f"sendwarden_bench_{uuid4().hex[:12]}"
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except sqlalchemy.exc.OperationalError:
        yield None
        return
    try:
        yield sqlalchemy.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()
