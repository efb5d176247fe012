"""Where the databases differ: bulk upserts and look-ups by many keys. Nothing else does."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import BigInteger, Connection, Table

from service.stores.prepared import Row, driver_rows, driver_run, driver_run_many

Columns = Mapping[str, Sequence[Any]]


class Dialect(Protocol):
    """What a database must offer beyond common SQL."""

    name: str

    def upsert(
        self,
        connection: Connection,
        table: Table,
        columns: Columns,
        on_conflict: str,
        returning: str | None = None,
    ) -> list[Any]:
        """Insert rows given as columns of one length; `on_conflict` is the clause after DO.

        Rows come in the order given; callers sort them by key, so that two writers cannot wait
        for each other. Returns the `returning` column of the rows that were inserted.
        """
        ...

    def select_in(
        self, connection: Connection, select: str, keys: Sequence[int], rest: str = ""
    ) -> list[Row]:
        """Run `<select> IN (keys) <rest>` for any number of 64-bit keys."""
        ...


class SqliteDialect:
    """SQLite: arrays travel as JSON, many rows as one `executemany`."""

    name = "sqlite"

    def upsert(
        self,
        connection: Connection,
        table: Table,
        columns: Columns,
        on_conflict: str,
        returning: str | None = None,
    ) -> list[Any]:
        names = ", ".join(columns)
        tail = f"ON CONFLICT ({_key(table)}) DO {on_conflict}"
        if returning is None:
            marks = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {tail}"  # noqa: S608
            driver_run_many(connection, sql, list(zip(*columns.values(), strict=True)))
            return []
        fields = ", ".join(f"json_extract(value, '$[{i}]')" for i in range(len(columns)))
        sql = (
            f"INSERT INTO {table.name} ({names}) SELECT {fields} FROM json_each(?) "  # noqa: S608
            f"WHERE true {tail} RETURNING {returning}"
        )
        rows = json.dumps(list(zip(*columns.values(), strict=True)))
        return [row[0] for row in driver_rows(connection, sql, (rows,))]

    def select_in(
        self, connection: Connection, select: str, keys: Sequence[int], rest: str = ""
    ) -> list[Row]:
        sql = f"{select} IN (SELECT value FROM json_each(?)) {rest}"  # noqa: S608
        return driver_rows(connection, sql, (json.dumps(list(keys)),))


class PostgresDialect:
    """PostgreSQL: arrays are arrays; a bulk upsert is one statement over `unnest`."""

    name = "postgresql"

    def upsert(
        self,
        connection: Connection,
        table: Table,
        columns: Columns,
        on_conflict: str,
        returning: str | None = None,
    ) -> list[Any]:
        arrays = ", ".join(f"%s::{_array_type(table, name)}[]" for name in columns)
        sql = (
            f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT * FROM unnest({arrays}) "  # noqa: S608
            f"ON CONFLICT ({_key(table)}) DO {on_conflict}"
        )
        values = tuple(list(column) for column in columns.values())
        if returning is None:
            driver_run(connection, sql, values)
            return []
        return [row[0] for row in driver_rows(connection, f"{sql} RETURNING {returning}", values)]

    def select_in(
        self, connection: Connection, select: str, keys: Sequence[int], rest: str = ""
    ) -> list[Row]:
        sql = f"{select} = ANY(%s::bigint[]) {rest}"
        return driver_rows(connection, sql, (list(keys),))


def _key(table: Table) -> str:
    return ", ".join(column.name for column in table.primary_key)


def _array_type(table: Table, name: str) -> str:
    kind = table.c[name].type
    if isinstance(kind, BigInteger):
        return "bigint"
    known = {"SMALLINT": "smallint", "BLOB": "bytea", "FLOAT": "double precision"}
    return known.get(str(kind).split("(")[0], "text")
