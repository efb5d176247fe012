"""What came of event sources by day."""

from datetime import datetime

from service.stores import source_rows
from service.stores.contract import SourceCount, SourceDay, SourceLast
from service.stores.sql.transactions import Transactions


class SqlSources(Transactions):
    def count_source(self, count: SourceCount, at: datetime) -> None:
        self.write(lambda c: source_rows.count(c, self.dialect, count, at))

    def source_days(self, first_day: int) -> tuple[SourceDay, ...]:
        return self.read(lambda c: source_rows.days(c, first_day))

    def source_last(self) -> tuple[SourceLast, ...]:
        return self.read(source_rows.last)
