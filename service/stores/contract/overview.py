"""How a day went."""

from datetime import datetime
from typing import Protocol

from service.stores.contract.row import Row


class DayCount(Row, frozen=True, kw_only=True):
    """Decisions of one action on the day that begins at `day` (UTC)."""

    day: datetime
    action: str
    count: int


class CampaignMail(Row, frozen=True, kw_only=True):
    """A campaign by its newest decision, and its mail. `granted` None: its sender asks for no release.

    `verdict` is a person's last word on the account.
    """

    campaign_id: str
    account_id: str
    decision_id: str
    as_of: datetime
    action: str
    risk: float
    recipients: int
    granted: int | None = None
    stopped: bool = False
    verdict: str | None = None


class Overview(Protocol):
    def decisions_by_action(self, since: datetime) -> dict[str, int]: ...
    def decisions_by_day(self, since: datetime) -> tuple[DayCount, ...]:
        """How many decisions called for each action on each day since then."""
        ...

    def campaign_mail(self, since: datetime, limit: int) -> tuple[CampaignMail, ...]:
        """The campaigns among the newest decisions on campaigns since then, the newest first."""
        ...
