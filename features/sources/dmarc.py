"""DMARC reports: aggregate ones (RFC 7489, appendix C; XML, often packed) and failure ones (RFC 6591)."""

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from features.bounces.addresses import ADDRESS, domain_of
from features.bounces.mail import Fields, read_mail, split_fields
from features.sources.drafting import cleaned, when
from features.sources.packed import documents
from features.sources.report import Report, ReportKind
from features.sources.source import ParsedEvents, Rejected, Source, UnreadablePayload, Way

_MAX_ROWS: Final = 100_000
_POLICY: Final = ("p", "sp", "adkim", "aspf", "pct")


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return the rows of a DMARC report; they are sums, not events.

    Raises `UnreadablePayload` for anything else, and for XML with a document type definition.
    """
    del content_type
    if (failure := _failure(body)) is not None:
        return ParsedEvents((), (), reports=(failure,))
    reports: list[Report] = []
    rejected: list[Rejected] = []
    found = False
    for document in documents(body, (b"<?xml", b"<feedback", b"<!--")):
        found = True
        _read(document, reports, rejected)
    if not found:
        raise UnreadablePayload("expected a DMARC report: XML, packed, or a mail that holds one")
    return ParsedEvents((), (), tuple(rejected), reports=tuple(reports))


def _read(document: bytes, reports: list[Report], rejected: list[Rejected]) -> None:
    root = _root(document)
    meta, policy = root.find("report_metadata"), root.find("policy_published")
    facts = {name: text for name in _POLICY if (text := _text(policy, name))}
    for index, record in enumerate(root.iter("record")):
        if index >= _MAX_ROWS:
            raise UnreadablePayload(f"more than {_MAX_ROWS:,} records")
        try:
            reports.append(_report(record, meta, policy, facts))
        except ValueError as error:
            rejected.append(Rejected(index, str(error)[:300]))


def _root(document: bytes) -> ElementTree.Element:
    head = document[:65_536].lower()
    if b"<!doctype" in head or b"<!entity" in head:
        raise UnreadablePayload("a document type definition is not read")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - no DTD, so nothing is expanded
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadablePayload(f"not XML: {error}") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if root.tag != "feedback":
        raise UnreadablePayload(f"not a DMARC report but <{root.tag[:60]}>")
    return root


def _report(
    record: ElementTree.Element,
    meta: ElementTree.Element | None,
    policy: ElementTree.Element | None,
    facts: dict[str, str],
) -> Report:
    count = _text(record, "row/count")
    if not count.isdecimal() or len(count) > 12:
        raise ValueError(f"no count but {count[:40]!r}")
    dkim = _text(record, "row/policy_evaluated/dkim").lower()
    spf = _text(record, "row/policy_evaluated/spf").lower()
    own = {
        "disposition": _text(record, "row/policy_evaluated/disposition").lower(),
        "dkim": dkim,
        "spf": spf,
        "envelope_from": _text(record, "identifiers/envelope_from").lower(),
        "dkim_domain": _text(record, "auth_results/dkim/domain").lower(),
        "dkim_selector": _text(record, "auth_results/dkim/selector"),
        "dkim_result": _text(record, "auth_results/dkim/result").lower(),
        "spf_domain": _text(record, "auth_results/spf/domain").lower(),
        "spf_result": _text(record, "auth_results/spf/result").lower(),
        "reason": _text(record, "row/policy_evaluated/reason/type"),
    }
    return Report(
        kind=ReportKind.DMARC_AGGREGATE,
        report_id=_text(meta, "report_id"),
        reporter=_text(meta, "org_name"),
        domain=(_text(record, "identifiers/header_from") or _text(policy, "domain")).lower(),
        count=int(count),
        begins_at=when(_text(meta, "date_range/begin")),
        ends_at=when(_text(meta, "date_range/end")),
        source_ip=_text(record, "row/source_ip") or None,
        passed="pass" in (dkim, spf),
        facts=facts | {name: text for name, text in own.items() if text},
    )


def _text(element: ElementTree.Element | None, path: str) -> str:
    found = element.findtext(path) if element is not None else None
    return cleaned(found, 300) or ""


def _failure(body: bytes) -> Report | None:
    """Return the one mail of a failure report, else None."""
    if b"eedback-" not in body[:262_144] or b"auth-failure" not in body[:262_144].lower():
        return None
    mail = read_mail(body)
    part = mail.first("message/feedback-report")
    if part is None:
        return None
    fields = split_fields(part.data.lstrip(b"\r\n") + b"\n\n")[0]
    if fields.get("feedback-type").strip().lower() != "auth-failure":
        return None
    sender = ADDRESS.search(fields.get("original-mail-from")[:512])
    domain = fields.get("reported-domain") or (domain_of(sender[0]) if sender else "")
    return Report(
        kind=ReportKind.DMARC_FAILURE,
        report_id=mail.fields.get("message-id").strip("<>")[:300],
        reporter=fields.get("user-agent")[:300],
        domain=domain.lower()[:255],
        count=1,
        begins_at=when(fields.get("arrival-date")),
        source_ip=fields.get("source-ip")[:64] or None,
        passed=False,
        facts=dict(_failure_facts(fields)),
    )


def _failure_facts(fields: Fields) -> Iterator[tuple[str, str]]:
    for name in ("auth-failure", "delivery-result", "identity-alignment", "dkim-domain", "spf-dns",
                 "authentication-results"):  # fmt: skip
        if value := cleaned(fields.get(name), 300):
            yield name.replace("-", "_"), value


DMARC: Final = Source(
    "dmarc", "DMARC aggregate and failure reports", parse, whole=True, way=Way.MAIL
)
