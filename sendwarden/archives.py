"""Days as people write them, for the commands on archives."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from rich.console import Console

from sendwarden.compose import open_sql_store
from sendwarden.settings import load_settings
from service.archive.layout import number_of
from service.stores.sql import SqlStore


def day_number(at: datetime | None) -> int | None:
    """Return the days since 1970 of a day given on the command line."""
    return None if at is None else number_of(at.date())


def present() -> datetime:
    return datetime.now(UTC)


@contextmanager
def archive_store() -> Iterator[SqlStore]:
    """Open the store that the settings name, up to date, for the time of a command."""
    with closing(open_sql_store(load_settings())) as store:
        yield store


def say(text: str) -> None:
    """Show what is under way, where somebody looks on."""
    console = Console(stderr=True)
    if console.is_terminal:
        console.print(text, style="dim")
