"""What receivers report of a sending domain in sums: no event of one mail, kept as numbers."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from features.records import Record


class ReportKind(StrEnum):
    """The kinds of report."""

    DMARC_AGGREGATE = "dmarc_aggregate"
    DMARC_FAILURE = "dmarc_failure"
    TLS = "tls"


class Report(Record, frozen=True, kw_only=True):
    """One row of a report: what a receiver saw of a domain's mail in a period.

    `facts` are the row's own words, such as `disposition`, `dkim`, `spf` and `result_type`.
    """

    kind: ReportKind
    report_id: str
    reporter: str
    domain: str
    count: int
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    source_ip: str | None = None
    passed: bool | None = None
    facts: Mapping[str, str] = {}
