"""Assesses a list on its way in: numbers and a sketch are kept, addresses are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import nan
from typing import BinaryIO, Final

from msgspec import structs

from features import lists
from features.facts import AccountFacts, ListFacts
from features.ownership import one_owner
from features.records import Account, ImportSource, ListImport, Subject
from models.decide import Context
from models.decision import Decision, Ordered, SubjectRef
from models.segments import Removal, cell_rates, removal, with_rates
from service import errors
from service.facts import account_facts
from service.judge import Known, age_days, judge, known_account, save
from service.parts import Parts
from service.standing import standing_of
from service.stores.contract import Overlap, Store

MAX_OVERLAPS: Final = 100


@dataclass(frozen=True)
class Assessment:
    """What is known of an import, the decision on it, and other accounts' lists it shares with."""

    record: ListImport
    decision: Decision
    overlaps: tuple[Overlap, ...]
    removal: Removal | None
    bad_rows: tuple["lists.BadRow", ...] = ()
    slips: tuple["lists.Slip", ...] = ()


@dataclass(frozen=True)
class ImportOrder:
    """A list that a customer brings; `format` is `csv`, `ndjson` or `parquet`."""

    account_id: str
    list_id: str
    source: ImportSource
    format: str
    imported_at: datetime


def import_list(parts: Parts, order: ImportOrder, file: BinaryIO, at: datetime) -> Assessment:
    """Scan a list, store its numbers and sketch, and return its assessment.

    Raises `UnknownAccount`, `UnreadableList`, and `Unavailable` when the store cannot be used.
    """
    store = parts.store
    account = known_account(store, order.account_id)
    scanned = _scanned(parts, order, file)
    told_by_dns = {"list_no_mail_share": _no_mail_share(parts, scanned)}
    with store.snapshot():
        overlaps = store.overlaps(order.account_id, scanned.sketch, MAX_OVERLAPS)
        shared = shared_with(store, account, overlaps)
        known_of = account_facts(store, account, at)
        numbers = _numbers(store, scanned, shared, known_of) | told_by_dns
        record = _record(parts, order, scanned, numbers)
        facts = ListFacts(known_of, record)
        known = Known(account, facts, standing_of(store, order.account_id))
    context = Context(
        recipients=record.valid,
        paid=account.paid,
        standing=known.standing.action,
        account_age_days=age_days(account, at),
    )
    subject = SubjectRef(type=Subject.LIST, id=order.list_id)
    decision = judge(parts, subject, order.account_id, known, context, (), at)
    decision = structs.replace(decision, ordered=Ordered(import_id=record.import_id))
    record, cure = _by_segment(record, scanned, decision)
    store.add_import(record, scanned.sketch)
    return Assessment(
        record, save(store, decision), overlaps, cure, scanned.bad_rows, scanned.slips
    )


def _by_segment(
    record: ListImport, scanned: "lists.ListScan", decision: Decision
) -> tuple[ListImport, Removal | None]:
    """Spread the forecast over the segments, and find what to take out; as it is without one."""
    if decision.forecast is None or not scanned.cells:
        return record, None
    rates = cell_rates(scanned.cells, decision.forecast)
    segments = with_rates(record.segments, scanned.cells, rates)
    return structs.replace(record, segments=segments), removal(segments, scanned.cells, rates)


def shared_with(
    store: Store, account: Account, overlaps: Sequence[Overlap]
) -> "list[lists.SharedWith]":
    """Return what a list shares with others, and whose those are."""
    theirs = sorted({overlap.account_id for overlap in overlaps if not overlap.known_bad})
    owners = store.owners(theirs) if theirs else {}
    found = []
    for overlap in overlaps:
        owner = owners.get(overlap.account_id)
        found.append(
            lists.SharedWith(
                share=overlap.containment,
                one_owner=owner is not None and one_owner(account, owner.account),
                abuser=owner is not None and owner.abuser,
                known_bad=overlap.known_bad,
            )
        )
    return found


def _scanned(parts: Parts, order: ImportOrder, file: BinaryIO) -> "lists.ListScan":
    try:
        return lists.scan(file, order.format, parts.hasher, order.imported_at)
    except lists.UnreadableList as error:
        raise errors.UnreadableList(str(error)) from error


def _no_mail_share(parts: Parts, scanned: "lists.ListScan") -> float:
    """Return the share of addresses at domains that take no mail; NaN where DNS is not asked."""
    if parts.mail_domains is None:
        return nan
    return lists.no_mail_share(scanned.domains, parts.mail_domains(scanned.domains.domains))


def _numbers(
    store: Store,
    scanned: "lists.ListScan",
    shared: Sequence["lists.SharedWith"],
    known: AccountFacts,
) -> dict[str, float]:
    """Return the numbers of the file, of what was seen of it, and of how it fits the account."""
    flags = store.recipient_flags(scanned.sketch)
    return (
        scanned.numbers
        | lists.platform_numbers(scanned.sketch, flags, shared)
        | lists.fit_numbers(
            scanned.countries, scanned.opt_in_quantiles, known.account, known.domains
        )
    )


def _record(
    parts: Parts, order: ImportOrder, scanned: "lists.ListScan", numbers: Mapping[str, float]
) -> ListImport:
    return ListImport(
        import_id=parts.new_id(),
        account_id=order.account_id,
        list_id=order.list_id,
        source=order.source,
        imported_at=order.imported_at,
        rows=scanned.rows,
        valid=scanned.valid,
        invalid=scanned.invalid,
        duplicates=scanned.duplicates,
        numbers=dict(numbers),
        segments=tuple(scanned.segments),
        providers=dict(scanned.providers),
    )
