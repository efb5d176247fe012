"""Mailchimp Transactional's (Mandrill's) webhooks: a form with JSON in `mandrill_events`.

Words: https://mailchimp.com/developer/transactional/docs/webhooks/
"""

from collections.abc import Iterator
from typing import Final

from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.source import ParsedEvents, Source, UnreadablePayload
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
        "send": EventType.SENT,
        "delivered": EventType.DELIVERED,
        "deferral": EventType.DEFERRED,
        "hard_bounce": EventType.HARD_BOUNCE,
        "soft_bounce": EventType.SOFT_BOUNCE,
        "open": EventType.OPEN,
        "click": EventType.CLICK,
        "spam": EventType.COMPLAINT,
        "unsub": EventType.UNSUBSCRIBE,
    },
    ignored={
        "reject": "rejected by Mandrill before sending",
        "inbound": "an inbound mail, not an event of a sent one",
        "whitelist": "a change of the allow list",
        "blacklist": "a change of the deny list",
    },
)
# `bounce_description` by Mandrill, where it tells a block that the event calls a bounce.
_BLOCKS: Final = frozenset({"spam", "content", "relay_denied", "blocked", "invalid_sender"})


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each event of a batch."""
    text = body.lstrip()
    if "form-urlencoded" in content_type or text.startswith(b"mandrill_events="):
        form = form_fields(text)
        if "mandrill_events" not in form:
            raise UnreadablePayload("expected a form with a field mandrill_events")
        text = form["mandrill_events"].encode()
    return parse_rows(json_rows(text), _read)


def _read(row: Row) -> Iterator[Draft]:
    word, msg = text_of(row, "event").lower(), object_of(row, "msg")
    if not word and "type" in row:
        raise NoEvent(WORDS.ignored.get(text_of(row, "type"), "a synchronisation, not an event"))
    kind = WORDS.type_of(word)
    if kind is EventType.SOFT_BOUNCE and text_of(msg, "bounce_description") in _BLOCKS:
        kind = EventType.BLOCK_BOUNCE
    said = text_of(msg, "diag") or text_of(msg, "bounce_description").replace("_", " ")
    judged = fate(kind, said)
    at, address = row.get("ts"), text_of(msg, "email")
    yield draft(
        digest(word, text_of(row, "_id"), address, at, text_of(row, "url")),
        judged.type,
        at=when(at),
        recipient=address,
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said if judged.verdict else None,
        verdict=judged.verdict,
        clues=_clues(msg),
    )


def _clues(msg: Row) -> Iterator[tuple[str, str]]:
    yield from metadata_clues(msg.get("metadata"))
    yield from tag_clues(list_of(msg, "tags"))
    if subaccount := text_of(msg, "subaccount"):
        yield "metadata.account_id", subaccount
        yield "vendor_account", subaccount
    yield "message_id", text_of(msg, "_id")
    yield "from_domain", text_of(msg, "sender").rpartition("@")[2].lower()


MANDRILL: Final = Source("mandrill", "Mailchimp Transactional's (Mandrill's) webhooks", parse)
