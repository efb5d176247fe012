"""Mailjet's event webhook.

Words: https://dev.mailjet.com/email/guides/webhooks/
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
    metadata_clues,
    parse_rows,
    text_of,
)

WORDS: Final = Words(
    types={
        "sent": EventType.DELIVERED,
        "open": EventType.OPEN,
        "click": EventType.CLICK,
        "spam": EventType.COMPLAINT,
        "unsub": EventType.UNSUBSCRIBE,
    },
    bounces=frozenset({"bounce", "blocked"}),
)
# `error` by Mailjet; what its own filters kept back was never sent.
_ERRORS: Final = {
    "user unknown": EventType.HARD_BOUNCE, "no mail host": EventType.HARD_BOUNCE,
    "invalid domain": EventType.HARD_BOUNCE, "bad or duplicate address": EventType.HARD_BOUNCE,
    "no such domain": EventType.HARD_BOUNCE, "recipient on bounce list": None,
    "mailbox inactive": EventType.SOFT_BOUNCE, "quota exceeded": EventType.SOFT_BOUNCE,
    "relay/access denied": EventType.BLOCK_BOUNCE, "spam reporter": None,
    "sender blocked": EventType.BLOCK_BOUNCE, "content blocked": EventType.BLOCK_BOUNCE,
    "policy issue": EventType.BLOCK_BOUNCE, "spam content": EventType.BLOCK_BOUNCE,
    "spam blocked": EventType.BLOCK_BOUNCE, "greylisted": EventType.DEFERRED,
    "system issue": EventType.SOFT_BOUNCE, "protocol issue": EventType.SOFT_BOUNCE,
    "connection issue": EventType.SOFT_BOUNCE, "preblocked": None,
    "duplicate in campaign": None, "typofix": None,
}  # fmt: skip


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each event, one or a batch."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    word = text_of(row, "event").lower()
    kind = WORDS.type_of(word) or _stated(row, word)
    said = text_of(row, "smtp_reply") or " ".join(
        filter(None, (text_of(row, "error"), text_of(row, "comment")))
    )
    judged = fate(kind, said)
    address, at = text_of(row, "email"), row.get("time")
    message = text_of(row, "Message_GUID") or text_of(row, "MessageID")
    yield draft(
        digest(word, message, address, at, text_of(row, "url")),
        judged.type,
        at=when(at),
        recipient=address,
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said if word not in ("open", "click") else None,
        feedback_type=text_of(row, "source") if word == "spam" else None,
        verdict=judged.verdict,
        clues=_clues(row),
    )


def _stated(row: Row, word: str) -> EventType:
    """Return what Mailjet says of a failure. Raises `NoEvent` for a mail that it kept back."""
    error = text_of(row, "error").lower()
    found = _ERRORS.get(error, EventType.SOFT_BOUNCE)
    if found is None or (word == "blocked" and error in ("", "preblocked")):
        raise NoEvent(f"kept back by Mailjet before sending: {error[:100] or 'no reason given'}")
    if row.get("hard_bounce") is True:
        return EventType.HARD_BOUNCE
    return EventType.SOFT_BOUNCE if found is EventType.HARD_BOUNCE and word == "bounce" else found


def _clues(row: Row) -> Iterator[tuple[str, str]]:
    yield from metadata_clues(text_of(row, "Payload"))
    yield "tag", text_of(row, "customcampaign")
    if (campaign := text_of(row, "mj_campaign_id")) not in ("", "0"):
        yield "metadata.campaign_id", campaign
    yield "tag", text_of(row, "CustomID")
    yield "message_id", text_of(row, "MessageID")


MAILJET: Final = Source("mailjet", "Mailjet's event webhook", parse)
