"""Count events: recipients become keyed hashes, addresses leave the texts, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from msgspec.structs import replace

from features.bounces.tally import failure_places
from features.hashing import AddressHasher
from features.records import Event
from features.sources.attribution import Attribution, Unattributed, attribute
from features.sources.source import Rejected, Source, UnreadablePayload
from service import errors
from service.scrub import scrub
from service.stores.contract import IngestCount, LostEvent, SourceCount, StampedEvent, Store


class Ingest:
    """The use case behind `POST /v1/events`; `hasher` holds the installation's key."""

    def __init__(self, store: Store, hasher: AddressHasher) -> None:
        self._store = store
        self._hasher = hasher

    def __call__(
        self, events: Sequence[Event], received_at: datetime, heard: SourceCount | None = None
    ) -> IngestCount:
        """Count events that were not counted before, and `heard`, the payload that they came in.

        When it returns, they are durable.

        A recipient with an at sign is an address in clear; anything else was hashed by the
        caller and is hashed again, so that nobody's own hashes are ever looked up in ours. Of an
        address given as mailbox provider, the domain is kept.
        """
        stamped = [self._stamped(event) for event in events]
        return self._store.ingest(stamped, received_at, heard)

    def _stamped(self, event: Event) -> StampedEvent:
        diagnostic = None if event.diagnostic is None else scrub(event.diagnostic)
        provider = None if event.mailbox_provider is None else _domain(event.mailbox_provider)
        known = (event.recipient, event.diagnostic, event.mailbox_provider)
        if known == (None, diagnostic, provider):
            return StampedEvent(event=event, failure=failure_places(event))
        clean = replace(event, recipient=None, diagnostic=diagnostic, mailbox_provider=provider)
        hashed = None if event.recipient is None else self._hasher(event.recipient)
        return StampedEvent(event=clean, recipient_hash=hashed, failure=failure_places(clean))


def _domain(provider: str) -> str:
    return provider.rpartition("@")[2] if "@" in provider else provider


@dataclass(frozen=True)
class Taken:
    """What became of a payload; `unattributed` events are kept, their account is not known.

    `reports` are rows of DMARC and TLS reports that were not kept before.
    """

    accepted: int
    duplicates: int
    unattributed: int
    rejected: tuple[Rejected, ...]
    reports: int = 0


class TakePayload:
    """The use case behind `POST /v1/events/{source}`, Maildirs, LMTP and brokers."""

    def __init__(self, store: Store, hasher: AddressHasher, rules: Attribution) -> None:
        self._store = store
        self._hasher = hasher
        self._rules = rules
        self._ingest = Ingest(store, hasher)

    def __call__(
        self,
        source: Source,
        body: bytes,
        content_type: str,
        received_at: datetime,
        account_id: str | None = None,
    ) -> Taken:
        """Count a payload's events. When it returns, they are durable.

        `account_id` is that of events to which no rule gives one. Raises `UnreadablePayload`.
        """
        try:
            parsed = source.parse(body, f"{content_type}; received={received_at:%Y-%m-%d}")
        except UnreadablePayload as error:
            fault = SourceCount(source=source.name, unreadable=1, fault=scrub(str(error)[:300]))
            self._store.count_source(fault, received_at)
            raise errors.UnreadablePayload(str(error)) from error
        owner_of = cache(self._store.domain_owner)
        found = attribute(parsed, source.name, self._rules, received_at, owner_of, account_id)
        heard = SourceCount(
            source=source.name, rejected=len(found.rejected),
            unattributed=len(found.unattributed), reports=len(parsed.reports),
            fault=scrub(found.rejected[0].error[:300]) if found.rejected else "",
        )  # fmt: skip
        counted = self._ingest(found.events, received_at, heard)
        lost = [self._lost(source.name, one, received_at) for one in found.unattributed]
        fresh = self._store.keep_unattributed(lost, received_at) if lost else 0
        reports = self._store.keep_reports(parsed.reports, received_at) if parsed.reports else 0
        return Taken(
            accepted=counted.accepted,
            duplicates=len(counted.duplicates) + len(lost) - fresh,
            unattributed=fresh,
            rejected=found.rejected,
            reports=reports,
        )

    def _lost(self, source: str, one: Unattributed, received_at: datetime) -> LostEvent:
        """Return what is kept of an event without an account: hashes and scrubbed texts."""
        draft = one.draft
        return LostEvent(
            source=draft.source or source,
            event_id=draft.event_id,
            type=draft.type,
            occurred_at=draft.occurred_at or received_at,
            recipient_hash=self._hasher(draft.recipient) if draft.recipient else None,
            mailbox_provider=draft.mailbox_provider,
            sending_ip=draft.sending_ip,
            smtp_code=draft.smtp_code,
            enhanced_status=draft.enhanced_status,
            diagnostic=scrub(draft.diagnostic)[:500] if draft.diagnostic else None,
            feedback_type=draft.feedback_type,
            campaign_id=draft.campaign_id,
            bounce_class=draft.bounce_class,
            clues={
                name: tuple(scrub(text) for text in texts) for name, texts in draft.clues.items()
            },
        )
