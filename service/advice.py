"""The customer's card: what stands out, what to change, and what the change would do.

It rests on the newest decisions. Values that a customer must not tune (traps, ties, text scores)
carry no number, and no address is known here to begin with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from features.catalogue import Array
from features.records import Subject
from models.bundle import Bundle
from models.decision import Decision, ReasonGiven, SubjectRef
from service.judge import known_account
from service.parts import Parts
from service.review import explained
from service.standing import Standing, standing_of
from service.stores.contract import DecisionQuery

_LOOKED_AT: Final = 50
_MAX_CHANGES: Final = 8
_IN_FORCE: Final = {
    None: "Nothing has been decided about this account yet.",
    "allow": "Your mail is going out without limits.",
    "throttle": "Your mail is going out, but slowly.",
    "review": "Your mail is held until a person has looked at it.",
    "terminate": "Sending from this account has been stopped.",
}


@dataclass(frozen=True)
class Effect:
    """The risk of the subject now, and if this alone were as usual for senders in good standing."""

    risk_now: float
    risk_after: float


@dataclass(frozen=True)
class Change:
    """One thing to change; `effect` None where it cannot be computed or must not be told."""

    code: str
    subject: SubjectRef
    message: str
    advice: str
    effect: Effect | None


@dataclass(frozen=True)
class Card:
    """What a customer is told."""

    account_id: str
    as_of: datetime
    standing: Standing
    headline: str
    changes: tuple[Change, ...]


def advise(parts: Parts, account_id: str, at: datetime) -> Card:
    """Return the customer's card. Raises `UnknownAccount`, `Unavailable`."""
    known_account(parts.store, account_id)
    standing = standing_of(parts.store, account_id)
    page = parts.store.decisions(DecisionQuery(account_id=account_id, limit=_LOOKED_AT))
    return Card(
        account_id=account_id,
        as_of=at,
        standing=standing,
        headline=_IN_FORCE[standing.action],
        changes=_changes(parts, _newest(page.decisions)),
    )


def _newest(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the newest decision on the account itself, on a list and on a campaign."""
    newest: dict[Subject, Decision] = {}
    for decision in decisions:
        newest.setdefault(decision.subject.type, decision)
    return list(newest.values())


def _changes(parts: Parts, decisions: Sequence[Decision]) -> tuple[Change, ...]:
    """Return the strongest reasons, each once."""
    given = [
        (reason, decision)
        for decision in decisions
        for reason in explained(parts, decision).reasons
    ]
    given.sort(key=lambda pair: -pair[0].weight)
    strongest: dict[str, tuple[ReasonGiven, Decision]] = {}
    for reason, decision in given:
        strongest.setdefault(reason.code, (reason, decision))
    bundle = parts.model.current()
    return tuple(
        Change(reason.code, decision.subject, reason.message, reason.advice,
               _effect(bundle, reason, decision))
        for reason, decision in list(strongest.values())[:_MAX_CHANGES]
    )  # fmt: skip


def _effect(bundle: Bundle | None, reason: ReasonGiven, decision: Decision) -> Effect | None:
    """Return what the risk would be with the reason's features at their usual values."""
    subject = decision.subject.type
    if bundle is None or reason.value is None or bundle.version != decision.model_version:
        return None
    row = np.array(decision.vector, dtype=np.float64)
    if decision.feature_set != bundle.feature_sets[subject] or not len(row):
        return None
    after = bundle.score(subject, _as_usual(bundle, subject, reason.code, row))
    return Effect(decision.risk, after.risk)


def _as_usual(bundle: Bundle, subject: Subject, code: str, row: Array) -> Array:
    columns = bundle.catalogue.columns(subject)
    mine = [owner.code == code for owner in bundle.reasons.of_columns(columns)]
    usual: Array = np.where(mine, bundle.typical[subject], row)
    return usual
