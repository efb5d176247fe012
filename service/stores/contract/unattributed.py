"""Events without an account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from features.records import EventType
from service.stores.contract.row import Row


class LostEvent(Row, frozen=True, kw_only=True):
    """An event without an account: what is known of it, no address in any text.

    `clues` are what the attribution rules looked at.
    """

    source: str
    event_id: str
    type: EventType
    occurred_at: datetime
    received_at: datetime | None = None
    recipient_hash: int | None = None
    mailbox_provider: str | None = None
    sending_ip: str | None = None
    smtp_code: int | None = None
    enhanced_status: str | None = None
    diagnostic: str | None = None
    feedback_type: str | None = None
    campaign_id: str | None = None
    bounce_class: str | None = None
    clues: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class LostCount(Row, frozen=True, kw_only=True):
    """How many events of a source and type have no account."""

    source: str
    type: str
    count: int


class Unattributed(Protocol):
    def keep_unattributed(self, events: Sequence[LostEvent], received_at: datetime) -> int:
        """Keep events that have no account, each once; return how many are new."""
        ...

    def unattributed(self, source: str | None, limit: int) -> tuple[LostEvent, ...]:
        """The newest events that have no account, of one source or of all."""
        ...

    def unattributed_counts(self) -> tuple[LostCount, ...]: ...
