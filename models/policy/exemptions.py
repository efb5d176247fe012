"""What people set aside for one account, for a while: the one thing that talks an action down."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from models.decision import Action
from models.policy.action import ActionKind, action_kinds


class ExemptionKind(StrEnum):
    """`allow_list`: the account may send; `snooze`: its mail is not held for now; `exception`: as
    it says itself."""

    ALLOW_LIST = "allow_list"
    SNOOZE = "snooze"
    EXCEPTION = "exception"


AT_MOST: Final = {ExemptionKind.ALLOW_LIST: "allow", ExemptionKind.SNOOZE: "throttle"}
# What would cut an account off is held for a person, whatever an exemption says.
_FLOOR_OF_TERMINATE: Final = "review"


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `at_most` and `at_least` bound the action; `rules` are set aside by name.

    It counts from `starts_at` until `expires_at`, in the named `lanes` or, where none is named, in
    all. `revision` counts its changes; `ended_at` is set when a person ends it early.
    """

    exemption_id: str
    account_id: str
    kind: ExemptionKind
    starts_at: datetime
    expires_at: datetime
    made_by: str
    at_most: str | None = None
    at_least: str | None = None
    rules: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
    note: str = ""
    revision: int = 1
    ended_at: datetime | None = None
    ended_by: str | None = None

    def counts(self, at: datetime) -> bool:
        """Whether it is in force at a time."""
        return self.ended_at is None and self.starts_at <= at < self.expires_at


def in_lane(exemptions: Iterable[Exemption], lane: str) -> tuple[Exemption, ...]:
    """Return those that speak of a lane."""
    return tuple(one for one in exemptions if not one.lanes or lane in one.lanes)


def set_aside(exemptions: Sequence[Exemption]) -> frozenset[str]:
    """Return the names of rules and bands that do not count."""
    return frozenset(name for one in exemptions for name in one.rules)


def bounded(kind: ActionKind, exemptions: Sequence[Exemption]) -> tuple[ActionKind, list[str]]:
    """Return the action within the bounds, and what changed it. The lowest ceiling wins, then the
    highest floor; a terminate never falls below a review."""
    kinds = action_kinds()
    found, said = kind, []
    for one in sorted(exemptions, key=lambda one: one.at_least is not None):
        ceiling = kinds.get(one.at_most or "")
        if ceiling is not None and found.severity > ceiling.severity:
            if kind.action is Action.TERMINATE:
                ceiling = max(ceiling, kinds[_FLOOR_OF_TERMINATE], key=_severity)
            found = min(found, ceiling, key=_severity)
            said.append(f"exemption.{one.kind.value}")
        floor = kinds.get(one.at_least or "")
        if floor is not None and found.severity < floor.severity:
            found = floor
            said.append(f"exemption.{one.kind.value}")
    return found, list(dict.fromkeys(said))


def _severity(kind: ActionKind) -> int:
    return kind.severity
