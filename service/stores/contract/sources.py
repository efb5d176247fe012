"""What came of event sources by day."""

from datetime import datetime
from typing import Protocol

from service.stores.contract.row import Row


class SourceCount(Row, frozen=True, kw_only=True):
    """What came of payloads of an event source.

    Of their events: counted, counted before, left out as no events, without an account; rows of `reports`
    on domains. `refused` payloads had no right signature, `unreadable` ones are in no form that is known.
    `fault` says what was wrong last.
    """

    source: str
    payloads: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    unattributed: int = 0
    reports: int = 0
    refused: int = 0
    unreadable: int = 0
    fault: str = ""

    @property
    def taken(self) -> int:
        """Events and rows of reports that were new."""
        return self.accepted + self.unattributed + self.reports

    @property
    def heard(self) -> bool:
        """Whether the source told anything, new or not."""
        return self.taken + self.duplicates > 0


class SourceDay(Row, frozen=True, kw_only=True):
    """The counts of a day slot (UTC)."""

    day: int
    count: SourceCount


class SourceLast(Row, frozen=True, kw_only=True):
    """When a source was first (day slot) and last heard of, and what was wrong last; as long as that is kept."""

    source: str
    first_day: int | None = None
    last_at: datetime | None = None
    fault: str = ""
    fault_at: datetime | None = None


class Sources(Protocol):
    def count_source(self, count: SourceCount, at: datetime) -> None:
        """Count what came of a source's payloads that gave no events."""
        ...

    def source_days(self, first_day: int) -> tuple[SourceDay, ...]:
        """The counts by source and day since a day slot."""
        ...

    def source_last(self) -> tuple[SourceLast, ...]: ...
