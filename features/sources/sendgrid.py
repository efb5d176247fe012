"""Twilio SendGrid's event webhook.

Words: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

from collections.abc import Iterator
from typing import Final

from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.source import ParsedEvents, Source
from features.sources.vendor import (
    Row,
    Words,
    fate_by_words,
    json_rows,
    list_of,
    metadata_clues,
    parse_rows,
    tag_clues,
    text_of,
)

_DROPPED: Final = "dropped before sending: it is on SendGrid's suppression lists"
WORDS: Final = Words(
    types={
        "processed": EventType.SENT,
        "delivered": EventType.DELIVERED,
        "deferred": EventType.DEFERRED,
        "open": EventType.OPEN,
        "click": EventType.CLICK,
        "spamreport": EventType.COMPLAINT,
        "unsubscribe": EventType.UNSUBSCRIBE,
        "group_unsubscribe": EventType.UNSUBSCRIBE,
    },
    bounces=frozenset({"bounce", "blocked"}),
    ignored={
        "dropped": _DROPPED,
        "group_resubscribe": "a recipient subscribed again",
        "account_status_change": "a change of the SendGrid account",
    },
)
# `bounce_classification`, for bounces whose words say nothing.
_CLASSIFICATIONS: Final = {
    "invalid address": EventType.HARD_BOUNCE, "technical": EventType.SOFT_BOUNCE,
    "content": EventType.BLOCK_BOUNCE, "reputation": EventType.BLOCK_BOUNCE,
    "frequency or volume too high": EventType.SOFT_BOUNCE,
    "mailbox unavailable": EventType.SOFT_BOUNCE,
}  # fmt: skip
# Fields of SendGrid's own; the others are the sender's custom arguments.
_OWN: Final = frozenset(
    {"email", "timestamp", "event", "smtp-id", "sg_event_id", "sg_message_id", "reason", "status",
     "response", "type", "ip", "url", "url_offset", "useragent", "tls", "attempt", "category",
     "asm_group_id", "bounce_classification", "cert_err", "pool", "sg_machine_open", "newsletter",
     "sg_template_id", "sg_template_name", "marketing_campaign_id", "marketing_campaign_name"}
)  # fmt: skip
_HOST: Final = frozenset({EventType.DELIVERED, EventType.HARD_BOUNCE, EventType.SOFT_BOUNCE,
                          EventType.BLOCK_BOUNCE, EventType.DEFERRED})  # fmt: skip


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each event of a batch."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    word, kind_of_bounce = text_of(row, "event").lower(), text_of(row, "type").lower()
    kind = WORDS.type_of(word)
    if kind is None and kind_of_bounce == "blocked":
        kind = EventType.BLOCK_BOUNCE
    said = text_of(row, "reason") or text_of(row, "response")
    stated = _CLASSIFICATIONS.get(text_of(row, "bounce_classification").lower())
    judged = fate_by_words(kind, stated, said, text_of(row, "status"))
    at, address = row.get("timestamp"), text_of(row, "email")
    yield draft(
        text_of(row, "sg_event_id") or digest(word, address, at, text_of(row, "sg_message_id")),
        judged.type,
        at=when(at),
        recipient=address,
        sending_ip=text_of(row, "ip") if judged.type in _HOST else None,
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said,
        verdict=judged.verdict,
        clues=_clues(row),
    )


def _clues(row: Row) -> Iterator[tuple[str, str]]:
    yield from metadata_clues({k: v for k, v in row.items() if k not in _OWN})
    yield from tag_clues(list_of(row, "category"))
    yield "message_id", text_of(row, "smtp-id").strip("<>")
    if campaign := text_of(row, "marketing_campaign_id"):
        yield "metadata.campaign_id", campaign


SENDGRID: Final = Source("sendgrid", "Twilio SendGrid's event webhook", parse)
