"""Watches block lists: a listing opens an incident with its likely causes and closes itself when gone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import structs

from features.blocklists import (
    BlockList,
    Health,
    Listing,
    ListKind,
    Unanswered,
    ask_list,
    check_list,
)
from features.dns.questions import Answer, Question, answered
from features.windows import DAY_7
from service.deliverability.alerts import Notify
from service.deliverability.blame import Blame, likely_causes, removal_request
from service.deliverability.counts import every_active, every_domain, hours_ago
from service.resolver import Ask
from service.stores.contract import ActiveKind, Incident, IncidentQuery, Store

KIND: Final = "listing"
# A list asks to be left alone between two questions on one subject.
ASK_AGAIN: Final = timedelta(hours=6)
PROBE_AGAIN: Final = timedelta(days=1)
_MAX_OPEN: Final = 10_000
Pause = Callable[[float], None]


@dataclass
class ListingWatch:
    """Watches `lists` through `ask`. Answers are remembered for hours; `pause` keeps the rate.

    A list whose test points answer wrongly is not asked further until they answer rightly again.
    """

    lists: Sequence[BlockList]
    ask: Ask
    pause: Pause
    _asked: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _probed: dict[str, tuple[datetime, Health]] = field(default_factory=dict)

    def look(
        self, store: Store, at: datetime, new_id: Callable[[], str], notify: Notify
    ) -> list[Incident]:
        """Ask what is due, open and close incidents, and return those that changed."""
        query = IncidentQuery(kind=KIND, is_open=True, limit=_MAX_OPEN)
        held = {incident.key: incident for incident in store.incidents(query)}
        changed: list[Incident] = []
        for listing in self.lists:
            health = self._health(listing, at)
            incident = _health_incident(listing, health, held, at, new_id)
            if incident is not None:
                changed.append(_told(store, incident, notify))
            if health is not Health.SANE:
                continue
            for subject in _subjects(store, listing.kind, at):
                incident = self._subject(store, listing, subject, held, at, new_id)
                if incident is not None:
                    changed.append(_told(store, incident, notify))
        return changed

    def _health(self, listing: BlockList, at: datetime) -> Health:
        known = self._probed.get(listing.name)
        if known is not None and at - known[0] < PROBE_AGAIN and known[1] is Health.SANE:
            return known[1]
        found = answered(check_list(listing), self._slowly(listing))
        self._probed[listing.name] = (at, found)
        return found

    def _subject(
        self,
        store: Store,
        listing: BlockList,
        subject: str,
        held: dict[str, Incident],
        at: datetime,
        new_id: Callable[[], str],
    ) -> Incident | None:
        """Ask for one subject when it is due; return the incident that opens or closes by the answer."""
        last = self._asked.get((listing.name, subject))
        if last is not None and at - last < ASK_AGAIN:
            return None
        try:
            found = answered(ask_list(listing, subject), self._slowly(listing))
        except (Unanswered, ValueError):
            return None
        self._asked[listing.name, subject] = at
        incident = held.get(_key(listing, subject))
        if found is not None and incident is None:
            return _opened(store, listing, subject, found, at, new_id())
        if found is None and incident is not None:
            return structs.replace(incident, closed_at=at, updated_at=at)
        return None

    def _slowly(self, listing: BlockList) -> Ask:
        def ask(question: Question) -> Answer:
            self.pause(1.0 / listing.per_second)
            return self.ask(question)

        return ask


def _told(store: Store, incident: Incident, notify: Notify) -> Incident:
    stored = store.put_incident(incident)
    notify("listing.closed" if incident.closed_at else "listing.opened", stored)
    return stored


def _subjects(store: Store, kind: ListKind, at: datetime) -> list[str]:
    """Return the IPs that sent lately, or the sending domains."""
    if kind is ListKind.DOMAIN:
        return list(every_domain(store))
    pages = every_active(store, ActiveKind.IP, hours_ago(at, 7))
    return list(dict.fromkeys(pair.subject for page in pages for pair in page))


def _key(listing: BlockList, subject: str) -> str:
    return f"{KIND}:{listing.name}:{subject}"


def _opened(
    store: Store, listing: BlockList, subject: str, found: Listing, at: datetime, incident_id: str
) -> Incident:
    blamed = likely_causes(store, listing.kind, subject, at, DAY_7)
    return Incident(
        incident_id=incident_id,
        kind=KIND,
        key=_key(listing, subject),
        severity=1 if listing.kind is ListKind.IP else 2,
        opened_at=at,
        updated_at=at,
        account_id=blamed[0].account_id if blamed else "",
        facts={
            "list": listing.name,
            "subject": subject,
            "codes": dict(found.codes),
            "text": found.text,
            "procedure": listing.procedure,
            "terms": listing.terms,
            "causes": [_blame(blame) for blame in blamed],
            "removal_request": removal_request(listing, subject, found, blamed, at),
        },
    )


def _blame(blame: Blame) -> dict[str, Any]:
    return {
        "account_id": blame.account_id,
        "probability": blame.probability,
        "evidence": blame.evidence,
        "in_force": blame.in_force,
    }


def _health_incident(
    listing: BlockList,
    health: Health,
    held: dict[str, Incident],
    at: datetime,
    new_id: Callable[[], str],
) -> Incident | None:
    """Return an incident for a list that starts or stops answering wrongly; silence alone is none."""
    key = _key(listing, "-")
    incident = held.get(key)
    if health is Health.SANE:
        return (
            structs.replace(incident, closed_at=at, updated_at=at) if incident is not None else None
        )
    if incident is not None or health is Health.SILENT:
        return None
    facts = {"list": listing.name, "subject": None, "disabled": health.value}
    return Incident(
        incident_id=new_id(),
        kind=KIND,
        key=key,
        severity=3,
        opened_at=at,
        updated_at=at,
        facts=facts,
    )
