"""IP warm-up: a ladder of daily volumes, climbed on evidence alone. Pure: a plan is replayed from days.

After SparkPost's plan: 30 stages from 200 mails a day, the next one only above 90 % delivered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from features.rates import lower_bound, upper_bound

STAGES: Final = 30
FIRST_PER_DAY: Final = 200
MIN_DELIVERED: Final = 0.9
MAX_DEFERRED: Final = 0.1
# A day says something about the next stage when it used at least half of its own.
_USED: Final = 0.5
_STEP_BACK: Final = 2
# Reputation fades: mailbox providers keep about 30 days of it.
_FADES_DAYS: Final = 30


class Step(StrEnum):
    """What a day did to the plan."""

    CLIMBED = "climbed"
    HELD = "held"
    BACKED_OFF = "backed_off"
    IDLE = "idle"


@dataclass(frozen=True)
class Day:
    """What became of one day's mail of an IP at a provider. `held`: a person kept the plan where it was."""

    handed: int
    delivered: int
    deferred: int
    held: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a warm-up stands. `stage` counts from 1; `today` is the allowance, `left` what is left of it."""

    stage: int
    stages: int
    today: int
    left: int
    done: bool
    last: Step | None
    slowed: bool


def ladder(target: int, stages: int = STAGES, first: int = FIRST_PER_DAY) -> tuple[int, ...]:
    """Return the mails a day of each stage, growing by one factor to the target.

    Raises `ValueError` unless all are positive.
    """
    if target < 1 or stages < 1 or first < 1:
        raise ValueError("target, stages and first must be positive")
    if target <= first or stages == 1:
        return (target,)
    factor = (target / first) ** (1 / (stages - 1))
    steps = [_rounded(first * factor**i) for i in range(stages - 1)]
    return (*(min(step, target) for step in steps), target)


def _rounded(mails: float) -> int:
    """Round to two digits, as people plan."""
    whole = int(mails)
    unit = int(10 ** max(len(str(whole)) - 2, 0))
    return max(round(mails / unit) * unit, 1)


def standing(steps: Sequence[int], days: Sequence[Day], today: Day) -> Standing:
    """Replay the finished `days` since the start and say what `today` may be sent."""
    stages, did = replay(steps, days)
    stage, last = stages[-1], did[-1] if did else None
    slowed = _refused(today)
    allowance = steps[stage] // 2 if slowed else steps[stage]
    return Standing(
        stage=stage + 1,
        stages=len(steps),
        today=allowance,
        left=max(allowance - today.handed, 0),
        done=stage == len(steps) - 1 and last is not Step.BACKED_OFF and bool(days),
        last=last,
        slowed=slowed,
    )


def replay(steps: Sequence[int], days: Sequence[Day]) -> tuple[list[int], list[Step]]:
    """Return the stage of each day, from 0, with that of the day after them all, and what each day did."""
    stages, did, idle = [0], list[Step](), 0
    for day in days:
        stage = stages[-1]
        step = judged(day, steps[stage])
        idle = idle + 1 if step is Step.IDLE else 0
        if step is Step.CLIMBED:
            stage = min(stage + 1, len(steps) - 1)
        elif step is Step.BACKED_OFF:
            stage = max(stage - _STEP_BACK, 0)
        elif idle and idle % _FADES_DAYS == 0:
            stage //= 2
        stages.append(stage)
        did.append(step)
    return stages, did


def judged(day: Day, allowance: int) -> Step:
    """Return what a finished day does: bad news needs evidence, good news enough mail."""
    if not day.handed:
        return Step.IDLE
    if _refused(day):
        return Step.BACKED_OFF
    good = day.delivered >= MIN_DELIVERED * day.handed and day.deferred <= MAX_DEFERRED * day.handed
    used = day.handed >= _USED * allowance
    return Step.CLIMBED if good and used and not day.held else Step.HELD


def _refused(day: Day) -> bool:
    """Return whether it is beyond doubt that too little is delivered or too much deferred."""
    if not day.handed:
        return False
    n = np.array(float(day.handed))
    answered = min(day.delivered + day.deferred, day.handed)
    undelivered = upper_bound(np.array(float(max(day.delivered, answered))), n) < MIN_DELIVERED
    deferred = lower_bound(np.array(float(min(day.deferred, day.handed))), n) > MAX_DEFERRED
    return bool(undelivered or deferred)
