"""Events without an account."""

from collections.abc import Sequence
from datetime import datetime

from service.stores import unattributed_rows
from service.stores.contract import LostCount, LostEvent
from service.stores.sql.transactions import Transactions


class SqlUnattributed(Transactions):
    def keep_unattributed(self, events: Sequence[LostEvent], received_at: datetime) -> int:
        return self.write(lambda c: unattributed_rows.keep(c, self.dialect, events, received_at))

    def unattributed(self, source: str | None, limit: int) -> tuple[LostEvent, ...]:
        return self.read(lambda c: unattributed_rows.newest(c, source, limit))

    def unattributed_counts(self) -> tuple[LostCount, ...]:
        return self.read(unattributed_rows.counts)
