"""A release on record: the policy's rules, a campaign's plan, how far it is, what a sender is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from models.inflight.evidence import Evidence, Signal

TRANSACTIONAL: Final = "transactional"


class State(StrEnum):
    """`running`: mail may go now; `holding`: wait; `stopped`: no more; `done`: all was granted."""

    RUNNING = "running"
    HOLDING = "holding"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True)
class Rules:
    """What a policy says about releases.

    `false_stop` is the chance of stopping a campaign all of whose rates are within their limits.
    A stage is `growth` times the one before; the next opens after `wait`, for a doubtful campaign
    after `doubtful_wait`. Evidence of `pause_at` (an e-value) against a campaign lets no new stage
    open; evidence of `safe_at` that it is under the limit of hard bounces opens all of them. The
    first stage is at most `first_share` of the campaign. Where the risk before the send was under
    `stop_risk`, evidence that would stop a campaign lets it out slowly instead: a stage that no
    longer grows every `pause_wait`, while people are told. A pause ends when the evidence is back
    under `resume_at`, which is lower than what began it. What was held for longer than `use_within`
    (of a broadcast) or `urgent_within` (of transactional mail) is past its use and is dropped.
    `keep_limits`: a throttle's limits by hour and day bind releases, too.
    """

    signals: tuple[Signal, ...]
    false_stop: float
    first_share: float
    growth: float
    wait: timedelta
    doubtful_wait: timedelta
    pause_wait: timedelta
    stop_risk: float
    pause_at: float
    safe_at: float
    resume_at: float = 5.0
    use_within: timedelta = timedelta(days=3)
    urgent_within: timedelta = timedelta(hours=4)
    keep_limits: bool = False

    def useful_for(self, lane: str) -> timedelta:
        """Return for how long mail of a lane may be held and still be worth sending."""
        return self.urgent_within if lane == TRANSACTIONAL else self.use_within


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What the decision before the send says about its release.

    `first_stage` None: nothing speaks against sending all. `doubtful`: malice is feared, which few
    bounces do not disprove. `expected` are forecast rates by signal. `lane` is the campaign's stream.
    `per_hour` and `per_day` are the limits of a throttle. `providers` maps mailbox providers to rows
    of the campaign's lists: what a random sample of it looks like.
    """

    decision_id: str
    account_id: str
    recipients: int
    action: str
    risk: float = 1.0
    first_stage: int | None = None
    doubtful: bool = False
    expected: dict[str, float] = {}
    reasons: tuple[str, ...] = ()
    lane: str = "broadcast"
    per_hour: int | None = None
    per_day: int | None = None
    providers: dict[str, int] = {}


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a release is: mails granted in all and in this stage, when this stage opened.

    `expected` is the forecast that the evidence rests on: that of the plan under which the first
    stage opened. A later score has seen what came back; were its forecast taken instead, the
    evidence would weigh the same mail twice and the chance of a false stop would no longer hold.
    `held_at`: since when it is held by a review or by what is in force on the account. `dropped`: the
    rest was past its use. `proven`: its bounces were shown to be under their limit.
    """

    granted: int = 0
    stage: int = 0
    in_stage: int = 0
    opened_at: datetime | None = None
    stopped_at: datetime | None = None
    expected: dict[str, float] | None = None
    started_at: datetime | None = None
    held_at: datetime | None = None
    dropped: bool = False
    paused: bool = False
    proven: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender is told. `check_again_at` None: there is nothing left to ask for.

    `backlog`: mails that were not granted. `dropped`: those of them that are past their use.
    """

    granted: int
    state: State
    stage: int
    evidence: tuple[Evidence, ...]
    check_again_at: datetime | None
    backlog: int = 0
    dropped: int = 0
    held_since: datetime | None = None
