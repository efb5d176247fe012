"""Whole days, out and in."""

from collections.abc import Sequence

from service.stores import archive_rows
from service.stores.archive_rows import StoredDecision, TileKey, TileRow
from service.stores.sql.transactions import Transactions


class SqlArchive(Transactions):
    def first_day(self) -> int | None:
        return self.read(archive_rows.first_day)

    def tile_page(self, days: range, after: TileKey | None, limit: int) -> list[TileRow]:
        return self.read(lambda c: archive_rows.tile_page(c, days, after, limit))

    def sender_page(self, after: tuple[str, str] | None, limit: int) -> tuple[tuple[str, str], ...]:
        return self.read(lambda c: archive_rows.sender_page(c, after, limit))

    def account_page(self, after: str, limit: int) -> tuple[str, ...]:
        return self.read(lambda c: archive_rows.account_page(c, after, limit))

    def decision_page(
        self, day: int, after: tuple[int, str] | None, limit: int
    ) -> tuple[StoredDecision, ...]:
        return self.read(lambda c: archive_rows.decision_page(c, day, after, limit))

    def put_tiles(self, rows: Sequence[TileRow], own: frozenset[int]) -> int:
        return self.write(lambda c: archive_rows.put_tiles(c, self.dialect, rows, own))

    def put_senders(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.write(lambda c: archive_rows.put_senders(c, self.dialect, pairs))

    def put_decisions(self, decisions: Sequence[StoredDecision]) -> int:
        return self.write(lambda c: archive_rows.put_decisions(c, self.dialect, decisions))
