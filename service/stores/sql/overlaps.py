"""Lists that share addresses, and bad lists known by name."""

from collections.abc import Sequence
from datetime import datetime

from service.stores import overlap_rows
from service.stores.contract import Hashes, KnownList, Overlap, Owner
from service.stores.sql.transactions import Transactions


class SqlOverlaps(Transactions):
    def overlaps(self, account_id: str, sketch: Hashes, limit: int = 10) -> tuple[Overlap, ...]:
        return self.read(
            lambda c: overlap_rows.overlaps(c, self.dialect, account_id, sketch, limit)
        )

    def list_overlaps(self, account_id: str, list_id: str, limit: int = 10) -> tuple[Overlap, ...]:
        return self.read(
            lambda c: overlap_rows.list_overlaps(c, self.dialect, account_id, list_id, limit)
        )

    def owners(self, account_ids: Sequence[str]) -> dict[str, Owner]:
        return self.read(lambda c: overlap_rows.owners(c, account_ids))

    def put_known_list(self, name: str, sketch: Hashes, at: datetime) -> None:
        self.write(lambda c: overlap_rows.put_known_list(c, self.dialect, name, sketch, at))

    def drop_known_list(self, name: str) -> bool:
        return self.write(lambda c: overlap_rows.drop_known_list(c, self.dialect, name))

    def known_lists(self) -> tuple[KnownList, ...]:
        return self.read(overlap_rows.known_lists)
