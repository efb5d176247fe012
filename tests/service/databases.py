"""PostgreSQL databases for tests: new ones, and one a worker that is emptied after each test.

`CREATE DATABASE` copies 9 MB and waits for the disk, and `DROP DATABASE` waits again: most of a
second for a test that takes a tenth of that.
"""

from collections.abc import Iterator
from uuid import uuid4

import sqlalchemy
from sqlalchemy import Connection

from service.stores import open_store

# Whatever a test may do to tables, indexes and columns changes one of these rows.
_SHAPE = """
SELECT md5(string_agg(concat_ws('.', c.oid, c.relname, a.attname, a.atttypid, a.attnotnull), '|'
                      ORDER BY c.oid, a.attnum))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'public'::regnamespace
"""
_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_COUNT_ANEW = """
SELECT setval(quote_ident(sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL
"""


def new_postgres(postgres_url: str, template: str = "template1") -> Iterator[str]:
    """Yield the URL of a new PostgreSQL database, a copy of `template`; drop it afterwards."""
    name = f"sendwarden_{uuid4().hex[:12]}"
    engine = sqlalchemy.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = sqlalchemy.make_url(postgres_url).set(database=name)
    yield url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


def with_tables(url: str) -> str:
    """Make the tables of an empty database; return its URL."""
    store = open_store(url)
    store.migrate()
    store.close()
    return url


def unsynced(url: str) -> str:
    """The same database; what is written to it would not survive a loss of power."""
    known = sqlalchemy.make_url(url)
    setting = {"options": "-csynchronous_commit=off"}
    if known.get_backend_name() == "sqlite":
        setting = {"synchronous": "off"}
    return known.update_query_dict(setting).render_as_string(hide_password=False)


class Emptied:
    """A PostgreSQL database with all tables and no rows, and what makes it so again."""

    def __init__(self, postgres_url: str) -> None:
        self._made = new_postgres(postgres_url)
        self.url = with_tables(next(self._made))
        self._engine = sqlalchemy.create_engine(unsynced(self.url), isolation_level="AUTOCOMMIT")
        with self._engine.connect() as connection:
            names = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")  # fmt: skip
            self._tables = sorted({name for (name,) in names} - {"alembic_version"})
            self._shape = _shape(connection)

    def empty(self) -> bool:
        """Take out all rows, whoever is still connected; False where the tables were changed."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql(_OTHERS)
            if _shape(connection) != self._shape:
                return False
            if filled := self._filled(connection):
                connection.exec_driver_sql(f"TRUNCATE {', '.join(filled)} CASCADE")
            connection.exec_driver_sql(_COUNT_ANEW)
        return True

    def drop(self) -> None:
        self._engine.dispose()
        next(self._made, None)

    def _filled(self, connection: Connection) -> list[str]:
        asked = ", ".join(f"EXISTS (SELECT FROM {name})" for name in self._tables)
        row = connection.exec_driver_sql(f"SELECT {asked}").one()
        return [name for name, has_rows in zip(self._tables, row, strict=True) if has_rows]


def _shape(connection: Connection) -> tuple[str, ...]:
    """Tables, columns and version; the version alone where its own table is as it was."""
    shape = str(connection.exec_driver_sql(_SHAPE).scalar())
    known = connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar()
    if known is None:
        return (shape,)
    return (shape, *connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
