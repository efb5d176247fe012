"""Who was active where lately."""

from collections.abc import Sequence

from service.stores import activity_rows
from service.stores.contract import Active
from service.stores.sql.transactions import Transactions


class SqlActivity(Transactions):
    def active(
        self,
        kind: str,
        since_hour: int,
        *,
        subject: str | None = None,
        part: str | None = None,
        limit: int = 1_000,
    ) -> tuple[Active, ...]:
        return self.read(lambda c: activity_rows.active(c, kind, since_hour, subject, part, limit))

    def active_page(
        self,
        kind: str,
        since_hour: int,
        *,
        subject: str | None = None,
        part: str | None = None,
        after: Active | None = None,
        limit: int = 10_000,
    ) -> tuple[Active, ...]:
        return self.read(
            lambda c: activity_rows.active_page(c, kind, since_hour, subject, part, after, limit)
        )

    def active_parts(self, kind: str, since_hour: int, limit: int) -> tuple[str, ...]:
        return self.read(lambda c: activity_rows.active_parts(c, kind, since_hour, limit))

    def active_subjects(self, kind: str, since_hour: int) -> tuple[str, ...]:
        return self.read(lambda c: activity_rows.active_subjects(c, kind, since_hour))

    def active_at(self, kind: str, since_hour: int, parts: Sequence[str]) -> tuple[Active, ...]:
        return self.read(lambda c: activity_rows.active_at(c, kind, since_hour, parts))
