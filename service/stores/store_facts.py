"""What the database itself is: its kind, the revision of its tables, its size."""

from typing import Final

from sqlalchemy import Connection, func, select, text

from service.stores import schema
from service.stores.contract import StoreFacts

_SIZE: Final = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT pg_database_size(current_database())",
}


def store_facts(connection: Connection, kind: str) -> StoreFacts:
    """Return the facts; the size is that of the whole database, in bytes."""
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return StoreFacts(
        kind=kind, revision=str(revision), size_bytes=int(connection.scalar(text(_SIZE[kind])) or 0)
    )


def count_rows(connection: Connection, table_name: str) -> int:
    """Return the number of rows of a table of the schema."""
    counted = select(func.count()).select_from(schema.METADATA.tables[table_name])
    return int(connection.scalar(counted) or 0)


def ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
