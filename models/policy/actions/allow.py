"""Let the mail go."""

from models.decision import Action
from models.policy.action import ActionKind

ALLOW = ActionKind("allow", Action.ALLOW, 0, "The mail goes out at once, without limits.")
