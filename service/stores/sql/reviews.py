"""Second looks, and what reviewers did."""

from datetime import datetime

from service.desk.records import Case, LookQuery
from service.stores import review_rows
from service.stores.contract import Arrivals, Scored
from service.stores.sql.transactions import Transactions


class SqlReviews(Transactions):
    def turn_looks(self, at: datetime) -> int:
        return self.write(lambda c: review_rows.turn_looks(c, self.dialect, at))

    def second_looks(self, query: LookQuery) -> tuple[Case, ...]:
        return self.read(lambda c: review_rows.second_looks(c, query))

    def scored(self, since: datetime, limit: int) -> tuple[Scored, ...]:
        return self.read(lambda c: review_rows.scored(c, since, limit))

    def ruled(self, since: datetime, limit: int) -> tuple[Case, ...]:
        return self.read(lambda c: review_rows.ruled(c, since, limit))

    def audited(self, since: datetime, until: datetime, limit: int) -> tuple[Case, ...]:
        return self.read(lambda c: review_rows.audited(c, since, until, limit))

    def arrivals(self, since: datetime, until: datetime) -> tuple[Arrivals, ...]:
        return self.read(lambda c: review_rows.arrivals(c, since, until))
