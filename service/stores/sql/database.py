"""The database itself."""

from abc import abstractmethod
from datetime import datetime

from service.stores import retention, store_facts
from service.stores.contract import StoreFacts
from service.stores.retention import Keep
from service.stores.sql.transactions import Transactions


class SqlDatabase(Transactions):
    @abstractmethod
    def migrate(self) -> None:
        """Bring the tables to the newest version."""

    def ping(self) -> None:
        self.read(store_facts.ping)

    @abstractmethod
    def close(self) -> None:
        """Let go of the database; writes under way are finished."""

    def facts(self) -> StoreFacts:
        return self.read(lambda c: store_facts.store_facts(c, self.dialect.name))

    def purge(self, now: datetime, keep: Keep = Keep()) -> dict[str, int]:  # noqa: B008 - immutable
        """Drop what nothing reads any more, in many short transactions; return the rows by table.

        Events older than `keep.seen` days are no longer known when they come again.
        """
        return retention.purge(self.write, self.dialect, now, keep)

    def count_rows(self, table_name: str) -> int:
        """Return how many rows a table has; for operators and tests."""
        return self.read(lambda c: store_facts.count_rows(c, table_name))
