"""What is known of accounts, sending domains, lists and recipients."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from features.facts import TieKind
from features.records import Account, ListImport, SendingDomain
from service.stores.contract.row import Hashes


class RecipientFlag:
    """Bits of what is known of a recipient hash across the platform."""

    HARD_BOUNCE = 1
    COMPLAINT = 2
    UNSUBSCRIBE = 4
    TRAP = 8
    SENT = 16


class Facts(Protocol):
    """`put_account` and `put_domain` keep history with valid_from = `at`."""

    def put_account(self, account: Account, ties: Mapping[TieKind, int], at: datetime) -> None: ...
    def account(self, account_id: str) -> Account | None: ...
    def put_domain(self, domain: SendingDomain, at: datetime) -> None: ...
    def domains(self, account_id: str) -> tuple[SendingDomain, ...]: ...
    def domain_names(self, after: str, limit: int) -> tuple[str, ...]:
        """Sending domains of all accounts, in the order of their names."""
        ...

    def domain_owner(self, domain: str) -> str | None:
        """The account that a sending domain was put for."""
        ...

    def add_import(self, record: ListImport, sketch: Hashes) -> None: ...
    def imports(
        self, account_id: str, list_ids: Sequence[str] | None = None
    ) -> tuple[ListImport, ...]:
        """Newest import of each list of the account (all lists when `list_ids` is None)."""
        ...

    def recipient_flags(self, hashes: Hashes) -> dict[int, int]:
        """Known flag bits of those hashes that are known."""
        ...
