"""What the database itself is: its kind, the revision of its tables, its size."""

from typing import Final

from sqlalchemy import Connection, text

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
