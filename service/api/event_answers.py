"""What the API answers about events: what became of a body, what nobody owns, domain reports."""

from datetime import datetime
from typing import Final

from service.api.answers import Answer


class RejectedEvent(Answer, frozen=True, kw_only=True):
    """A row that could not be read; `index` counts from 0."""

    index: int
    error: str


class EventsAnswer(Answer, frozen=True, kw_only=True):
    """What became of a batch: counted now, counted before, not understood."""

    accepted: int
    duplicates: int
    rejected: tuple[RejectedEvent, ...]


class SourceEventsAnswer(EventsAnswer, frozen=True, kw_only=True):
    """`unattributed` events are kept, but no rule tells their account; see GET /v1/unattributed.

    `reports` counts new rows of DMARC and TLS reports; see GET /v1/domain-reports.
    """

    unattributed: int
    reports: int


class DomainReportAnswer(Answer, frozen=True, kw_only=True):
    """A row of a DMARC or TLS report: what a receiver saw of a domain's mail in a period."""

    kind: str
    report_id: str
    reporter: str
    domain: str
    count: int
    begins_at: datetime | None
    ends_at: datetime | None
    source_ip: str | None
    passed: bool | None
    facts: dict[str, str]


class DomainReportsAnswer(Answer, frozen=True, kw_only=True):
    """Rows of reports, newest first."""

    reports: tuple[DomainReportAnswer, ...]


class LostEventAnswer(Answer, frozen=True, kw_only=True):
    """An event without an account; addresses are taken out of every text."""

    source: str
    event_id: str
    type: str
    occurred_at: datetime
    received_at: datetime | None
    mailbox_provider: str | None
    sending_ip: str | None
    smtp_code: int | None
    enhanced_status: str | None
    diagnostic: str | None
    feedback_type: str | None
    campaign_id: str | None
    bounce_class: str | None
    clues: dict[str, tuple[str, ...]]


class LostCountAnswer(Answer, frozen=True, kw_only=True):
    """How many events of a source and type have no account."""

    source: str
    type: str
    count: int


class UnattributedAnswer(Answer, frozen=True, kw_only=True):
    """Events whose account no rule tells: counts of all, and the newest."""

    total: int
    counts: tuple[LostCountAnswer, ...]
    events: tuple[LostEventAnswer, ...]


EVENT_ANSWERS: Final[tuple[type[Answer], ...]] = (
    EventsAnswer,
    SourceEventsAnswer,
    UnattributedAnswer,
    DomainReportsAnswer,
)
