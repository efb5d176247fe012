"""Statements on the paths that answer: compiled once, run on the driver's own cursor.

SQLAlchemy builds the statements, so they are one text for every database; but executing one
through it costs 100-200 us, ten times what the driver needs for a look-up by key.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler

Row = tuple[Any, ...]


class Prepared:
    """A statement with named parameters, for any database. Thread-safe."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Row]:
        """Return the driver's rows. Raises what SQLAlchemy would."""
        text = self._text(connection)
        return driver_rows(connection, text.sql, text.arguments(values))

    def row(self, connection: Connection, **values: Any) -> Row | None:
        """Return the first row, or None when there is none."""
        rows = self.rows(connection, **values)
        return rows[0] if rows else None

    def run(self, connection: Connection, **values: Any) -> None:
        """Execute what returns no rows."""
        text = self._text(connection)
        driver_run(connection, text.sql, text.arguments(values))

    def _text(self, connection: Connection) -> "_Text":
        name = connection.dialect.name
        text = self._texts.get(name)
        if text is None:
            text = self._texts[name] = _Text(self._statement.compile(dialect=connection.dialect))  # type: ignore[attr-defined]
        return text


class _Text:
    """The text of a statement for one database and how its arguments are passed."""

    def __init__(self, compiled: SQLCompiler) -> None:
        self.sql: Final = str(compiled)
        self._fixed: Final = dict(compiled.params)
        self._places: Final = None if compiled.positiontup is None else tuple(compiled.positiontup)

    def arguments(self, values: dict[str, Any]) -> Any:
        known = {**self._fixed, **values}
        return known if self._places is None else [known[name] for name in self._places]


def driver_rows(connection: Connection, sql: str, arguments: Any = ()) -> list[Row]:
    """Return what a query finds, as the driver's own tuples, inside the connection's transaction."""
    cursor = _executed(connection, sql, arguments)
    try:
        rows: list[Row] = cursor.fetchall()
    finally:
        cursor.close()
    return rows


def driver_run(connection: Connection, sql: str, arguments: Any = ()) -> None:
    """Execute what returns no rows."""
    _executed(connection, sql, arguments).close()


def driver_run_many(connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Execute a statement once a row."""
    cursor = _cursor(connection)
    try:
        cursor.executemany(sql, rows)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, sql, error) from error
    finally:
        cursor.close()


def _executed(connection: Connection, sql: str, arguments: Any) -> Any:
    cursor = _cursor(connection)
    try:
        cursor.execute(sql, arguments)
    except connection.dialect.loaded_dbapi.Error as error:
        cursor.close()
        raise _wrapped(connection, sql, error) from error
    return cursor


def _cursor(connection: Connection) -> Any:
    """Return a driver cursor; SQLAlchemy opens the transaction, so that it also ends it."""
    if not connection.in_transaction():
        connection.begin()
    driver: Any = connection.connection.dbapi_connection
    return driver.cursor()


def _wrapped(connection: Connection, sql: str, error: Exception) -> BaseException:
    """Return the error as SQLAlchemy raises it; values, which may be personal, are left out."""
    base: Any = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, base, hide_parameters=True)
