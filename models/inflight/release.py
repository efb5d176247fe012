"""How much more of a campaign may go now: stages that grow, and a stop at the first sound moment."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from models.decision import Action
from models.inflight.evidence import Evidence, evidence_of, log_safe_value, log_total
from models.inflight.records import Answer, Plan, Progress, Rules, State

# What mailbox providers can answer to a mail.
_ANSWERS: Final = ("delivered", "hard_bounce", "soft_bounce", "block_bounce")


def release(
    plan: Plan,
    progress: Progress,
    counts: Mapping[str, int],
    want: int,
    at: datetime,
    rules: Rules,
    *,
    like_list: bool = True,
) -> tuple[Progress, Answer]:
    """Grant up to `want` more mails of a campaign; `counts` are its events so far by type.

    `like_list` False: what went out is not a random sample of the list, so that its few bounces
    prove nothing about the rest.
    """
    progress = _with_forecast(plan, progress)
    found = evidence_of(rules.signals, counts, progress.granted, progress.expected)
    against = log_total(found, rules.signals)
    if _is_over(plan, progress, against, rules):
        return _stopped(plan, progress, found, at)
    if plan.action == Action.REVIEW.label:
        return _held(plan, progress, found, at, rules)
    if _past_use(plan, progress, at, rules):
        dropped = msgspec.structs.replace(progress, dropped=True)
        return _stopped(plan, dropped, found, at)
    progress = _judged(_resumed(progress), plan, counts, against, rules, like_list=like_list)
    wait = _wait(plan, rules, paused=progress.paused)
    step = 0 if progress.paused else _steps_left(plan, progress, rules) if progress.proven else 1
    due = at if progress.proven else _due(progress, wait)
    progress = _opened(plan, progress, at, due, step, rules)
    granted = min(max(want, 0), _room(plan, progress, rules))
    progress = msgspec.structs.replace(
        progress,
        granted=progress.granted + granted,
        in_stage=progress.in_stage + granted,
        started_at=progress.started_at or at,
    )
    if progress.granted >= plan.recipients:
        return progress, _answer(plan, progress, granted, State.DONE, found, None)
    state = State.RUNNING if granted or _room(plan, progress, rules) else State.HOLDING
    again = max((progress.opened_at or at) + wait, at + timedelta(minutes=1))
    return progress, _answer(plan, progress, granted, state, found, again)


def withhold(
    plan: Plan,
    progress: Progress,
    counts: Mapping[str, int],
    action: Action,
    at: datetime,
    rules: Rules,
) -> tuple[Progress, Answer]:
    """Grant nothing because of what is in force on the account.

    Once a person lifts that, the campaign goes on at stage one, unless it was stopped before or is
    past its use.
    """
    progress = _with_forecast(plan, progress)
    found = evidence_of(rules.signals, counts, progress.granted, progress.expected)
    if progress.stopped_at is not None:
        return progress, _answer(plan, progress, 0, State.STOPPED, found, None)
    held, answer = _held(plan, progress, found, at, rules)
    if action is Action.TERMINATE:
        return held, _answer(plan, held, 0, State.STOPPED, found, None)
    return held, answer


def _stopped(
    plan: Plan, progress: Progress, found: tuple[Evidence, ...], at: datetime
) -> tuple[Progress, Answer]:
    stopped = msgspec.structs.replace(progress, stopped_at=progress.stopped_at or at)
    return stopped, _answer(plan, stopped, 0, State.STOPPED, found, None)


def _held(
    plan: Plan, progress: Progress, found: tuple[Evidence, ...], at: datetime, rules: Rules
) -> tuple[Progress, Answer]:
    held = msgspec.structs.replace(progress, held_at=progress.held_at or at)
    return held, _answer(plan, held, 0, State.HOLDING, found, at + rules.doubtful_wait)


def _past_use(plan: Plan, progress: Progress, at: datetime, rules: Rules) -> bool:
    return progress.held_at is not None and at - progress.held_at > rules.useful_for(plan.lane)


def _resumed(progress: Progress) -> Progress:
    """Let what was held begin again at stage one: nobody knows what the list has become."""
    if progress.held_at is None:
        return progress
    return msgspec.structs.replace(
        progress, held_at=None, stage=0, in_stage=0, opened_at=None, proven=False
    )


def _judged(
    progress: Progress,
    plan: Plan,
    counts: Mapping[str, int],
    against: float,
    rules: Rules,
    *,
    like_list: bool,
) -> Progress:
    """Say whether a release is paused, with hysteresis, and whether it is proven to be fine."""
    limit = rules.resume_at if progress.paused else rules.pause_at
    paused = against >= math.log(limit)
    proven = like_list and not (plan.doubtful or paused) and _is_safe(counts, rules)
    return msgspec.structs.replace(progress, paused=paused, proven=proven)


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
    plan: Plan,
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
        backlog=max(plan.recipients - progress.granted, 0),
        dropped=max(plan.recipients - progress.granted, 0) if progress.dropped else 0,
        held_since=progress.held_at,
    )
