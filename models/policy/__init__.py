"""The policy: bands, rules and limits that the abuse team edits."""

from models.policy.faults import PolicyError, PolicyErrors
from models.policy.load import default_policy_text, load_policy
from models.policy.policy import Context, Policy

__all__ = ["Context", "Policy", "PolicyError", "PolicyErrors", "default_policy_text", "load_policy"]
