"""Gathers what speaks for a label out of the store: people's words, reports, listings, the mail itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from features.abuse_reports import Category
from features.deliverability import reports_complaints, tally_of
from features.records import EventType, Subject
from features.tiles import Ints, account_key, account_provider_key, campaign_key
from features.windows import Grain
from models.audit_estimate import AuditEstimate, Looked, audit_estimate
from models.decision import Action, Decision
from models.labels import (
    ABUSIVE,
    CARELESS,
    GOOD,
    TRAITS,
    LabelSource,
    Mail,
    Resolution,
    Statement,
    resolve,
    statements_of_mail,
)
from service.desk.appeals import SOURCE as APPEAL
from service.desk.blind import told
from service.desk.records import Case, CaseQuery
from service.desk.settling import SOURCE as SETTLED
from service.desk.undone import counting
from service.stores.contract import DecisionQuery, Incident, IncidentQuery, Label, Store

MAIL_DAYS: Final = 7
_MOST: Final = 10_000
MOST_CASES: Final = 100_000
_REPORTS_AGREE: Final = 2
_LIKELY: Final = 0.5
_HELD: Final = (Action.REVIEW.label, Action.TERMINATE.label)
_SAID: Final = {APPEAL: LabelSource.APPEAL, SETTLED: LabelSource.SETTLED}
_REPORTED: Final = {
    Category.PHISHING.value: ABUSIVE, Category.MALWARE.value: ABUSIVE,
    Category.TRAP.value: CARELESS, Category.LEGAL.value: CARELESS,
}  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """A decision's label. `chance`: the probability with which it was drawn to be looked at; 1 for
    what was not drawn."""

    resolution: Resolution
    chance: float = 1.0


@dataclass(frozen=True)
class _Account:
    """What is read once for all decisions of an account."""

    words: tuple[Statement, ...]
    held: tuple[datetime, ...]
    days: Ints
    counts: Ints
    silent: Ints
    chances: dict[str, float]


class LabelBook:
    """The labels of a store as they are known at a time, to be asked for decisions.

    `viewer`: as this person may know them, who is not told a verdict that they may be asked for.
    """

    def __init__(self, store: Store, at: datetime, viewer: str | None = None) -> None:
        self._store, self._at, self._viewer = store, at, viewer
        self._accounts: dict[str, _Account] = {}
        self._listings: tuple[Incident, ...] | None = None

    def of(self, decision: Decision) -> Labelled:
        """Return the label of a decision, and how it came to be the one."""
        known = self._account(decision.account_id)
        mail = self._mail(decision, known)
        found = (*known.words, *statements_of_mail(mail, decision.decision_id, decision.as_of))
        resolution = resolve(
            found, decision.decision_id, decision.as_of, self._at, _censored(decision, known)
        )
        won = resolution.won
        drawn = won is not None and won.decision_id == decision.decision_id
        chance = known.chances.get(decision.decision_id, 1.0) if drawn else 1.0
        return Labelled(resolution, chance)

    def _account(self, account_id: str) -> _Account:
        if account_id not in self._accounts:
            self._accounts[account_id] = self._read(account_id)
        return self._accounts[account_id]

    def _read(self, account_id: str) -> _Account:
        labels = [one for one in counting(self._told(account_id)) if one.known_at <= self._at]
        held = [
            decision.as_of
            for action in _HELD
            for decision in self._store.decisions(
                DecisionQuery(account_id=account_id, action=action, limit=1_000)
            ).decisions
        ]
        cases = self._store.cases(CaseQuery(state=None, account_id=account_id, limit=1_000))
        days, counts, silent = self._days(account_id)
        return _Account(
            words=(*map(_word, labels), *self._incidents(account_id)),
            held=tuple(sorted(held)),
            days=days,
            counts=counts,
            silent=silent,
            chances={
                case.decision_id: case.propensity
                for case in cases
                if case.audit_share and case.propensity
            },
        )

    def _told(self, account_id: str) -> tuple[Label, ...]:
        labels = self._store.labels(account_id)
        return (
            labels if self._viewer is None else told(self._store, labels, account_id, self._viewer)
        )

    def _days(self, account_id: str) -> tuple[Ints, Ints, Ints]:
        """Return the days with mail, their counts, and those at providers without complaints."""
        silent = [n for n in self._store.providers(account_id) if not reports_complaints(n)]
        own = account_key(account_id)
        keys = [own, *(account_provider_key(account_id, name) for name in silent)]
        last = Grain.DAY.slot(int(self._at.timestamp()))
        rows = self._store.tiles(keys, Grain.DAY, 0, last)
        mine = rows.entities == own
        days, counts = rows.slots[mine], rows.counts[mine]
        delivered = list(EventType).index(EventType.DELIVERED)
        quiet = np.array(
            [rows.counts[~mine & (rows.slots == day), delivered].sum() for day in days], np.int64
        )
        return days, counts, quiet

    def _incidents(self, account_id: str) -> list[Statement]:
        query = IncidentQuery(kind="report", account_id=account_id, limit=_MOST)
        found = [one for report in self._store.incidents(query) if (one := _report(report))]
        if self._listings is None:
            self._listings = self._store.incidents(IncidentQuery(kind="listing", limit=_MOST))
        return found + [one for listing in self._listings if (one := _listing(listing, account_id))]

    def _mail(self, decision: Decision, known: _Account) -> Mail:
        """Return what became of a campaign's mail, or of the account's in the week from the decision."""
        if decision.subject.type is Subject.CAMPAIGN:
            key = campaign_key(decision.account_id, decision.subject.id)
            rows = self._store.tiles([key], Grain.TOTAL, 0, 0)
            counts = rows.counts.sum(axis=0)
            share = _reporting_share(known)
            return _mail_of(counts, round(share * int(counts[_DELIVERED])))
        first = Grain.DAY.slot(int(decision.as_of.timestamp()))
        week = (known.days >= first) & (known.days <= first + MAIL_DAYS)
        counts = known.counts[week].sum(axis=0)
        return _mail_of(counts, int(counts[_DELIVERED] - known.silent[week].sum()))


_DELIVERED: Final = list(EventType).index(EventType.DELIVERED)


def _reporting_share(known: _Account) -> float:
    """Return the share of an account's mail that goes to providers that report complaints."""
    delivered = int(known.counts[:, _DELIVERED].sum()) if known.counts.size else 0
    return 1.0 - float(known.silent.sum()) / delivered if delivered else 1.0


