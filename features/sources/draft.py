"""An event as a source reports it: with clues to its account where that is not stated."""

from collections.abc import Mapping
from datetime import datetime

from features.bounces import BounceClass, Signal
from features.records import Event, EventType, Record

MAX_CLUE: int = 512


class Draft(Record, frozen=True, kw_only=True):
    """What is known of one thing that happened to one mail, before its account is.

    `occurred_at` None: the source does not say; the time of receipt stands in. `clues` map names
    such as `metadata.account_id`, `tag`, `header.x-account`, `return_path` and `dkim_domain` to
    texts; `bounce_class` and `signal` are set where the server's words were judged. `source` is
    set where the one that was asked only carried what is another's: it tells the event from others.
    """

    event_id: str
    type: EventType
    occurred_at: datetime | None = None
    recipient: str | None = None
    mailbox_provider: str | None = None
    sending_ip: str | None = None
    smtp_code: int | None = None
    enhanced_status: str | None = None
    diagnostic: str | None = None
    feedback_type: str | None = None
    account_id: str | None = None
    campaign_id: str | None = None
    bounce_class: BounceClass | None = None
    signal: Signal | None = None
    clues: Mapping[str, tuple[str, ...]] = {}
    source: str | None = None

    def event(
        self, source: str, account_id: str, campaign_id: str | None, received_at: datetime
    ) -> Event:
        """Return the canonical event."""
        return Event(
            event_id=self.event_id,
            type=self.type,
            account_id=account_id,
            campaign_id=campaign_id,
            occurred_at=self.occurred_at or received_at,
            recipient=self.recipient,
            mailbox_provider=self.mailbox_provider,
            sending_ip=self.sending_ip,
            smtp_code=self.smtp_code,
            enhanced_status=self.enhanced_status,
            diagnostic=self.diagnostic,
            feedback_type=self.feedback_type,
            bounce_class=self.bounce_class,
            source=self.source or source,
        )
