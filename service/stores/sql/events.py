"""Events, counted into tiles."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from features.tiles import TileRows
from features.windows import Grain
from service.stores import event_rows, tile_rows
from service.stores.contract import Evidence, IngestCount, SourceCount, StampedEvent
from service.stores.sql.transactions import Transactions


class SqlEvents(Transactions):
    def ingest(
        self,
        events: Sequence[StampedEvent],
        received_at: datetime,
        heard: SourceCount | None = None,
    ) -> IngestCount:
        return self.write(lambda c: event_rows.ingest(c, self.dialect, events, received_at, heard))

    def tiles(
        self,
        entities: Iterable[int],
        grain: Grain,
        first_slot: int,
        last_slot: int,
        cuts: Sequence[int] | None = None,
    ) -> TileRows:
        wanted = (entities, grain, first_slot, last_slot, cuts)
        return self.read(lambda c: tile_rows.read(c, self.dialect, "tiles", *wanted))

    def failures(
        self,
        entities: Iterable[int],
        grain: Grain,
        first_slot: int,
        last_slot: int,
        cuts: Sequence[int] | None = None,
    ) -> TileRows:
        wanted = (entities, grain, first_slot, last_slot, cuts)
        return self.read(lambda c: tile_rows.read(c, self.dialect, "failures", *wanted))

    def providers(self, account_id: str) -> tuple[str, ...]:
        return self.read(lambda c: event_rows.providers(c, account_id))

    def milestones(self, account_id: str) -> tuple[datetime | None, datetime | None]:
        return self.read(lambda c: event_rows.milestones(c, account_id))

    def evidence(self, account_id: str) -> tuple[Evidence, ...]:
        return self.read(lambda c: event_rows.evidence(c, account_id))
