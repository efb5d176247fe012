"""XARF 4 abuse reports: JSON, posted or attached to a mail. https://xarf.org"""

from collections.abc import Iterator
from typing import Final

from features.bounces.addresses import ADDRESS
from features.bounces.mail import read_mail, split_fields
from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.mail_clues import clues_of
from features.sources.packed import documents
from features.sources.source import ParsedEvents, Source, UnreadablePayload, Way
from features.sources.vendor import NoEvent, Row, json_rows, list_of, object_of, parse_rows, text_of

# Classes of XARF 4 that are about mail, or about what mail leads to, with ARF's word for them.
_MESSAGING: Final = frozenset({"messaging", "abuse"})
_CONTENT: Final = {
    "phishing": "fraud",
    "fraud": "fraud",
    "malware": "virus",
    "spamvertised": "abuse",
}
_MAX_EVIDENCE: Final = 20


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a complaint for each report on mail or what it leads to; others are rejected.

    Raises `UnreadablePayload` where there is no XARF report.
    """
    del content_type
    found = [row for text in documents(body, (b"{", b"[")) for row in json_rows(text)]
    if not any(
        isinstance(row, dict) and ("xarf_version" in row or "Version" in row) for row in found
    ):
        raise UnreadablePayload("expected an XARF report (JSON with xarf_version)")
    return parse_rows(found, _read)


def _read(row: Row) -> Iterator[Draft]:
    if not text_of(row, "xarf_version").startswith("4"):
        raise NoEvent("not version 4 of XARF")
    group = text_of(row, "category").lower() or text_of(row, "class").lower()
    kind = text_of(row, "type").lower()
    if group not in _MESSAGING and kind not in _CONTENT:
        raise NoEvent(f"a report of {group[:40] or 'nothing'}/{kind[:40]}: not about mail")
    source, ip = text_of(row, "source_identifier"), text_of(row, "source", "ip")
    at = text_of(row, "timestamp")
    recipient = ADDRESS.search(text_of(row, "smtp_to") or text_of(row, "recipient"))
    yield draft(
        text_of(row, "report_id") or digest(group, kind, source, at),
        EventType.COMPLAINT,
        at=when(at),
        recipient=recipient[0] if recipient else None,
        sending_ip=ip or source,
        feedback_type=_CONTENT.get(kind, "abuse"),
        clues=_clues(row),
    )


def _clues(row: Row) -> Iterator[tuple[str, str]]:
    for name in ("smtp_from", "sender_email", "from"):
        sender = ADDRESS.search(text_of(row, name))
        if sender is not None:
            yield "return_path", sender[0]
            yield "from_domain", sender[0].rpartition("@")[2].lower()
    yield "message_id", text_of(row, "message_id").strip("<>")
    for one in list_of(row, "evidence")[:_MAX_EVIDENCE]:
        yield from _of_evidence(object_of(one))


def _of_evidence(evidence: Row) -> Iterator[tuple[str, str]]:
    if text_of(evidence, "content_type").lower() not in ("message/rfc822", "text/rfc822-headers"):
        return
    payload = text_of(evidence, "payload")
    raw = b"Content-Transfer-Encoding: base64\n\n" + payload.encode("ascii", "replace")
    parts = read_mail(raw).parts
    if parts:
        yield from clues_of(split_fields(parts[0].data.lstrip(b"\r\n"))[0])


XARF: Final = Source("xarf", "XARF 4 abuse reports", parse, whole=True, way=Way.MAIL)
