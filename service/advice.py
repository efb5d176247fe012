"""The customer's card: what stands out, what to change, and what the change would do.

It rests on the newest decisions. Values that a customer must not tune (traps, ties, text scores)
carry no number, and no address is known here to begin with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from features.dns.finding import PublishRecord
from features.dns.publish import missing_records
from features.records import Subject
from models.bundle import Bundle
from models.cure import IMPORT_TEXT, SEGMENT_TEXT, WORDS_OF, Cure, cures_of
from models.decision import Decision, ReasonGiven, SubjectRef
from models.reasons.amounts import amount
from models.reasons.language import ENGLISH, Language
from models.reasons.registry import fallback, load_reasons
from models.reasons.why import why
from service.judge import known_account
from service.parts import Parts
from service.review import explained
from service.standing import Standing, standing_of
from service.stores.contract import DecisionQuery

_LOOKED_AT: Final = 50
_MAX_CHANGES: Final = 8
_MAX_DOMAINS: Final = 10
IN_FORCE: Final = {
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
    why: str
    advice: str
    effect: Effect | None


@dataclass(frozen=True)
class CureTold:
    """What to take out of the lists, and the computed effect in words."""

    cure: Cure
    text: str


@dataclass(frozen=True)
class ToPublish:
    """Records that a sending domain lacks."""

    domain: str
    message: str
    todo: str
    records: tuple[PublishRecord, ...]


@dataclass(frozen=True)
class Card:
    """What a customer is told. `language` is that of the texts."""

    account_id: str
    as_of: datetime
    standing: Standing
    headline: str
    changes: tuple[Change, ...]
    cures: tuple[CureTold, ...]
    publish: tuple[ToPublish, ...]
    language: str


def advise(parts: Parts, account_id: str, at: datetime, language: Language = ENGLISH) -> Card:
    """Return the customer's card. Raises `UnknownAccount`, `Unavailable`."""
    known_account(parts.store, account_id)
    standing = standing_of(parts.store, account_id)
    page = parts.store.decisions(DecisionQuery(account_id=account_id, limit=_LOOKED_AT))
    return Card(
        account_id=account_id,
        as_of=at,
        standing=standing,
        headline=language(IN_FORCE[standing.action]),
        changes=_changes(parts, _newest(page.decisions), language),
        cures=tuple(_told(c, language) for c in cures_of(parts.store.imports(account_id))),
        publish=_publish(parts, account_id, language),
        language=language.tag,
    )


def _told(cure: Cure, language: Language) -> CureTold:
    """Say what a part of the lists does, with its numbers."""
    values = {
        "rows": f"{cure.rows:,}",
        "date": cure.imported_at.date().isoformat(),
        "list": cure.list_id,
        "share": amount(cure.share, "share", language),
        "now": amount(cure.rate_now, "rate", language),
        "after": amount(cure.rate_after, "rate", language),
    }
    if (segment := cure.segment) is None:
        return CureTold(cure, language(IMPORT_TEXT).format(**values))
    values |= {"by": language(WORDS_OF[segment.by]), "value": language(segment.value)}
    return CureTold(cure, language(SEGMENT_TEXT).format(**values))


def _publish(parts: Parts, account_id: str, language: Language) -> tuple[ToPublish, ...]:
    """Return the records that the account's domains are known to lack; DNS is not asked here."""
    return tuple(
        ToPublish(
            domain.domain,
            language(finding.message).format(**finding.values),
            language(finding.todo).format(**finding.values),
            finding.records,
        )
        for domain in parts.store.domains(account_id)[:_MAX_DOMAINS]
        for finding in missing_records(domain, parts.setup)
    )


def _newest(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the newest decision on the account itself, on a list and on a campaign."""
    newest: dict[Subject, Decision] = {}
    for decision in decisions:
        newest.setdefault(decision.subject.type, decision)
    return list(newest.values())


def _changes(parts: Parts, decisions: Sequence[Decision], language: Language) -> tuple[Change, ...]:
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
        _change(reason, decision, bundle, language)
        for reason, decision in list(strongest.values())[:_MAX_CHANGES]
    )


def _change(
    reason: ReasonGiven, decision: Decision, bundle: Bundle | None, language: Language
) -> Change:
    return Change(
        code=reason.code,
        subject=decision.subject,
        message=_message(reason, language),
        why=language(why(reason.family)),
        advice=language(reason.advice),
        effect=_effect(bundle, reason, decision),
    )


def _message(reason: ReasonGiven, language: Language) -> str:
    """Return the message in a language; the measured value is told in English only.

    What was measured is described by the catalogue's own words, which are not translated.
    """
    known = load_reasons().by_code.get(reason.code)
    if language is ENGLISH:
        return reason.message
    return language((known or fallback(reason.family)).message)


def _effect(bundle: Bundle | None, reason: ReasonGiven, decision: Decision) -> Effect | None:
    """Return what the risk would be with the reason's features at their usual values."""
    subject = decision.subject.type
    if bundle is None or reason.value is None or bundle.version != decision.model_version:
        return None
    row = np.array(decision.vector, dtype=np.float64)
    if decision.feature_set != bundle.feature_sets[subject] or not len(row):
        return None
    columns = bundle.catalogue.columns(subject)
    mine = [owner.code == reason.code for owner in bundle.reasons.of_columns(columns)]
    if not any(mine):
        return None
    after = bundle.score(subject, np.where(mine, bundle.typical[subject], row))
    return Effect(decision.risk, after.risk)
