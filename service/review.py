"""What people do with decisions: read them, judge them, appeal against them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from models.decide import VectorMismatch, explain_decision
from models.decision import Action, Decision
from service.desk.records import CaseQuery, Deed
from service.errors import CaseMoved, UnknownDecision, Unreadable, VerdictConflict
from service.parts import Parts
from service.scrub import scrub
from service.standing import LIFTING
from service.stores.contract import Appeal, DecisionQuery, Label, Page

_MOST_TRIES: Final = 5


@dataclass(frozen=True)
class Verdict:
    """A reviewer's word on a decision; `action` is what shall be in force on the account."""

    verdict: str
    category: str | None = None
    action: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Plea:
    """What a customer says to a decision: what went wrong, what changed, what prevents it."""

    cause: str
    change_made: str
    prevention: str


def find_decision(parts: Parts, decision_id: str) -> Decision:
    """Return a stored decision with its reasons.

    An allow is answered without reasons; they are worked out here from the stored vector, if
    the model that decided is still the one in force. Raises `UnknownDecision`.
    """
    return explained(parts, _stored(parts, decision_id))


def explained(parts: Parts, decision: Decision) -> Decision:
    """Return a decision with the reasons that its vector and its own model give."""
    bundle = parts.model.current()
    if bundle is None or bundle.version != decision.model_version:
        return decision
    try:
        return msgspec.structs.replace(decision, reasons=explain_decision(decision, bundle))
    except VectorMismatch:
        return decision


def list_decisions(parts: Parts, query: DecisionQuery) -> Page:
    """Return stored decisions, newest first. Raises `Unreadable` for a cursor of somewhere else."""
    try:
        return parts.store.decisions(query)
    except ValueError as error:
        if query.cursor is None:
            raise
        raise Unreadable("the cursor is not one that this service gave out") from error


def give_verdict(parts: Parts, decision_id: str, verdict: Verdict, by: str, at: datetime) -> Label:
    """Store a verdict as a label and return it; it can change what is in force on the account.

    It settles the account's open case and is chained to the audit log. Raises `UnknownDecision`, and
    `VerdictConflict` when the verdict contradicts its own action or cuts off where that needs two.
    """
    decision = _stored(parts, decision_id)
    if verdict.verdict == LIFTING and verdict.action not in (None, Action.ALLOW.label):
        raise VerdictConflict(f"legitimate mail is not answered with {verdict.action!r}")
    check_may_cut_off(parts, verdict.action)
    label = Label(
        label_id=parts.new_id(),
        decision_id=decision_id,
        account_id=decision.account_id,
        verdict=verdict.verdict,
        known_at=at,
        category=None if verdict.category is None else scrub(verdict.category),
        action=verdict.action,
        note=None if verdict.note is None else scrub(verdict.note),
    )
    for _ in range(_MOST_TRIES - 1):
        try:
            return _settled(parts, label, by)
        except CaseMoved:
            continue
    return _settled(parts, label, by)


def check_may_cut_off(parts: Parts, action: str | None) -> None:
    """Raise `VerdictConflict` for a terminate over the API where only the pages may do that."""
    if action == Action.TERMINATE.label and not parts.api_terminates:
        raise VerdictConflict("here a terminate needs two reviewers; propose it at the desk")


def _settled(parts: Parts, label: Label, by: str) -> Label:
    """Store a label with the end of the account's open case. Raises `CaseMoved`."""
    words = label.verdict if label.action is None else f"{label.verdict}, {label.action}"
    found = parts.store.cases(CaseQuery(account_id=label.account_id, limit=1))
    ended = [
        msgspec.structs.replace(
            case, version=case.version + 1, state="decided", decided_by=by,
            decided_at=label.known_at, outcome=words, label_id=label.label_id, claimed_by=None,
            claimed_at=None, lease_until=None, look=None,
        )
        for case in found
    ]  # fmt: skip
    deed = Deed(
        at=label.known_at,
        actor=by,
        act="verdict",
        target=ended[0].case_id if ended else label.decision_id,
        before={"state": "open" if ended else None},
        after={"outcome": words, "label_id": label.label_id},
    )
    parts.store.record(parts.audit_key, deed, label, *ended)
    return label


def appeal(parts: Parts, decision_id: str, plea: Plea, at: datetime) -> Appeal:
    """Store a customer's appeal and return it. Raises `UnknownDecision`."""
    decision = _stored(parts, decision_id)
    record = Appeal(
        appeal_id=parts.new_id(),
        decision_id=decision_id,
        account_id=decision.account_id,
        appealed_at=at,
        cause=scrub(plea.cause),
        change_made=scrub(plea.change_made),
        prevention=scrub(plea.prevention),
    )
    parts.store.add_appeal(record)
    return record


def _stored(parts: Parts, decision_id: str) -> Decision:
    decision = parts.store.decision(decision_id)
    if decision is None:
        raise UnknownDecision(f"no decision {decision_id!r}")
    return decision
