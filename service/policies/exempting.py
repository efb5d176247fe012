"""Exemptions of single accounts: made, ended and audited."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from models.policy.action import action_kinds
from models.policy.exemptions import AT_MOST, Exemption, ExemptionKind
from models.policy.policy import Lane
from service.desk.records import Deed
from service.errors import PolicyMoved, ServiceError, UnknownPolicy
from service.policies.serving import Policies
from service.stores.contract import DeskChange, Store

LONGEST_EXEMPTION: Final = timedelta(days=366)


class BadPolicyAct(ServiceError):
    """The act makes no sense; the text says why."""


class Exempting:
    """The acts on exemptions. `key` seals the audit log."""

    def __init__(
        self, store: Store, policies: Policies, key: bytes, new_id: Callable[[], str]
    ) -> None:
        self.policies = policies
        self._store, self._key, self._new_id = store, key, new_id

    def exempt(
        self,
        account_id: str,
        kind: ExemptionKind,
        expires_at: datetime,
        actor: str,
        at: datetime,
        **says: Any,
    ) -> Exemption:
        """Make an exemption of one account. Raises `BadPolicyAct`."""
        if not at < expires_at <= at + LONGEST_EXEMPTION:
            raise BadPolicyAct("an exemption ends after now and within 366 days")
        made = Exemption(
            exemption_id=self._new_id(), account_id=account_id, kind=kind, starts_at=at,
            expires_at=expires_at, made_by=actor, **_checked(kind, says),
        )  # fmt: skip
        deed = Deed(
            at=at, actor=actor, act=f"exemption.{kind.value}", target=account_id,
            after={"exemption": made.exemption_id, "expires_at": expires_at.isoformat(),
                   "at_most": made.at_most, "at_least": made.at_least,
                   "rules": ", ".join(made.rules) or None, "note": made.note or None},
        )  # fmt: skip
        self._record(deed, made)
        return made

    def end_exemption(self, exemption_id: str, actor: str, at: datetime) -> Exemption:
        """End an exemption now. Raises `UnknownPolicy`, `PolicyMoved`."""
        old = self._store.exemption(exemption_id)
        if old is None:
            raise UnknownPolicy(f"no exemption {exemption_id!r}")
        if not old.counts(at):
            raise PolicyMoved("this exemption is over already")
        ended = msgspec.structs.replace(old, ended_at=at, ended_by=actor, revision=old.revision + 1)
        deed = Deed(
            at=at, actor=actor, act="exemption.end", target=old.account_id,
            before={"exemption": exemption_id, "expires_at": old.expires_at.isoformat()},
            after={"exemption": exemption_id, "expires_at": at.isoformat()},
        )  # fmt: skip
        self._record(deed, ended)
        return ended

    def exemptions(self, account_id: str | None = None) -> tuple[Exemption, ...]:
        return self._store.exemptions(account_id)

    def _record(self, deed: Deed, *changes: DeskChange) -> None:
        self._store.record(self._key, deed, *changes)
        self.policies.look()


def _checked(kind: ExemptionKind, says: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an exemption says, with its kind's own bound. Raises `BadPolicyAct`."""
    found = {key: value for key, value in says.items() if value}
    kinds = action_kinds()
    for bound in ("at_most", "at_least"):
        if found.get(bound) is not None and found[bound] not in kinds:
            raise BadPolicyAct(f"{bound} is one of {', '.join(kinds)}")
    lanes = [lane.value for lane in Lane]
    if any(lane not in lanes for lane in found.get("lanes", ())):
        raise BadPolicyAct(f"lanes are {', '.join(lanes)}")
    if kind in AT_MOST:
        if "at_least" in found:
            raise BadPolicyAct(f"{kind.value} has no at_least; make an exception")
        found.setdefault("at_most", None if "rules" in found else AT_MOST[kind])
    elif not {"at_most", "at_least", "rules"} & set(found):
        raise BadPolicyAct("an exception says at_most, at_least or rules")
    most, least = (kinds.get(found.get(bound) or "") for bound in ("at_most", "at_least"))
    if most is not None and least is not None and least.severity > most.severity:
        raise BadPolicyAct("at_least cannot be more severe than at_most")
    return found
