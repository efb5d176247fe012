"""Changes that others are told of, and who is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from service.outbox.changes import Change
from service.outbox.endpoints import Delivery, Endpoint
from service.stores.contract.row import Row


class EndpointState(Row, frozen=True, kw_only=True):
    """How deliveries to a receiver of changes fare.

    `behind` are changes that were not looked at for it yet; `error` is the last one of what it has not got.
    """

    endpoint: Endpoint
    delivered: int
    delivered_at: datetime | None
    waiting: int
    dead: int
    behind: int
    error: str = ""
    next_at: datetime | None = None


class Outbox(Protocol):
    def add_changes(self, changes: Sequence[Change]) -> None:
        """Store changes that come with nothing else; the others are stored with what makes them."""
        ...

    def changes(
        self, after: int, limit: int, account_id: str | None = None, types: Sequence[str] = ()
    ) -> tuple[Change, ...]:
        """Changes that were committed after one, in that order."""
        ...

    def newest_change(self) -> int: ...
    def put_endpoint(self, endpoint: Endpoint) -> Endpoint:
        """Add a receiver; it is told of what happens from now on."""
        ...

    def endpoints(self) -> tuple[Endpoint, ...]: ...
    def drop_endpoint(self, webhook_id: str) -> bool: ...
    def lease_endpoint(
        self, webhook_id: str, holder: str, at: datetime, until: datetime
    ) -> bool: ...
    def advance(
        self,
        webhook_id: str,
        cursor: int,
        queued: Sequence[Delivery],
        delivered: int = 0,
        at: datetime | None = None,
    ) -> None:
        """Note that changes up to `cursor` are delivered, but for those that are queued or not wanted.

        `delivered` of them were, lastly `at`.
        """
        ...

    def accounts_waiting(self, webhook_id: str) -> tuple[str, ...]: ...
    def due(self, webhook_id: str, at: datetime, limit: int) -> tuple[tuple[Delivery, Change], ...]:
        """The oldest waiting change of each account, where it is due."""
        ...

    def settle(
        self, delivery: Delivery, later: Delivery | None, at: datetime | None = None
    ) -> None:
        """Forget a delivery that was made `at` a time, or keep it for later."""
        ...

    def undelivered(self, webhook_id: str, limit: int) -> tuple[tuple[Delivery, Change], ...]: ...
    def endpoint_states(self) -> tuple[EndpointState, ...]: ...
    def redeliver(self, webhook_id: str, at: datetime) -> int:
        """Let an endpoint's dead deliveries be tried again; how many."""
        ...
