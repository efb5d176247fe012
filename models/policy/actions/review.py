"""Hold the mail for a person."""

from models.decision import Action
from models.policy.action import ActionKind

REVIEW = ActionKind("review", Action.REVIEW, 20, "The mail is held until a person has looked.")
