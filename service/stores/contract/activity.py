"""Who was active where lately."""

from collections.abc import Sequence
from typing import Protocol

from service.stores.contract.row import Row


class ActiveKind:
    """Who was active where: (account, provider), (ip, provider), (account, ip)."""

    ACCOUNT = "account"
    IP = "ip"
    ACCOUNT_IP = "account_ip"


class Active(Row, frozen=True, kw_only=True):
    """A subject that had events at `part`, lastly in the hour slot `last_hour`."""

    subject: str
    part: str
    last_hour: int


class Activity(Protocol):
    def active(
        self,
        kind: str,
        since_hour: int,
        *,
        subject: str | None = None,
        part: str | None = None,
        limit: int = 1_000,
    ) -> tuple[Active, ...]:
        """Pairs that were active since an hour slot, the newest first."""
        ...

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
        """Pairs that were active since an hour slot, by subject and part, that follow `after`."""
        ...

    def active_parts(self, kind: str, since_hour: int, limit: int) -> tuple[str, ...]:
        """Parts that were active since an hour slot: the newest first, then those of most subjects."""
        ...

    def active_subjects(self, kind: str, since_hour: int) -> tuple[str, ...]:
        """All subjects that were active since an hour slot, in the order of their names."""
        ...

    def active_at(self, kind: str, since_hour: int, parts: Sequence[str]) -> tuple[Active, ...]:
        """All pairs active since an hour slot whose part is called so, in letters of any case."""
        ...