def _mail_of(counts: Ints, reporting: int) -> Mail:
    tally = tally_of({"": counts}) if counts.size else tally_of({})
    return Mail(
        handed=tally.handed,
        delivered=tally.count(EventType.DELIVERED),
        reporting=max(reporting, 0),
        hard_bounces=tally.count(EventType.HARD_BOUNCE),
        complaints=tally.count(EventType.COMPLAINT),
        trap_hits=tally.count(EventType.TRAP_HIT),
    )


def _censored(decision: Decision, known: _Account) -> str:
    """Return why no harm was to be seen: the mail was held, or the account cut off soon after."""
    if decision.action in _HELD:
        return "its mail was held"
    until = decision.as_of + timedelta(days=MAIL_DAYS)
    if any(decision.as_of < held <= until for held in known.held):
        return "mail of the account was held within a week"
    return ""


def _word(label: Label) -> Statement:
    source = _SAID.get(label.source, LabelSource.VERDICT)
    if source is LabelSource.VERDICT and label.action == Action.TERMINATE.label:
        source = LabelSource.TERMINATION
    return Statement(
        source=source,
        verdict=label.verdict,
        at=label.known_at,
        known_at=label.known_at,
        weight=TRAITS[source].weight,
        says=label.category or label.verdict,
        decision_id=label.decision_id,
        category=label.category,
    )


def _report(incident: Incident) -> Statement | None:
    """Return what reports say that agree with each other; a single one may be a rival's."""
    category = str(incident.facts.get("category"))
    verdict, count = _REPORTED.get(category), int(incident.facts.get("reports", 0))
    if verdict is None or count < _REPORTS_AGREE:
        return None
    return Statement(
        source=LabelSource.REPORT,
        verdict=verdict,
        at=incident.opened_at,
        known_at=incident.updated_at,
        weight=TRAITS[LabelSource.REPORT].weight,
        says=f"{count} reports of {category}",
        category=category,
    )


def _listing(incident: Incident, account_id: str) -> Statement | None:
    causes = incident.facts.get("causes") or ()
    chance = next((c["probability"] for c in causes if c["account_id"] == account_id), 0.0)
    if chance < _LIKELY:
        return None
    return Statement(
        source=LabelSource.LISTING,
        verdict=CARELESS,
        at=incident.opened_at,
        known_at=incident.opened_at,
        weight=TRAITS[LabelSource.LISTING].weight * chance,
        says=f"{incident.facts.get('list')}, probability {chance:.0%}",
    )


def estimate_by_audit(store: Store, since: datetime, at: datetime) -> AuditEstimate:
    """Estimate precision and recall of what was decided since a time, by what people judged of it."""
    # A case's label became known after the case was opened.
    counted = counting(store.labels(since=since))
    labels = {one.label_id: one for one in counted if one.known_at <= at}
    inside = store.audited(since, at, MOST_CASES)
    drawn = [case for case in inside if case.audit_share and case.propensity]
    judged = [
        Looked(
            labels[_label_id(case)].verdict != GOOD,
            case.mails,
            case.propensity if case.audit_share else None,
        )
        for case in inside
        if _label_id(case) in labels and (case.propensity or not case.audit_share)
    ]
    done = sum(_label_id(case) in labels for case in drawn)
    return audit_estimate(judged, done / len(drawn) if done else 1.0)


def _label_id(case: Case) -> str:
    """Return the label of a case's verdict, also while it is looked at again; empty without any."""
    first = case.look.first.label_id if case.look is not None else None
    return case.label_id or first or ""
