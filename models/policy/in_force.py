"""What is in force on an account: the machine's last word, unless a person had a later one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from features.records import Subject
from models.decision import Action, SubjectRef

LIFTING: Final = "legitimate"


class Verdict(Protocol):
    """A person's word on a decision of the account; `action` is what it puts in force."""

    @property
    def verdict(self) -> str: ...
    @property
    def known_at(self) -> datetime: ...
    @property
    def action(self) -> str | None: ...
    @property
    def decision_id(self) -> str: ...


class Ruled(Protocol):
    """A decision, as far as it can be in force; `degraded`: a stop-gap."""

    @property
    def decision_id(self) -> str: ...
    @property
    def subject(self) -> SubjectRef: ...
    @property
    def action(self) -> str: ...
    @property
    def as_of(self) -> datetime: ...
    @property
    def degraded(self) -> bool: ...


@dataclass(frozen=True)
class Standing:
    """`action` in force, None before the first decision; `by` is `policy` or `person`.

    `case_open`: a campaign was held and no verdict on the account came since.
    """

    action: str | None = None
    since: datetime | None = None
    by: str | None = None
    decision_id: str | None = None
    case_open: bool = False


def in_force(labels: Sequence[Verdict], rulings: Sequence[Ruled]) -> Standing:
    """Return the standing of an account.

    `rulings` hold at least its newest decision on itself, its newest terminate and its newest
    campaign that was held. A terminate decision on the account, or on a list or campaign of it,
    stays in force until a person's verdict. A verdict that names an action puts that action in
    force; `legitimate` without one lifts everything. A stop-gap (degraded) decision does not
    outlast its cause. Machine decisions after the verdict count again; of all that counts, the
    most severe is in force.
    """
    verdict = _settling(labels)
    words = [_by_person(verdict)] if verdict else []
    words += [
        _by_policy(ruling)
        for ruling in rulings
        if _binds(ruling) and (verdict is None or ruling.as_of > verdict.known_at)
    ]
    standing = max(words, key=_severity, default=Standing())
    return replace(standing, case_open=_case_open(labels, rulings))


def ruling_of(label: Verdict) -> str | None:
    """Return the action that a verdict puts in force; None leaves what was."""
    if label.action is not None:
        return label.action
    return Action.ALLOW.label if label.verdict == LIFTING else None


def _settling(labels: Sequence[Verdict]) -> Verdict | None:
    settling = [label for label in labels if ruling_of(label) is not None]
    return max(settling, key=lambda label: label.known_at, default=None)


def _by_person(label: Verdict) -> Standing:
    return Standing(ruling_of(label), label.known_at, "person", label.decision_id)


def _binds(ruling: Ruled) -> bool:
    """Return whether a ruling is on the account: a held campaign holds itself alone."""
    terminates = ruling.action == Action.TERMINATE.label
    return terminates or (ruling.subject.type is Subject.ACCOUNT and not ruling.degraded)


def _case_open(labels: Sequence[Verdict], rulings: Sequence[Ruled]) -> bool:
    judged_at = max((label.known_at for label in labels), default=None)
    return any(
        ruling.subject.type is Subject.CAMPAIGN
        and ruling.action == Action.REVIEW.label
        and not ruling.degraded
        and (judged_at is None or ruling.as_of > judged_at)
        for ruling in rulings
    )


def _by_policy(ruling: Ruled) -> Standing:
    return Standing(ruling.action, ruling.as_of, "policy", ruling.decision_id)


def _severity(standing: Standing) -> int:
    return -1 if standing.action is None else Action[standing.action.upper()]
