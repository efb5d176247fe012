"""Complaints of mailbox providers: ARF (RFC 5965), its drafts and Microsoft's JMRP."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from features.bounces.addresses import ADDRESS, clean
from features.bounces.mail import WHOLE, Fields, Mail, MailPart, read_mail, split_fields
from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.mail_clues import clues_of
from features.sources.source import ParsedEvents, Rejected, Source, UnreadablePayload, Way

_NAME: Final = "arf"
_TYPE: Final = "message/feedback-report"
_REPORTS: Final = {
    "abuse": EventType.COMPLAINT, "fraud": EventType.COMPLAINT, "virus": EventType.COMPLAINT,
    "other": EventType.COMPLAINT, "miscategorized": EventType.COMPLAINT,
    "opt-out": EventType.UNSUBSCRIBE, "opt-out-list": EventType.UNSUBSCRIBE,
}  # fmt: skip
_NONE: Final = {
    "not-spam": "a recipient took a complaint back",
    "auth-failure": "a DMARC failure report, no complaint; the source dmarc reads it",
}


def is_report(body: bytes) -> bool:
    """Tell whether a mail is a feedback report."""
    head = body[:262_144].lower()
    return (
        b"message/feedback-report" in head
        or b"report-type=feedback-report" in head
        or b'report-type="feedback-report' in head
        or (b"x-hmxmroriginalrecipient" in head)
        or (b"\nfeedback-type:" in head and b"\nuser-agent:" in head)
    )


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each complaint of a feedback report; a mail may hold several (RFC 6650).

    Raises `UnreadablePayload` for a mail that is none.
    """
    del content_type
    mail = read_mail(body)
    if not is_report(body):
        raise UnreadablePayload("expected a feedback report (RFC 5965)")
    report = _report(mail)
    original = _original(mail)
    word = report.get("feedback-type").lower().strip() or "abuse"
    if word in _NONE:
        return ParsedEvents((), (), (Rejected(0, _NONE[word]),))
    kind = _REPORTS.get(word, EventType.COMPLAINT)
    recipients: list[str | None] = [*_recipients(mail, report, original)] or [None]
    drafts = tuple(_draft(body, mail, report, original, word, kind, who) for who in recipients)
    return ParsedEvents((), (), (), drafts, (0,) * len(drafts))


def _report(mail: Mail) -> Fields:
    part = mail.first(_TYPE)
    if part is not None:
        return split_fields(part.data.lstrip(b"\r\n") + b"\n\n")[0]
    for part in mail.parts:
        at = part.data.lower().find(b"feedback-type:")
        if at >= 0:
            return Fields(part.data[at : at + 65_536])
    return Fields(b"")


def _original(mail: Mail) -> Fields:
    parts: list[MailPart] = [part for part in mail.parts if part.type in WHOLE]
    for part in parts:
        fields = split_fields(part.data.lstrip(b"\r\n"))[0]
        return fields if len(fields) else part.fields
    return Fields(b"")


def _recipients(mail: Mail, report: Fields, original: Fields) -> list[str]:
    """Return who complained: the report's own fields, else the header of the reported mail."""
    stated = [clean(value) for value in report.all("original-rcpt-to")]
    stated = stated or [clean(mail.fields.get("x-hmxmroriginalrecipient"))]
    found = [address for address in stated if address]
    if not found:
        match = ADDRESS.search(original.get("to")[:1_024])
        found = [match[0]] if match else []
    return list(dict.fromkeys(found))[:100]


def _draft(
    body: bytes,
    mail: Mail,
    report: Fields,
    original: Fields,
    word: str,
    kind: EventType,
    recipient: str | None,
) -> Draft:
    at = report.get("arrival-date") or report.get("received-date") or mail.fields.get("date")
    found = draft(
        _event_id(body, mail, report, original, word, recipient),
        kind,
        at=when(mail.fields.get("date")) or when(at),
        recipient=recipient,
        sending_ip=report.get("source-ip"),
        feedback_type=word,
        clues=_clues(report, original),
    )
    # Whatever brought it here, a mailbox for all feedback too, it is one report.
    return replace(found, source=_NAME)


def _event_id(
    body: bytes, mail: Mail, report: Fields, original: Fields, word: str, recipient: str | None
) -> str:
    """Return what tells a complaint from others, not one way of its report here from another.

    That is the reported mail, who complained, of what, and when that mail arrived, else when the
    report was written: one who sends all mail under the same Message-ID hides no complaint, nor does
    a provider that gives all who complain the same name. Where the report tells less, it is itself,
    by its own Message-ID or its bytes; line ends change on the way.
    """
    arrived = report.get("arrival-date") or report.get("received-date")
    reported = original.get("message-id") or (arrived and original.get("feedback-id"))
    if reported and recipient:
        at = arrived or mail.fields.get("date")
        return digest(_NAME, reported, original.get("from"), recipient, word, at)
    named = mail.fields.get("message-id") or body.replace(b"\r\n", b"\n").strip()
    return digest(_NAME, named, recipient, reported)


def _clues(report: Fields, original: Fields) -> Iterator[tuple[str, str]]:
    yield from clues_of(original)
    if (path := ADDRESS.search(report.get("original-mail-from")[:512])) is not None:
        yield "return_path", path[0]
    if domain := report.get("reported-domain"):
        yield "from_domain", domain.lower()


ARF: Final = Source(
    _NAME, "Complaints of feedback loops, one mail a body", parse, whole=True, way=Way.MAIL
)
