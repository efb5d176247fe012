"""What a policy can do: plug-ins in `models.policy.actions`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import models.policy.actions
from features.discovery import discover
from models.decision import Action, Limits


@dataclass(frozen=True)
class ActionKind:
    """A word of the policy. `action` is what the wire says; the highest `severity` wins.

    `limit` turns the limits that the policy's table gives into those in force; None where no
    limits apply.
    """

    name: str
    action: Action
    severity: int
    meaning: str
    limit: Callable[[Limits], Limits] | None = None


@cache
def action_kinds() -> dict[str, ActionKind]:
    """Return every action by name, the mildest first."""
    kinds = discover(models.policy.actions, ActionKind)
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.severity)}
