"""Cut the sender off."""

from models.decision import Action
from models.policy.action import ActionKind

TERMINATE = ActionKind(
    "terminate", Action.TERMINATE, 30, "Nothing goes out any more; only a person can lift it."
)
