"""Postal's webhooks.

Words: https://docs.postalserver.io/developer/webhooks
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
    object_of,
    parse_rows,
    text_of,
)

WORDS: Final = Words(
    types={
        "messagesent": EventType.DELIVERED,
        "messagedelayed": EventType.DEFERRED,
        "messagelinkclicked": EventType.CLICK,
        "messageloaded": EventType.OPEN,
    },
    bounces=frozenset({"messagebounced", "messagedeliveryfailed"}),
    ignored={
        "messageheld": "held by Postal, not sent",
        "sendlimitapproaching": "a limit of the Postal server",
        "sendlimitexceeded": "a limit of the Postal server",
        "domaindnserror": "a check of a domain",
    },
)


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return the event of a webhook."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    payload = object_of(row, "payload") or row
    word = text_of(row, "event").lower() or _guessed(payload)
    kind = WORDS.type_of(word)
    message = object_of(payload, "original_message") or object_of(payload, "message")
    if text_of(message, "direction") == "incoming":
        raise NoEvent("an inbound mail, not an event of a sent one")
    output = text_of(payload, "output")
    said = output.strip() or text_of(payload, "details")
    judged = fate(kind, said)
    at = row.get("timestamp") or payload.get("timestamp")
    yield draft(
        text_of(row, "uuid") or digest(word, text_of(message, "token"), at),
        judged.type,
        at=when(at),
        recipient=text_of(message, "to"),
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said if judged.verdict else None,
        verdict=judged.verdict,
        clues=_clues(message),
    )


def _guessed(payload: Row) -> str:
    """Return the event of a payload from before Postal named it (version 1)."""
    if "bounce" in payload:
        return "messagebounced"
    if "url" in payload:
        return "messagelinkclicked"
    return {"Sent": "messagesent", "SoftFail": "messagedelayed", "HardFail": "messagedeliveryfailed",
            "Held": "messageheld"}.get(text_of(payload, "status"), "")  # fmt: skip


def _clues(message: Row) -> Iterator[tuple[str, str]]:
    yield "tag", text_of(message, "tag")
    yield "message_id", text_of(message, "message_id")
    yield "from_domain", text_of(message, "from").rpartition("@")[2].strip("> ").lower()
    yield "return_path", text_of(message, "from")


POSTAL: Final = Source("postal", "Postal's webhooks", parse)
