"""Slow the mail down."""

from models.decision import Action, Limits
from models.policy.action import ActionKind


def _as_in_table(limits: Limits) -> Limits:
    return limits


THROTTLE = ActionKind(
    "throttle",
    Action.THROTTLE,
    10,
    "The mail goes out within the limits for the account's age and risk.",
    _as_in_table,
)
