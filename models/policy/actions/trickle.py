"""Slow the mail down to a sample."""

from models.decision import Action, Limits
from models.policy.action import ActionKind


def _a_tenth(limits: Limits) -> Limits:
    return Limits(
        per_hour=max(1, limits.per_hour // 10),
        per_day=max(1, limits.per_day // 10),
        first_stage=max(1, limits.first_stage // 10),
    )


TRICKLE = ActionKind(
    "trickle",
    Action.THROTTLE,
    15,
    "A throttle at a tenth of the limits: enough mail to learn from, too little to do harm.",
    _a_tenth,
)
