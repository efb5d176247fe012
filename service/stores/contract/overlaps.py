"""Lists that share addresses, and bad lists known by name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from features.records import Account
from service.stores.contract.row import Hashes, Row


class Overlap(Row, frozen=True, kw_only=True):
    """`containment`: estimated share of the new list that is in the other one.

    `standard_error` is that of the estimate, which rests on `compared` addresses; `contains` is
    the share of the other list that is in the new one. A known bad list has an empty `account_id`.
    """

    account_id: str
    list_id: str
    containment: float
    standard_error: float = 0.0
    compared: int = 0
    contains: float = 0.0

    @property
    def known_bad(self) -> bool:
        return not self.account_id


class Owner(Row, frozen=True, kw_only=True):
    """Whose a list is; `abuser`: a person said so, or the account was terminated."""

    account: Account
    abuser: bool


class KnownList(Row, frozen=True, kw_only=True):
    """A bad list that the abuse team registered: kept as a sketch, known by a name."""

    name: str
    addresses: int
    added_at: datetime


class Overlaps(Protocol):
    def overlaps(self, account_id: str, sketch: Hashes, limit: int = 10) -> tuple[Overlap, ...]:
        """Other accounts' lists, and known bad ones, that share addresses with the list of this
        bottom-k sketch, largest share first."""
        ...

    def list_overlaps(self, account_id: str, list_id: str, limit: int = 10) -> tuple[Overlap, ...]:
        """Other lists that share addresses with a stored one, the most shared first."""
        ...

    def owners(self, account_ids: Sequence[str]) -> dict[str, Owner]:
        """Who those of the accounts are that are known."""
        ...

    def put_known_list(self, name: str, sketch: Hashes, at: datetime) -> None:
        """Register a bad list, such as one that is on sale, or replace it."""
        ...

    def drop_known_list(self, name: str) -> bool:
        """Forget a bad list; False when there was none."""
        ...

    def known_lists(self) -> tuple[KnownList, ...]: ...
