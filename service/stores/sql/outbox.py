"""Changes that others are told of, and who is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from service.outbox.changes import Change
from service.outbox.endpoints import Delivery, Endpoint
from service.stores import outbox_rows
from service.stores.contract import EndpointState
from service.stores.sql.transactions import Transactions


class SqlOutbox(Transactions):
    def add_changes(self, changes: Sequence[Change]) -> None:
        self.write(lambda c: outbox_rows.add_changes(c, self.dialect, changes))

    def changes(
        self, after: int, limit: int, account_id: str | None = None, types: Sequence[str] = ()
    ) -> tuple[Change, ...]:
        return self.read(lambda c: outbox_rows.changes(c, after, limit, account_id, types))

    def newest_change(self) -> int:
        return self.read(outbox_rows.newest_change)

    def put_endpoint(self, endpoint: Endpoint) -> Endpoint:
        return self.write(lambda c: outbox_rows.put_endpoint(c, endpoint))

    def endpoints(self) -> tuple[Endpoint, ...]:
        return self.read(outbox_rows.endpoints)

    def drop_endpoint(self, webhook_id: str) -> bool:
        return self.write(lambda c: outbox_rows.drop_endpoint(c, webhook_id))

    def lease_endpoint(self, webhook_id: str, holder: str, at: datetime, until: datetime) -> bool:
        return self.write(lambda c: outbox_rows.lease_endpoint(c, webhook_id, holder, at, until))

    def advance(
        self,
        webhook_id: str,
        cursor: int,
        queued: Sequence[Delivery],
        delivered: int = 0,
        at: datetime | None = None,
    ) -> None:
        def job(connection: Connection) -> None:
            outbox_rows.advance(connection, self.dialect, webhook_id, cursor, queued)
            outbox_rows.count_delivered(connection, webhook_id, delivered, at)

        self.write(job)

    def accounts_waiting(self, webhook_id: str) -> tuple[str, ...]:
        return self.read(lambda c: outbox_rows.accounts_waiting(c, webhook_id))

    def due(self, webhook_id: str, at: datetime, limit: int) -> tuple[tuple[Delivery, Change], ...]:
        return self.read(lambda c: outbox_rows.due(c, webhook_id, at, limit))

    def settle(
        self, delivery: Delivery, later: Delivery | None, at: datetime | None = None
    ) -> None:
        def job(connection: Connection) -> None:
            outbox_rows.settle(connection, self.dialect, delivery, later)
            if later is None:
                outbox_rows.count_delivered(connection, delivery.webhook_id, 1, at)

        self.write(job)

    def undelivered(self, webhook_id: str, limit: int) -> tuple[tuple[Delivery, Change], ...]:
        return self.read(lambda c: outbox_rows.undelivered(c, webhook_id, limit))

    def endpoint_states(self) -> tuple[EndpointState, ...]:
        return self.read(outbox_rows.endpoint_states)

    def redeliver(self, webhook_id: str, at: datetime) -> int:
        return self.write(lambda c: outbox_rows.redeliver(c, self.dialect, webhook_id, at))
