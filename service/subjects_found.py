"""Campaigns and lists, in tables and one by one: found by filters, with what became of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from features.records import ID_PATTERN, ListImport, Subject
from models.decision import Decision
from service.desk.blind import told_verdicts
from service.desk.running import Running, Weighed, mail_of, weighed
from service.errors import UnknownCampaign, UnknownImport, Unreadable
from service.stores.contract import DecisionQuery, Overlap, Store, SubjectQuery, SubjectRow
from service.view import share
from service.warden import Warden

ORDERS: Final = ("newest", "risk", "size")
MOST_OVERLAPS: Final = 20
# Decisions of the account that are looked through for those on one campaign or list.
_LOOKED_AT: Final = 1_000
_PAGE: Final = 200


@dataclass(frozen=True)
class CampaignRow:
    """A campaign in a table; `mail` None: it is not under the release of this service."""

    row: SubjectRow
    mail: Running | None

    @property
    def rates(self) -> dict[str, float | None]:
        """Hard bounces over sent mail and complaints over delivered; None where nothing was."""
        return rates_of(self.mail.counts if self.mail else {})


@dataclass(frozen=True)
class ListRow:
    """A list in a table; `record` is its newest import, None where that is not known."""

    row: SubjectRow
    record: ListImport | None


@dataclass(frozen=True)
class CampaignFound:
    """One campaign: its decisions, newest first, and the evidence where mail of it went out."""

    campaign: CampaignRow
    decisions: tuple[Decision, ...]
    evidence: Weighed | None


@dataclass(frozen=True)
class ListFound:
    """One list: its decisions and imports, newest first, and other lists that share addresses."""

    listed: ListRow
    decisions: tuple[Decision, ...]
    imports: tuple[ListImport, ...]
    overlaps: tuple[Overlap, ...]


def campaigns(
    store: Store, query: SubjectQuery, name: str
) -> tuple[tuple[CampaignRow, ...], str | None]:
    """Return a page of campaigns and the next cursor, as a person may know them.

    Raises `Unreadable` for a foreign cursor.
    """
    with store.snapshot():
        rows, following = _page(store, query, name)
        mail = mail_of(store, [(row.account_id, row.id) for row in rows])
    return tuple(CampaignRow(row, mail.get((row.account_id, row.id))) for row in rows), following


def lists(store: Store, query: SubjectQuery, name: str) -> tuple[tuple[ListRow, ...], str | None]:
    """Return a page of lists and the next cursor, as `campaigns` does."""
    with store.snapshot():
        rows, following = _page(store, query, name)
        return tuple(ListRow(row, _record(store, row)) for row in rows), following


def campaign(warden: Warden, account_id: str, campaign_id: str, name: str) -> CampaignFound:
    """Return one campaign, as a person may know it. Raises `UnknownCampaign`."""
    with warden.store.snapshot():
        row = _row(warden.store, Subject.CAMPAIGN, account_id, campaign_id, name)
        if row is None:
            raise UnknownCampaign(f"no campaign {campaign_id!r} of {account_id!r} was scored")
        mail = mail_of(warden.store, [(account_id, campaign_id)]).get((account_id, campaign_id))
        decisions = _decisions(warden.store, row, Subject.CAMPAIGN)
    rules = warden.policy.of(account_id).release
    went_out = mail is not None and mail.progress.granted
    evidence = weighed(mail, rules, warden) if mail is not None and went_out else None
    return CampaignFound(CampaignRow(row, mail), decisions, evidence)


def one_list(warden: Warden, account_id: str, list_id: str, name: str) -> ListFound:
    """Return one list, as a person may know it. Raises `UnknownImport`."""
    store = warden.store
    with store.snapshot():
        row = _row(store, Subject.LIST, account_id, list_id, name)
        if row is None:
            raise UnknownImport(f"no list {list_id!r} of {account_id!r} was imported")
        past = [one for one in store.imports_past(account_id) if one.list_id == list_id]
        return ListFound(
            ListRow(row, _record(store, row)),
            _decisions(store, row, Subject.LIST),
            tuple(past[::-1]),
            store.list_overlaps(account_id, list_id, MOST_OVERLAPS),
        )


def rates_of(counts: Mapping[str, int]) -> dict[str, float | None]:
    """Return the rates of a campaign's mail so far; late reports push none above 1."""
    sent, delivered = counts.get("sent", 0), counts.get("delivered", 0)
    return {
        "hard_bounce": share(counts.get("hard_bounce", 0), sent),
        "complaint": share(counts.get("complaint", 0), delivered),
    }


def _page(
    store: Store, query: SubjectQuery, name: str
) -> tuple[tuple[SubjectRow, ...], str | None]:
    try:
        page = store.find_subjects(query)
    except ValueError as error:
        if query.cursor is None:
            raise
        raise Unreadable("the cursor is not one that this service gave out") from error
    known = told_verdicts(store, {row.account_id for row in page.subjects}, name)
    rows = [
        structs.replace(row, verdict=known.get(row.account_id, row.verdict))
        for row in page.subjects
    ]
    # A filter finds nothing by a verdict that the person is not told.
    wanted = query.verdict
    return tuple(r for r in rows if wanted is None or r.verdict == wanted), page.next_cursor


def _row(
    store: Store, subject: Subject, account_id: str, subject_id: str, name: str
) -> SubjectRow | None:
    if not all(re.fullmatch(ID_PATTERN, one) for one in (account_id, subject_id)):
        return None  # a database refuses text that nothing can be called
    query = SubjectQuery(subject=subject, account_id=account_id, id=subject_id, limit=1)
    return next(iter(_page(store, query, name)[0]), None)


def _record(store: Store, row: SubjectRow) -> ListImport | None:
    return next(iter(store.imports(row.account_id, [row.id])), None)


def _decisions(store: Store, row: SubjectRow, subject: Subject) -> tuple[Decision, ...]:
    """Return the decisions on a campaign or list among the account's newest."""
    found: list[Decision] = []
    cursor = None
    for _ in range(_LOOKED_AT // _PAGE):
        query = DecisionQuery(account_id=row.account_id, cursor=cursor, limit=_PAGE)
        page = store.decisions(query)
        found += [
            one
            for one in page.decisions
            if one.subject.type is subject and one.subject.id == row.id
        ]
        cursor = page.next_cursor
        if cursor is None:
            break
    return tuple(found)
