"""MailerSend's webhooks.

Words: https://developers.mailersend.com/api/v1/webhooks.html
"""

from collections.abc import Iterator
from typing import Final

from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.source import ParsedEvents, Source
from features.sources.vendor import (
    NoEvent,
    Row,
    Words,
    fate,
    json_rows,
    list_of,
    object_of,
    parse_rows,
    tag_clues,
    text_of,
)

_PREFIX: Final = "activity."
WORDS: Final = Words(
    types={
        "sent": EventType.SENT,
        "delivered": EventType.DELIVERED,
        "deferred": EventType.DEFERRED,
        "hard_bounced": EventType.HARD_BOUNCE,
        "soft_bounced": EventType.SOFT_BOUNCE,
        "opened": EventType.OPEN,
        "opened_unique": EventType.OPEN,
        "clicked": EventType.CLICK,
        "clicked_unique": EventType.CLICK,
        "unsubscribed": EventType.UNSUBSCRIBE,
        "spam_complaint": EventType.COMPLAINT,
    },
    ignored={
        "queued": "queued at MailerSend, not sent yet",
        "junk": "a test of the inbox placement, not an event of a mail",
        "survey_opened": "an answer to a survey",
        "survey_submitted": "an answer to a survey",
    },
)
_ABOUT_MORE: Final = {
    "inbound_forward": "an inbound mail, not an event of a sent one",
    "inbound": "an inbound mail, not an event of a sent one",
    "sender_identity": "a change of a sender identity",
    "maintenance": "a maintenance of MailerSend",
    "bulk_email": "the end of a bulk request",
    "email_single": "the check of one address",
    "email_list": "the check of a list of addresses",
    "recipient": "a change of the suppression lists",
    "webhook": "a test of the endpoint, not an event",
    "sms": "a text message, not a mail",
}


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return the event of a webhook."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    word, data = text_of(row, "type").lower(), object_of(row, "data")
    if not word.startswith(_PREFIX) and (reason := _ABOUT_MORE.get(word.split(".")[0])):
        raise NoEvent(reason)
    kind = WORDS.type_of(word.removeprefix(_PREFIX))
    email, morph = object_of(data, "email"), object_of(data, "morph")
    said = text_of(morph, "reason") or text_of(morph, "readable_reason")
    judged = fate(kind, said)
    address = text_of(email, "recipient", "email")
    at = text_of(data, "created_at") or text_of(row, "created_at")
    yield draft(
        text_of(data, "id") or digest(word, text_of(email, "id"), address, at),
        judged.type,
        at=when(at),
        recipient=address,
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said if judged.verdict else None,
        verdict=judged.verdict,
        clues=_clues(row, email),
    )


def _clues(row: Row, email: Row) -> Iterator[tuple[str, str]]:
    yield from tag_clues(list_of(email, "tags"))
    yield "vendor_account", text_of(row, "domain_id")
    yield "message_id", text_of(email, "message", "id")
    yield "from_domain", text_of(email, "from").rpartition("@")[2].strip("> ").lower()


MAILERSEND: Final = Source("mailersend", "MailerSend's webhooks", parse)
