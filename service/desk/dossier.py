"""Everything one case page needs, read at once: what the account is, did, and is tied to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from features.facts import TieKind
from features.records import EventType, ListImport, SendingDomain
from features.tiles import COUNTER_INDEX, account_key
from features.windows import Grain
from models.decide import VectorMismatch
from models.decision import Decision
from models.reasons.language import ENGLISH
from models.waterfall import Step, waterfall
from service.advice import IN_FORCE, Card
from service.desk.blind import told, told_deeds, told_standing
from service.desk.records import Case, Entry
from service.errors import UnknownAccount
from service.stores.contract import DecisionQuery, Evidence, Label
from service.view import AccountView
from service.warden import Warden

DAYS: Final = 28
_DECISIONS: Final = 40
_SIMILAR: Final = 5
_LOOKED_AT: Final = 200


@dataclass(frozen=True)
class Day:
    """One day of an account's mail."""

    starts_at: datetime
    sent: int
    hard_bounces: int
    complaints: int


@dataclass(frozen=True)
class Happening:
    """One line of the timeline. `kind` is account, import, decision, label or desk."""

    at: datetime
    kind: str
    title: str
    detail: str = ""


@dataclass(frozen=True)
class Similar:
    """A decided case with its shared reasons' share: Jaccard over reason codes, in [0, 1]."""

    case: Case
    likeness: float


@dataclass(frozen=True)
class Dossier:
    """`account`, `card` None: the account was never put. `steps` None: another model decided."""

    case: Case
    decision: Decision
    decisions: tuple[Decision, ...]
    account: AccountView | None
    card: Card | None
    ties: dict[TieKind, tuple[int, int]]
    days: tuple[Day, ...]
    imports: tuple[ListImport, ...]
    domains: tuple[SendingDomain, ...]
    labels: tuple[Label, ...]
    evidence: tuple[Evidence, ...]
    deeds: tuple[Entry, ...]
    steps: tuple[Step, ...] | None
    similar: tuple[Similar, ...]
    timeline: tuple[Happening, ...]


def dossier(warden: Warden, case: Case, at: datetime, name: str) -> Dossier:
    """Gather a case as a person may know it. Raises `UnknownDecision`, `Unavailable`."""
    with warden.store.snapshot():
        return _dossier(warden, case, at, name)


def _dossier(warden: Warden, case: Case, at: datetime, name: str) -> Dossier:
    store, account_id = warden.store, case.account_id
    decision = warden.decision(case.decision_id)
    decisions = store.decisions(DecisionQuery(account_id=account_id, limit=_DECISIONS)).decisions
    try:
        view = warden.account(account_id, at)
        standing = told_standing(store, account_id, name)
        account: AccountView | None = replace(view, standing=standing)
        headline = ENGLISH(IN_FORCE[standing.action])
        card: Card | None = replace(
            warden.advice(account_id, at), standing=standing, headline=headline
        )
    except UnknownAccount:
        account, card = None, None
    imports = store.imports(account_id)
    labels = told(store, store.labels(account_id), account_id, name)
    deeds = told_deeds(case, store.newest_entries(case.case_id), name)
    return Dossier(
        case=case,
        decision=decision,
        decisions=decisions,
        account=account,
        card=card,
        ties={k: (p.accounts, p.flagged) for k, p in (account.ties if account else {}).items()},
        days=_days(warden, account_id, at),
        imports=imports,
        domains=store.domains(account_id),
        labels=labels,
        evidence=store.evidence(account_id)[:12],
        deeds=deeds,
        steps=_steps(warden, decision),
        similar=_similar(warden, case, decision),
        timeline=_timeline(account, decisions, imports, labels, deeds),
    )


def _steps(warden: Warden, decision: Decision) -> tuple[Step, ...] | None:
    bundle = warden.model.current()
    try:
        return None if bundle is None else waterfall(decision, bundle)
    except VectorMismatch:
        return None


def _days(warden: Warden, account_id: str, at: datetime) -> tuple[Day, ...]:
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=DAYS - 1)
    slots = [Grain.DAY.slot(int((first + timedelta(days=i)).timestamp())) for i in range(DAYS)]
    rows = warden.store.tiles([account_key(account_id)], Grain.DAY, slots[0], slots[-1])
    by_slot = dict(zip(rows.slots.tolist(), rows.counts.tolist(), strict=True))

    def count(slot: int, kind: EventType) -> int:
        return int(by_slot[slot][COUNTER_INDEX[kind]]) if slot in by_slot else 0

    return tuple(
        Day(
            first + timedelta(days=i),
            count(slot, EventType.SENT),
            count(slot, EventType.HARD_BOUNCE),
            count(slot, EventType.COMPLAINT),
        )
        for i, slot in enumerate(slots)
    )


def _similar(warden: Warden, case: Case, decision: Decision) -> tuple[Similar, ...]:
    """Return decided cases whose decisions were given for the same reasons, most alike first."""
    mine = {reason.code for reason in decision.reasons}
    found = []
    for other, codes in warden.store.decided(case.subject, _LOOKED_AT):
        theirs = set(codes) if other.case_id != case.case_id else set()
        if mine & theirs:
            found.append(Similar(other, len(mine & theirs) / len(mine | theirs)))
    found.sort(key=lambda similar: (-similar.likeness, similar.case.case_id))
    return tuple(found[:_SIMILAR])


def _timeline(
    account: AccountView | None,
    decisions: tuple[Decision, ...],
    imports: tuple[ListImport, ...],
    labels: tuple[Label, ...],
    deeds: tuple[Entry, ...],
) -> tuple[Happening, ...]:
    lines = [
        Happening(
            one.as_of, "decision", f"{one.action} on {one.subject.type.value} {one.subject.id}",
            f"risk {one.risk:.3f}" + (f", rules {', '.join(one.rules)}" if one.rules else ""),
        )
        for one in decisions
    ]  # fmt: skip
    lines += [
        Happening(
            one.imported_at, "import", f"list {one.list_id}: {one.rows:,} row{'' if one.rows == 1 else 's'}",
            f"from {one.source.value}, {one.invalid:,} invalid",
        )
        for one in imports
    ]  # fmt: skip
    lines += [
        Happening(one.known_at, "label", f"verdict: {one.verdict}", one.note or "")
        for one in labels
    ]
    lines += [
        Happening(e.deed.at, "desk", e.deed.act.removeprefix("case."), e.deed.actor) for e in deeds
    ]
    if account is not None:
        lines.append(Happening(account.account.created_at, "account", "account created"))
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))
