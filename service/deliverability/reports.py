"""Abuse reports become incidents: one for each account, campaign and category, however often it is reported."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from msgspec import structs

from features.abuse_reports import SEVERITY, Category, category_of, read_abuse_mail
from features.sources import arf, xarf
from features.sources.attribution import Attribution, attribute
from features.sources.draft import Draft
from features.sources.source import ParsedEvents, UnreadablePayload
from service import errors
from service.deliverability.alerts import Notify
from service.ingest import TakePayload
from service.lookup import organisation_of
from service.scrub import scrub
from service.stores.contract import Incident, IncidentQuery, Store

KIND: Final = "report"
_REMEMBERED: Final = 200


@dataclass(frozen=True)
class Heard:
    """What one report says. `digest` tells it from another one."""

    category: Category
    form: str
    account_id: str
    campaign_id: str | None
    domain: str
    digest: str
    subject: str = ""
    excerpt: str = ""


@dataclass
class TakeReport:
    """The use case behind `POST /v1/reports`: ARF, XARF or a mail in free words."""

    store: Store
    take: TakePayload
    rules: Attribution
    new_id: Callable[[], str]
    notify: Notify
    _one: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, body: bytes, content_type: str, at: datetime) -> Incident:
        """Return the incident that a report opened or joined. ARF and XARF are counted as complaints, too.

        Raises `UnreadablePayload` for a machine's report on something else than mail.
        """
        heard = self._heard(body, content_type, at)
        with self._one:
            return self._filed(heard, at)

    def _heard(self, body: bytes, content_type: str, at: datetime) -> Heard:
        # How a mail came (HTTP, LMTP, a file) may change its line ends, not what it is.
        same = body.replace(b"\r\n", b"\n").strip()
        digest = hashlib.blake2b(same, digest_size=12).hexdigest()
        for source, is_it in ((arf.ARF, arf.is_report(body)), (xarf.XARF, _is_xarf(content_type))):
            if is_it:
                try:
                    parsed = source.parse(body, content_type)
                except UnreadablePayload as error:
                    raise errors.UnreadablePayload(str(error)) from error
                self.take(source, body, content_type, at)
                return self._of_machine(source.name, parsed, digest, at)
        return self._of_person(body, digest)

    def _of_machine(self, form: str, parsed: ParsedEvents, digest: str, at: datetime) -> Heard:
        found = attribute(parsed, form, self.rules, at, self.store.domain_owner)
        draft = parsed.drafts[0] if parsed.drafts else None
        if draft is None:
            raise errors.UnreadablePayload(
                parsed.rejected[0].error if parsed.rejected else "the report holds nothing"
            )
        event = found.events[0] if found.events else None
        return Heard(
            category=category_of(draft.feedback_type),
            form=form,
            account_id=event.account_id if event else "",
            campaign_id=event.campaign_id if event else None,
            domain=_domain(draft),
            digest=draft.event_id if form == arf.ARF.name else digest,
        )

    def _of_person(self, body: bytes, digest: str) -> Heard:
        mail = read_abuse_mail(body, digest)
        account, campaign = self.rules.whose(mail.draft, "arf", self.store.domain_owner)
        return Heard(
            category=mail.category,
            form="mail",
            account_id=account or self._by_link(mail.hosts) or "",
            campaign_id=campaign,
            domain=_domain(mail.draft),
            digest=digest,
            subject=scrub(mail.subject)[:200],
            excerpt=scrub(mail.text)[:500],
        )

    def _by_link(self, hosts: tuple[str, ...]) -> str | None:
        """Return the one account whose sending domains a report links to; None when in doubt."""
        names = {name for host in hosts for name in (host, organisation_of(host))}
        owners = {self.store.domain_owner(name) for name in names} - {None}
        return owners.pop() if len(owners) == 1 else None

    def _filed(self, heard: Heard, at: datetime) -> Incident:
        key = _key(heard)
        held = next(iter(self.store.incidents(IncidentQuery(key=key))), None)
        if held is not None:
            return self._joined(held, heard, at)
        opened_id = self.new_id()
        incident = self.store.put_incident(
            Incident(
                incident_id=opened_id,
                kind=KIND,
                key=key,
                severity=SEVERITY[heard.category],
                opened_at=at,
                updated_at=at,
                account_id=heard.account_id,
                facts=_facts(heard),
            )
        )
        if incident.incident_id != opened_id:
            # Another process opened it between the look and the insert.
            return self._joined(incident, heard, at)
        self.notify("report.opened", incident)
        return incident

    def _joined(self, held: Incident, heard: Heard, at: datetime) -> Incident:
        """Count another report into an open incident; the very same one is not counted again."""
        known = held.facts["digests"]
        if heard.digest in known:
            return held
        facts = held.facts | {
            "reports": held.facts["reports"] + 1,
            "digests": [*known, heard.digest][-_REMEMBERED:],
            "forms": sorted({*held.facts["forms"], heard.form}),
        }
        stored = self.store.put_incident(structs.replace(held, facts=facts, updated_at=at))
        # Somebody closed it meanwhile: the report opens another one.
        return stored if stored.closed_at is None else self._filed(heard, at)


def _is_xarf(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _facts(heard: Heard) -> dict[str, Any]:
    return {
        "category": heard.category.value,
        "forms": [heard.form],
        "campaign_id": heard.campaign_id,
        "from_domain": heard.domain or None,
        "reports": 1,
        "subject": heard.subject,
        "excerpt": heard.excerpt,
        "digests": [heard.digest],
    }


def _domain(draft: Draft) -> str:
    return next(iter(draft.clues.get("from_domain", ())), "")[:255]


def _key(heard: Heard) -> str:
    """Return what makes reports one incident; without an account, the domain they speak of, or themselves."""
    whose = heard.account_id or f"?{heard.domain or heard.digest}"
    return f"{KIND}:{heard.category}:{whose}:{heard.campaign_id or ''}"[:512]
