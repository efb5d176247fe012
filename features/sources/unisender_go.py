"""Unisender Go's webhooks: events grouped by user and project, or one event alone.

Words: https://godocs.unisender.ru/web-api-ref#callback-format
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
    json_rows,
    list_of,
    metadata_clues,
    object_of,
    parse_rows,
    text_of,
)

WORDS: Final = Words(
    types={
        "sent": EventType.SENT,
        "delivered": EventType.DELIVERED,
        "opened": EventType.OPEN,
        "clicked": EventType.CLICK,
        "spam": EventType.COMPLAINT,
        "unsubscribed": EventType.UNSUBSCRIBE,
        "hard_bounced": EventType.HARD_BOUNCE,
        "soft_bounced": EventType.SOFT_BOUNCE,
    },
    ignored={"subscribed": "a recipient subscribed again"},
)
# `delivery_status` of a mail that Unisender itself kept back.
_KEPT_BACK: Final = frozenset(
    {"err_unsubscribed", "err_blacklisted", "err_spam_skipped", "err_skip_letter"}
)
_BLOCKS: Final = frozenset({"err_spam_rejected", "err_spam_retry", "err_lost_blocked"})
_STATUS: Final = "transactional_email_status"


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each event of each user."""
    del content_type
    rows = [event for row in json_rows(body) for event in _events(row)]
    return parse_rows(rows, _read)


def _events(row: Any) -> list[Any]:
    """Return the events of an envelope with their project, or the row as it is."""
    if not isinstance(row, dict) or "events_by_user" not in row:
        return [row]
    return [
        {**event, "project_id": text_of(user, "project_id")} if isinstance(event, dict) else event
        for user in list_of(row, "events_by_user")
        for event in list_of(user, "events")
    ]


def _read(row: Row) -> Iterator[Draft]:
    name, data = text_of(row, "event_name"), object_of(row, "event_data") or row
    if name == "transactional_spam_block":
        raise NoEvent("a provider's block of Unisender's servers, not an event of a mail")
    if name and name != _STATUS:
        raise NoEvent(f"unknown event {name[:60]!r}")
    word, address = text_of(data, "status").lower(), text_of(data, "email")
    said = text_of(data, "delivery_info", "destination_response")
    judged = fate(_stated(data, word), said or _words_of(data))
    at = text_of(data, "event_time")
    yield draft(
        digest(text_of(data, "job_id"), word, address, at, text_of(data, "url")),
        judged.type,
        at=when(at),
        recipient=address,
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said if judged.verdict else None,
        verdict=judged.verdict,
        clues=_clues(row, data),
    )


def _stated(data: Row, word: str) -> EventType | None:
    """Return our type. Raises `NoEvent` for a mail that was kept back."""
    kind, status = WORDS.type_of(word), text_of(data, "delivery_info", "delivery_status")
    if kind not in (EventType.HARD_BOUNCE, EventType.SOFT_BOUNCE):
        return kind
    if status in _KEPT_BACK:
        raise NoEvent(f"kept back by Unisender before sending: {status}")
    return EventType.BLOCK_BOUNCE if status in _BLOCKS else kind


def _words_of(data: Row) -> str:
    """Return Unisender's own code for a failure as words: `err_user_unknown`, user unknown."""
    status = text_of(data, "delivery_info", "delivery_status")
    return status.removeprefix("err_").replace("_", " ") if status.startswith("err_") else ""


def _clues(row: Row, data: Row) -> Iterator[tuple[str, str]]:
    yield from metadata_clues(data.get("metadata"))
    yield "vendor_account", text_of(row, "project_id")
    yield "message_id", text_of(data, "job_id")


UNISENDER_GO: Final = Source("unisender_go", "Unisender Go's webhooks", parse)
