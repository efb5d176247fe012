"""Second looks, and what reviewers did."""

from datetime import datetime
from typing import Protocol

from service.desk.records import Case, LookQuery
from service.stores.contract.row import Row


class Arrivals(Row, frozen=True, kw_only=True):
    """Cases on one kind of subject that came in the hour that begins at `hour` (UTC)."""

    hour: datetime
    subject: str
    cases: int


class Scored(Row, frozen=True, kw_only=True):
    """A decision as far as it is weighed against others: `rules` are what fired, `stream` and
    `recipients` those of a campaign."""

    account_id: str
    subject: str
    as_of: datetime
    action: str
    risk: float
    malicious: float
    careless: float
    rules: tuple[str, ...] = ()
    stream: str | None = None
    recipients: int | None = None


class Reviews(Protocol):
    def turn_looks(self, at: datetime) -> int:
        """Open the second looks that are due, and give up those that nobody took in time.

        While one is open the account's case is, too; it holds nothing. Returns how many turned.
        """
        ...

    def second_looks(self, query: LookQuery) -> tuple[Case, ...]:
        """The cases that are looked at again or were, those that changed last first."""
        ...

    def scored(self, since: datetime, limit: int) -> tuple[Scored, ...]:
        """What is weighed of the newest decisions since a time, the newest first."""
        ...

    def ruled(self, since: datetime, limit: int) -> tuple[Case, ...]:
        """The cases with a verdict since a time, also one taken back, the newest verdict first."""
        ...

    def audited(self, since: datetime, until: datetime, limit: int) -> tuple[Case, ...]:
        """Cases opened in [since, until] that were drawn by chance or ever had a verdict, newest first."""
        ...

    def arrivals(self, since: datetime, until: datetime) -> tuple[Arrivals, ...]:
        """How many cases came in each hour of [since, until), by subject; none: left out."""
        ...
