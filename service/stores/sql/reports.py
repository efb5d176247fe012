"""Reports on sending domains."""

from collections.abc import Sequence
from datetime import datetime

from features.sources.report import Report
from service.stores import report_rows
from service.stores.sql.transactions import Transactions


class SqlReports(Transactions):
    def keep_reports(self, reports: Sequence[Report], received_at: datetime) -> int:
        return self.write(lambda c: report_rows.keep(c, self.dialect, reports, received_at))

    def reports(self, domain: str | None, limit: int) -> tuple[Report, ...]:
        return self.read(lambda c: report_rows.newest(c, domain, limit))
