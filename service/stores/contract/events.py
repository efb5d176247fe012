"""Events, counted into tiles."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from features.records import Event
from features.tiles import TileRows
from features.windows import Grain
from service.stores.contract.row import Row
from service.stores.contract.sources import SourceCount


class StampedEvent(Row, frozen=True, kw_only=True):
    """An event with its recipient already hashed; `event.recipient` is None here.

    `failure` are the columns of `features.bounces.tally.FAILURES` that it counts in.
    """

    event: Event
    recipient_hash: int | None = None
    failure: tuple[int, ...] = ()


class IngestCount(Row, frozen=True, kw_only=True):
    """`duplicates` holds the indexes of events that had been counted before."""

    accepted: int
    duplicates: tuple[int, ...] = ()


class Evidence(Row, frozen=True, kw_only=True):
    """A kept sample of a diagnostic text."""

    account_id: str
    kind: str
    seen_at: datetime
    text: str


class Events(Protocol):
    def ingest(
        self,
        events: Sequence[StampedEvent],
        received_at: datetime,
        heard: SourceCount | None = None,
    ) -> IngestCount:
        """Deduplicate, count into tiles, keep flags and evidence, set milestones: one transaction.

        `heard` is the payload that they came in, as far as it is known; it is counted with them.
        """
        ...

    def tiles(
        self,
        entities: Iterable[int],
        grain: Grain,
        first_slot: int,
        last_slot: int,
        cuts: Sequence[int] | None = None,
    ) -> TileRows:
        """Tiles with first_slot <= slot <= last_slot, sorted by (entity, slot).

        With `cuts`, slots in any order, those of an entity are added up from one cut to the next.
        """
        ...

    def failures(
        self,
        entities: Iterable[int],
        grain: Grain,
        first_slot: int,
        last_slot: int,
        cuts: Sequence[int] | None = None,
    ) -> TileRows:
        """The same for `features.bounces.tally.FAILURES`: `counts` `(n, 17)`, hours and days."""
        ...

    def providers(self, account_id: str) -> tuple[str, ...]:
        """Mailbox providers that the account has had events at."""
        ...

    def milestones(self, account_id: str) -> tuple[datetime | None, datetime | None]:
        """When the first and the thousandth mail were sent."""
        ...

    def evidence(self, account_id: str) -> tuple[Evidence, ...]: ...
