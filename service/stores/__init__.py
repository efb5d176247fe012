"""Durable state behind one contract: SQLite by default, PostgreSQL when grown up.

A subject (decisions, events, overlaps, ...) has one name in all places: `contract/` holds its rows
and what a store does with them, `schema/` its tables, `<subject>_rows.py` the statements, and `sql/`
runs those in transactions.
"""

from service.stores.sql import SqlStore


def open_store(url: str) -> SqlStore:
    """Open the store that a SQLAlchemy URL names: `sqlite:///file` or `postgresql+psycopg://...`.

    Raises `ValueError` for another database. Nothing is written before `migrate()`.
    """
    if url.startswith("sqlite"):
        from service.stores.sqlite import SqliteStore

        return SqliteStore(url)
    if url.startswith("postgresql"):
        from service.stores.postgres import PostgresStore

        driver = (
            url
            if "+" in url.split(":", 1)[0]
            else url.replace("postgresql", "postgresql+psycopg", 1)
        )
        return PostgresStore(driver)
    raise ValueError(
        f"no store for {url.split(':', 1)[0]!r}; use sqlite:/// or postgresql+psycopg://"
    )
