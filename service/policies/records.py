"""What is kept of policies: versions with their stage, and what shadow policies would have done."""

from datetime import datetime
from enum import StrEnum

import msgspec

from models.policy.exemptions import Exemption

__all__ = ["Comparison", "Exemption", "PolicyVersion", "ShadowRow", "Stage"]


class Stage(StrEnum):
    """Where a version is on its way. `draft`: it has faults; `checked`: it could be in force."""

    DRAFT = "draft"
    CHECKED = "checked"
    BACKTESTED = "backtested"
    SHADOW = "shadow"
    CANARY = "canary"
    LIVE = "live"
    RETIRED = "retired"
    ROLLED_BACK = "rolled_back"
    WITHDRAWN = "withdrawn"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable row."""


class PolicyVersion(Kept, frozen=True, kw_only=True):
    """One version. `version` is the policy's own name with its digest, empty while it has faults.

    `revision` counts the changes. `share` of the accounts have it while it is a canary. `asked_by`
    asked for what two people have to want: `asked_for` is the stage, `asked_share` its share.
    `replaced` is the version that was in force before. `backtest` is a report and `frontier` what thresholds
    cost, both as JSON.
    """

    policy_id: str
    text: str
    stage: Stage
    author: str
    created_at: datetime
    changed_at: datetime
    version: str = ""
    note: str = ""
    revision: int = 1
    share: float = 0.0
    asked_by: str | None = None
    asked_for: str | None = None
    asked_share: float = 0.0
    live_since: datetime | None = None
    replaced: str | None = None
    backtest: bytes = b""
    frontier: bytes = b""


class ShadowRow(Kept, frozen=True, kw_only=True):
    """One decision that a shadow policy would have taken differently."""

    decision_id: str
    account_id: str
    as_of: datetime
    live: str
    draft: str


class Comparison(Kept, frozen=True, kw_only=True):
    """What a policy in shadow came to: decisions by (what was done, what it would have done)."""

    version: str
    counts: dict[tuple[str, str], int]
    examples: tuple[ShadowRow, ...]

    @property
    def decisions(self) -> int:
        return sum(self.counts.values())

    @property
    def agree(self) -> int:
        return sum(count for (live, draft), count in self.counts.items() if live == draft)
