"""Customers' appeals."""

from service.stores import appeal_rows
from service.stores.contract import Appeal
from service.stores.sql.transactions import Transactions


class SqlAppeals(Transactions):
    def add_appeal(self, appeal: Appeal) -> None:
        self.write(lambda c: appeal_rows.add_appeal(c, appeal))

    def appeal(self, appeal_id: str) -> Appeal | None:
        return self.read(lambda c: appeal_rows.appeal(c, appeal_id))

    def appeals(self, *, waiting: bool, limit: int) -> tuple[Appeal, ...]:
        return self.read(lambda c: appeal_rows.appeals(c, waiting, limit))

    def count_appeals(self) -> int:
        return self.read(appeal_rows.count_waiting)
