"""Brevo's (Sendinblue's) transactional and marketing webhooks.

Words: https://developers.brevo.com/docs/transactional-webhooks
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
    fate,
    json_rows,
    list_of,
    metadata_clues,
    parse_rows,
    tag_clues,
    text_of,
)

WORDS: Final = Words(
    types={
        "request": EventType.SENT,
        "sent": EventType.SENT,
        "delivered": EventType.DELIVERED,
        "deferred": EventType.DEFERRED,
        "hardbounce": EventType.HARD_BOUNCE,
        "softbounce": EventType.SOFT_BOUNCE,
        "invalidemail": EventType.HARD_BOUNCE,
        "invalid": EventType.HARD_BOUNCE,
        "spam": EventType.COMPLAINT,
        "complaint": EventType.COMPLAINT,
        "opened": EventType.OPEN,
        "open": EventType.OPEN,
        "uniqueopened": EventType.OPEN,
        "proxyopen": EventType.OPEN,
        "uniqueproxyopen": EventType.OPEN,
        "loadedbyproxy": EventType.OPEN,
        "click": EventType.CLICK,
        "unsubscribe": EventType.UNSUBSCRIBE,
        "unsubscribed": EventType.UNSUBSCRIBE,
    },
    ignored={
        "blocked": "kept back by Brevo before sending: the recipient is blocked",
        "error": "an error of Brevo's before sending",
        "listaddition": "a recipient was added to a list",
        "contactdeleted": "a recipient was deleted",
        "contactupdated": "a recipient was changed",
        "inboundemailprocessed": "an inbound mail, not an event of a sent one",
    },
)
_TIMES: Final = ("ts_epoch", "ts_event", "ts", "s_epoch", "date_event", "date")


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return the event of a webhook, or those of a batch."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    word = text_of(row, "event").lower().replace("_", "").replace(" ", "")
    kind = WORDS.type_of(word)
    said = text_of(row, "reason")
    judged = fate(kind, said)
    at = next((row[name] for name in _TIMES if row.get(name)), None)
    address = text_of(row, "email")
    yield draft(
        digest(word, text_of(row, "message-id"), address, at, text_of(row, "link")),
        judged.type,
        at=when(at),
        recipient=address,
        sending_ip=text_of(row, "sending_ip"),
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said,
        verdict=judged.verdict,
        clues=_clues(row),
    )


def _clues(row: Row) -> Iterator[tuple[str, str]]:
    yield from metadata_clues(text_of(row, "X-Mailin-custom"))
    yield from tag_clues([*list_of(row, "tags"), *list_of(row, "tag")])
    if campaign := text_of(row, "camp_id"):
        yield "metadata.campaign_id", campaign
    yield "message_id", text_of(row, "message-id").strip("<>")
    yield "from_domain", text_of(row, "sender_email").rpartition("@")[2].lower()


BREVO: Final = Source("brevo", "Brevo's webhooks", parse)
