"""Releases of campaigns, and what accounts were granted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.inflight import Answer, Plan, Progress
from models.inflight.volume import Sent
from service.stores.contract.row import Row

Told = Answer


@dataclass(frozen=True)
class Asked:
    """A campaign's release as it stands: its `counts` of events, what its account was granted in the
    lane (`sent`), and what the accounts of its fleet were (`others`)."""

    plan: Plan
    progress: Progress
    counts: Mapping[str, int]
    sent: Sent
    others: tuple[Sent, ...] = ()


# What to keep, and the answer.
Ask = Callable[[Asked], tuple[Progress, Sent, Told]]


class Backlog(Row, frozen=True, kw_only=True):
    """Mail of a campaign that is held since a time, by review or by what is in force on the account."""

    campaign_id: str
    mails: int
    held_since: datetime
    lane: str


class Releases(Protocol):
    def release(self, campaign_id: str, ask: Ask, fleet: Sequence[str] = ()) -> Told:
        """Move a campaign's release on by `ask`; no two senders get the same mails.

        Nor do two campaigns of the account, or of a `fleet` of accounts that share its volume.

        Raises `UnknownCampaign` for one that was never scored.
        """
        ...

    def find_release(self, campaign_id: str) -> tuple[Plan, Progress] | None: ...
    def releases(self, campaign_ids: Sequence[str]) -> dict[str, tuple[Plan, Progress]]:
        """The plan and progress of those of the campaigns that were scored."""
        ...

    def sent(self, account_ids: Sequence[str], lane: str) -> list[Sent]:
        """What each account was granted in a lane, in the order of the ids."""
        ...

    def fleet(self, account_id: str, ties: Sequence[int], since: datetime) -> tuple[str, ...]:
        """The other unpaid accounts created since then that share one of the ties."""
        ...

    def backlogs(self, account_id: str) -> tuple[Backlog, ...]:
        """The account's campaigns that are held with mail left, the longest held first."""
        ...
