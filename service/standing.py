"""What is in force on an account: the machine's last word, unless a person had a later one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.decision import Action
from service.stores.contract import Label, Ruling, Store

LIFTING: Final = "legitimate"


@dataclass(frozen=True)
class Standing:
    """`action` in force, None before the first decision; `by` is `policy` or `person`."""

    action: str | None = None
    since: datetime | None = None
    by: str | None = None
    decision_id: str | None = None


def standing_of(store: Store, account_id: str) -> Standing:
    """Return the standing of an account.

    A terminate decision on the account, or on a list or campaign of it, stays in force until a
    person's verdict. A verdict that names an action puts that action in force; `legitimate`
    without one lifts everything. A stop-gap (degraded) decision does not outlast its cause.
    Machine decisions after the verdict count again; of all that counts, the most severe is in
    force.
    """
    verdict = _settling(store.labels(account_id))
    words = [_by_person(verdict)] if verdict else []
    words += [
        _by_policy(ruling)
        for ruling in store.rulings(account_id)
        if _lasts(ruling) and (verdict is None or ruling.as_of > verdict.known_at)
    ]
    return max(words, key=_severity, default=Standing())


def ruling_of(label: Label) -> str | None:
    """Return the action that a verdict puts in force; None leaves what was."""
    if label.action is not None:
        return label.action
    return Action.ALLOW.label if label.verdict == LIFTING else None


def _settling(labels: tuple[Label, ...]) -> Label | None:
    settling = [label for label in labels if ruling_of(label) is not None]
    return max(settling, key=lambda label: label.known_at, default=None)


def _by_person(label: Label) -> Standing:
    return Standing(ruling_of(label), label.known_at, "person", label.decision_id)


def _lasts(ruling: Ruling) -> bool:
    return not ruling.degraded or ruling.action == Action.TERMINATE.label


def _by_policy(ruling: Ruling) -> Standing:
    return Standing(ruling.action, ruling.as_of, "policy", ruling.decision_id)


def _severity(standing: Standing) -> int:
    return -1 if standing.action is None else Action[standing.action.upper()]
