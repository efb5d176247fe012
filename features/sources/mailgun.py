"""Mailgun's webhooks, and its legacy form-encoded ones.

Words: https://documentation.mailgun.com/docs/mailgun/user-manual/events/
"""

from collections.abc import Iterator
from typing import Any, Final

from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.source import ParsedEvents, Source
from features.sources.vendor import (
    NoEvent,
    Row,
    Words,
    fate,
    form_fields,
    json_rows,
    list_of,
    metadata_clues,
    object_of,
    parse_rows,
    tag_clues,
    text_of,
)

WORDS: Final = Words(
    types={
        "accepted": EventType.SENT,
        "delivered": EventType.DELIVERED,
        "opened": EventType.OPEN,
        "clicked": EventType.CLICK,
        "complained": EventType.COMPLAINT,
        "unsubscribed": EventType.UNSUBSCRIBE,
    },
    bounces=frozenset({"failed", "bounced"}),
    ignored={
        "rejected": "rejected by Mailgun before sending",
        "dropped": "dropped by Mailgun before sending",
        "stored": "an inbound mail, not an event of a sent one",
        "list_member_uploaded": "an upload of a mailing list",
        "list_member_upload_error": "an upload of a mailing list",
        "list_uploaded": "an upload of a mailing list",
    },
)
_SUPPRESSED: Final = frozenset({"suppress-bounce", "suppress-complaint", "suppress-unsubscribe"})


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return the event of a webhook; `event-data` of several as NDJSON or an array, too."""
    if "form-urlencoded" in content_type or (body[:1].isalpha() and b"=" in body[:200]):
        return parse_rows([form_fields(body)], _read_legacy)
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    data = object_of(row, "event-data") or row
    word = text_of(data, "event").lower()
    kind = WORDS.type_of(word)
    if kind is None:
        kind = _stated(data)
    status = object_of(data, "delivery-status")
    said = text_of(status, "message") or text_of(status, "description")
    judged = fate(kind, said, text_of(status, "enhanced-code"), _code(status.get("code")))
    yield draft(
        text_of(data, "id") or digest(word, text_of(data, "recipient"), text_of(data, "timestamp")),
        judged.type,
        at=when(data.get("timestamp")),
        recipient=text_of(data, "recipient"),
        sending_ip=text_of(data, "envelope", "sending-ip"),
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said,
        verdict=judged.verdict,
        clues=_clues(data),
    )


def _stated(data: Row) -> EventType | None:
    """Return what Mailgun itself says of a failure. Raises `NoEvent` for one that was not tried."""
    if text_of(data, "reason") in _SUPPRESSED:
        raise NoEvent("not sent: it is on Mailgun's suppression lists")
    if text_of(data, "severity") == "temporary":
        return EventType.DEFERRED
    said = object_of(data, "delivery-status")
    known = any(said.get(name) for name in ("message", "description", "enhanced-code", "code"))
    return None if known else EventType.HARD_BOUNCE


def _code(value: Any) -> int | None:
    """Return a reply code; Mailgun has codes of its own from 600 on."""
    return value if isinstance(value, int) and 400 <= value < 600 else None


def _clues(data: Row) -> Iterator[tuple[str, str]]:
    yield from metadata_clues(data.get("user-variables"))
    yield from tag_clues(list_of(data, "tags"))
    for campaign in list_of(data, "campaigns"):
        yield "metadata.campaign_id", text_of(campaign, "id")
    sender = text_of(data, "envelope", "sender")
    yield "return_path", sender
    yield "from_domain", sender.rpartition("@")[2].lower()
    yield "message_id", text_of(data, "message", "headers", "message-id")


def _read_legacy(row: Row) -> Iterator[Draft]:
    word = text_of(row, "event").lower()
    kind = WORDS.type_of(word)
    said = text_of(row, "error") or text_of(row, "notification")
    code = text_of(row, "code")
    judged = fate(kind, said, code=int(code) if code.isdecimal() and len(code) == 3 else None)
    at = text_of(row, "timestamp")
    yield draft(
        text_of(row, "token") or digest(word, text_of(row, "recipient"), at),
        judged.type,
        at=when(at),
        recipient=text_of(row, "recipient"),
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said,
        verdict=judged.verdict,
        clues=[
            *metadata_clues(row),
            ("tag", text_of(row, "tag")),
            ("tag", text_of(row, "X-Mailgun-Tag")),
        ],
    )


MAILGUN: Final = Source("mailgun", "Mailgun's webhooks", parse)
