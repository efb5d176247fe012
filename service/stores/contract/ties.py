"""What accounts share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from features.facts import Peers, TieKind
from features.records import Account
from service.stores.contract.row import Row


class TiedAccount(Row, frozen=True, kw_only=True):
    """An account that shares something: the last verdict on it and the newest decision's action."""

    account_id: str
    created_at: datetime
    verdict: str | None = None
    last_action: str | None = None

    @property
    def flagged(self) -> bool:
        """Whether a person called it abusive, or it was terminated and no person said otherwise."""
        if self.verdict is not None:
            return self.verdict == "abusive"
        return self.last_action == "terminate"


class Tied(Row, frozen=True, kw_only=True):
    """One thing that an account shares with `accounts` others, counted up to 200; some by name."""

    kind: str
    accounts: int
    peers: tuple[TiedAccount, ...] = ()


class Ties(Protocol):
    def add_ties(self, account_id: str, ties: Mapping[TieKind, int], at: datetime) -> None: ...
    def peers(self, account: Account, ties: Mapping[TieKind, int]) -> dict[TieKind, Peers]: ...
    def tied(self, account_id: str) -> tuple[Tied, ...]:
        """What an account shares with others, what the fewest share first."""
        ...
