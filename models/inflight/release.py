"""How much more of a campaign may go now: stages that grow, and a stop at the first sound moment."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from models.decision import Action
from models.inflight.evidence import Evidence, Signal, evidence_of, log_safe_value, log_total

# What mailbox providers can answer to a mail.
_ANSWERS: Final = ("delivered", "hard_bounce", "soft_bounce", "block_bounce")


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
    longer grows every `pause_wait`, while people are told.
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


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What the decision before the send says about its release.

    `first_stage` None: nothing speaks against sending all. `doubtful`: malice is feared, which few
    bounces do not disprove. `expected` are forecast rates by signal. `lane` is the campaign's stream.
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


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a release is: mails granted in all and in this stage, when this stage opened.

    `expected` is the forecast that the evidence rests on: that of the plan under which the first
    stage opened. A later score has seen what came back; were its forecast taken instead, the
    evidence would weigh the same mail twice and the chance of a false stop would no longer hold.
    """

    granted: int = 0
    stage: int = 0
    in_stage: int = 0
    opened_at: datetime | None = None
    stopped_at: datetime | None = None
    expected: dict[str, float] | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender is told. `check_again_at` None: there is nothing left to ask for."""

    granted: int
    state: State
    stage: int
    evidence: tuple[Evidence, ...]
    check_again_at: datetime | None


def release(
    plan: Plan,
    progress: Progress,
    counts: Mapping[str, int],
    want: int,
    at: datetime,
    rules: Rules,
) -> tuple[Progress, Answer]:
    """Grant up to `want` more mails of a campaign; `counts` are its events so far by type."""
    progress = _with_forecast(plan, progress)
    found = evidence_of(rules.signals, counts, progress.granted, progress.expected)
    against = log_total(found, rules.signals)
    if _is_over(plan, progress, against, rules):
        stopped = msgspec.structs.replace(progress, stopped_at=progress.stopped_at or at)
        return stopped, _answer(stopped, 0, State.STOPPED, found, None)
    if plan.action == Action.REVIEW.label:
        return progress, _answer(progress, 0, State.HOLDING, found, at + rules.doubtful_wait)
    paused = against >= math.log(rules.pause_at)
    wait = _wait(plan, rules, paused=paused)
    proven = not (plan.doubtful or paused) and _is_safe(counts, rules)
    step = 0 if paused else _steps_left(plan, progress, rules) if proven else 1
    progress = _opened(plan, progress, at, at if proven else _due(progress, wait), step, rules)
    granted = min(max(want, 0), _room(plan, progress, rules))
    progress = msgspec.structs.replace(
        progress, granted=progress.granted + granted, in_stage=progress.in_stage + granted
    )
    if progress.granted >= plan.recipients:
        return progress, _answer(progress, granted, State.DONE, found, None)
    state = State.RUNNING if granted or _room(plan, progress, rules) else State.HOLDING
    again = max((progress.opened_at or at) + wait, at + timedelta(minutes=1))
    return progress, _answer(progress, granted, state, found, again)


def withhold(
    plan: Plan,
    progress: Progress,
    counts: Mapping[str, int],
    action: Action,
    at: datetime,
    rules: Rules,
) -> Answer:
    """Grant nothing because of what is in force on the account; the release itself stays as it is.

    So a campaign goes on where it was once a person lifts that, unless it was stopped before.
    """
    found = evidence_of(
        rules.signals, counts, progress.granted, _with_forecast(plan, progress).expected
    )
    if action is Action.TERMINATE or progress.stopped_at is not None:
        return _answer(progress, 0, State.STOPPED, found, None)
    return _answer(progress, 0, State.HOLDING, found, at + rules.doubtful_wait)


def _with_forecast(plan: Plan, progress: Progress) -> Progress:
    """Take the plan's forecast until mail has been granted; then it stands."""
    if progress.granted and progress.expected is not None:
        return progress
    return msgspec.structs.replace(progress, expected=plan.expected)


def _wait(plan: Plan, rules: Rules, *, paused: bool) -> timedelta:
    if paused:
        return rules.pause_wait
    return rules.doubtful_wait if plan.doubtful else rules.wait


def _is_over(plan: Plan, progress: Progress, against: float, rules: Rules) -> bool:
    if plan.action == Action.TERMINATE.label or progress.stopped_at is not None:
        return True
    return plan.risk >= rules.stop_risk and against >= -math.log(rules.false_stop)


def _due(progress: Progress, wait: timedelta) -> datetime | None:
    """Return when the next stage may open; None before the first."""
    return None if progress.opened_at is None else progress.opened_at + wait


def _opened(
    plan: Plan, progress: Progress, at: datetime, due: datetime | None, step: int, rules: Rules
) -> Progress:
    """Open the first stage, or one `step` further when this one is used up and it is due."""
    if progress.opened_at is None:
        return msgspec.structs.replace(progress, stage=1, opened_at=at)
    if plan.first_stage is None or _room(plan, progress, rules) > 0 or (due and at < due):
        return progress
    return msgspec.structs.replace(progress, stage=progress.stage + step, in_stage=0, opened_at=at)


def _is_safe(counts: Mapping[str, int], rules: Rules) -> bool:
    """Return whether hard bounces are surely under their limit, of the mail that was answered."""
    answered = sum(counts.get(name, 0) for name in _ANSWERS)
    return any(
        signal.name == "hard_bounce"
        and log_safe_value(counts.get(signal.name, 0), answered, signal.limit)
        >= math.log(rules.safe_at)
        for signal in rules.signals
    )


def _steps_left(plan: Plan, progress: Progress, rules: Rules) -> int:
    return max(_stages(plan, rules) - progress.stage, 1)


def _stages(plan: Plan, rules: Rules) -> int:
    """Return in which stage at the latest the whole campaign fits."""
    if plan.first_stage is None:
        return 1
    share = max(plan.recipients / plan.first_stage, 1.0)
    return 1 + math.ceil(math.log(share) / math.log(rules.growth))


def _room(plan: Plan, progress: Progress, rules: Rules) -> int:
    """Return how many mails may still go in the open stage."""
    left = plan.recipients - progress.granted
    if progress.opened_at is None:
        return 0
    if plan.first_stage is None:
        return left
    size = plan.first_stage * rules.growth ** (progress.stage - 1)
    return int(min(left, max(size - progress.in_stage, 0)))


def _answer(
    progress: Progress,
    granted: int,
    state: State,
    found: tuple[Evidence, ...],
    again: datetime | None,
) -> Answer:
    return Answer(
        granted=granted,
        state=state,
        stage=progress.stage,
        evidence=found,
        check_again_at=again,
    )
