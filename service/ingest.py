"""Count events: recipients become keyed hashes, addresses leave the texts, one transaction."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from features.hashing import AddressHasher
from features.records import Event
from service.scrub import scrub
from service.stores.contract import IngestCount, StampedEvent, Store


class Ingest:
    """The use case behind `POST /v1/events`; `hasher` holds the installation's key."""

    def __init__(self, store: Store, hasher: AddressHasher) -> None:
        self._store = store
        self._hasher = hasher

    def __call__(self, events: Sequence[Event], received_at: datetime) -> IngestCount:
        """Count events that were not counted before. When it returns, they are durable.

        A recipient with an at sign is an address in clear; anything else was hashed by the
        caller and is hashed again, so that nobody's own hashes are ever looked up in ours. Of an
        address given as mailbox provider, the domain is kept.
        """
        return self._store.ingest([self._stamped(event) for event in events], received_at)

    def _stamped(self, event: Event) -> StampedEvent:
        diagnostic = None if event.diagnostic is None else scrub(event.diagnostic)
        provider = None if event.mailbox_provider is None else _domain(event.mailbox_provider)
        known = (event.recipient, event.diagnostic, event.mailbox_provider)
        if known == (None, diagnostic, provider):
            return StampedEvent(event=event)
        clean = replace(event, recipient=None, diagnostic=diagnostic, mailbox_provider=provider)
        hashed = None if event.recipient is None else self._hasher(event.recipient)
        return StampedEvent(event=clean, recipient_hash=hashed)


def _domain(provider: str) -> str:
    return provider.rpartition("@")[2] if "@" in provider else provider
