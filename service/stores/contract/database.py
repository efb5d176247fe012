"""The database itself."""

from contextlib import AbstractContextManager
from typing import Protocol

from service.stores.contract.row import Row


class StoreFacts(Row, frozen=True, kw_only=True):
    """What the database is: `sqlite` or `postgresql`, the revision of its tables, its size."""

    kind: str
    revision: str
    size_bytes: int


class Database(Protocol):
    def migrate(self) -> None: ...
    def ping(self) -> None: ...
    def snapshot(self) -> AbstractContextManager[None]:
        """Let the reads of this thread share one connection; nothing is written meanwhile."""
        ...

    def close(self) -> None: ...
    def facts(self) -> StoreFacts:
        """What the database itself is."""
        ...
