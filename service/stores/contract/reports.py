"""Reports on sending domains."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from features.sources.report import Report


class Reports(Protocol):
    def keep_reports(self, reports: Sequence[Report], received_at: datetime) -> int:
        """Keep rows of reports, each once; return how many are new."""
        ...

    def reports(self, domain: str | None, limit: int) -> tuple[Report, ...]:
        """The newest rows of reports, on one domain or on all."""
        ...
