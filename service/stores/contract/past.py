"""What was known at an earlier time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from features.records import Account, ListImport, SendingDomain
from service.stores.contract.row import Row


class TiedThen(Row, frozen=True, kw_only=True):
    """An account that shared a thing at an earlier time; `created_at` orders them."""

    account_id: str
    created_at: datetime


class Past(Protocol):
    def account_past(self, account_id: str) -> tuple[tuple[datetime, Account], ...]:
        """Return every state of an account's record and since when it held, oldest first."""
        ...

    def domains_past(self, account_id: str) -> tuple[tuple[datetime, SendingDomain], ...]:
        """Return the states of every domain that was ever the account's, oldest first.

        A domain that went to another account is the other's from then on.
        """
        ...

    def imports_past(self, account_id: str) -> tuple[ListImport, ...]:
        """Return every import of every list of an account, oldest first."""
        ...

    def tied_then(
        self, account_id: str, tie: int, at: datetime, limit: int
    ) -> tuple[TiedThen, ...]:
        """Return the other accounts that were known to share a tie at `at`, the newest first."""
        ...

    def actions_past(
        self, account_ids: Sequence[str]
    ) -> dict[str, tuple[tuple[datetime, str], ...]]:
        """Return what was decided on accounts and their campaigns, by account, oldest first."""
        ...

    def keep_feature_set(self, fingerprint: str, definitions: str) -> None:
        """Keep what a feature set's columns are; what is kept already stays."""
        ...

    def feature_set(self, fingerprint: str) -> str | None: ...
