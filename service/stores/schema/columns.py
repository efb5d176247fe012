"""The one metadata, and kinds of tables and columns that come again."""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table

METADATA: Final = MetaData()


def keyed(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(name, METADATA, *columns, sqlite_with_rowid=False)


def id_column(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, String(128), primary_key=key, nullable=False)


def whole(name: str, *, key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=nullable, autoincrement=False)
