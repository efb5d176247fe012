"""Customers' appeals."""

from datetime import datetime
from typing import Protocol

from service.stores.contract.row import Row


class Appeal(Row, frozen=True, kw_only=True):
    """A customer's words on a decision. What comes with the `outcome`: `against` is whose verdict
    stood (None: the policy's alone), `rules` and `reasons` are those of the decision."""

    appeal_id: str
    decision_id: str
    account_id: str
    appealed_at: datetime
    cause: str
    change_made: str
    prevention: str
    outcome: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str | None = None
    label_id: str | None = None
    against: str | None = None
    rules: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class Appeals(Protocol):
    def add_appeal(self, appeal: Appeal) -> None: ...
    def appeal(self, appeal_id: str) -> Appeal | None: ...
    def appeals(self, *, waiting: bool, limit: int) -> tuple[Appeal, ...]:
        """Those that wait, the oldest first; or those that were judged, the newest first."""
        ...

    def count_appeals(self) -> int:
        """How many wait. `record` judges them."""
        ...
