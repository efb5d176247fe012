"""SMTP TLS reports (RFC 8460): JSON, mostly packed with gzip, posted or in a mail."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from features.sources.drafting import cleaned, when
from features.sources.packed import documents
from features.sources.report import Report, ReportKind
from features.sources.source import ParsedEvents, Rejected, Source, UnreadablePayload, Way
from features.sources.vendor import Row, list_of, object_of, text_of

_FACTS: Final = {
    "result-type": "result_type", "sending-mta-ip": "sending_mta_ip",
    "receiving-mx-hostname": "receiving_mx", "failure-reason-code": "reason",
    "additional-information": "information",
}  # fmt: skip


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a row for each policy's successes and for each kind of failure.

    Raises `UnreadablePayload` for anything but a TLS report.
    """
    del content_type
    reports: list[Report] = []
    rejected: list[Rejected] = []
    for document in documents(body, (b"{",)):
        root = _root(document)
        for index, policy in enumerate(list_of(root, "policies")):
            found = list(_rows(root, policy))
            reports.extend(found)
            if not found:
                rejected.append(Rejected(index, "a policy without a summary"))
    if not reports and not rejected:
        raise UnreadablePayload("expected an SMTP TLS report (RFC 8460)")
    return ParsedEvents((), (), tuple(rejected), reports=tuple(reports))


def _root(document: bytes) -> Row:
    try:
        found = msgspec.json.decode(document)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UnreadablePayload(f"not JSON: {error}") from error
    if not isinstance(found, dict) or "policies" not in found:
        raise UnreadablePayload("expected an SMTP TLS report (RFC 8460)")
    return found


def _rows(root: Row, policy: Any) -> Iterator[Report]:
    summary = object_of(policy, "summary")
    passed = _count(summary.get("total-successful-session-count"))
    failed = _count(summary.get("total-failure-session-count"))
    details = [_failure(root, policy, detail) for detail in list_of(policy, "failure-details")]
    if passed is not None:
        yield _row(root, policy, passed, passed=True, facts={})
    yield from details
    told = sum(detail.count for detail in details)
    if failed is not None and failed > told:
        yield _row(root, policy, failed - told, passed=False, facts={})


def _failure(root: Row, policy: Any, detail: Any) -> Report:
    facts = {ours: cleaned(text_of(detail, theirs), 300) or "" for theirs, ours in _FACTS.items()}
    count = _count(object_of(detail).get("failed-session-count")) or 0
    return _row(root, policy, count, passed=False, facts={k: v for k, v in facts.items() if v})


def _row(root: Row, policy: Any, count: int, *, passed: bool, facts: dict[str, str]) -> Report:
    kind = cleaned(text_of(policy, "policy", "policy-type"), 40)
    return Report(
        kind=ReportKind.TLS,
        report_id=text_of(root, "report-id")[:300],
        reporter=text_of(root, "organization-name")[:300],
        domain=text_of(policy, "policy", "policy-domain").lower()[:255],
        count=count,
        begins_at=when(text_of(root, "date-range", "start-datetime")),
        ends_at=when(text_of(root, "date-range", "end-datetime")),
        source_ip=facts.get("sending_mta_ip"),
        passed=passed,
        facts=({"policy_type": kind} if kind else {}) | facts,
    )


def _count(value: Any) -> int | None:
    return (
        value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12
        else None
    )


TLSRPT: Final = Source("tlsrpt", "SMTP TLS reports", parse, whole=True, way=Way.MAIL)
