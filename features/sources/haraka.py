"""Haraka's outbound results: what its `delivered`, `bounce` and `deferred` hooks are given, as NDJSON.

A plug-in of a few lines writes `{"hook": ..., "todo": ..., "rcpt": ..., "response"/"error": ...}`; see
docs/integrate/haraka.md. https://haraka.github.io/core/Outbound
"""

from collections.abc import Iterator
from typing import Any, Final

from features.bounces.addresses import ADDRESS
from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.mta_log import delivery
from features.sources.source import ParsedEvents, Source, Way
from features.sources.vendor import (
    NoEvent,
    Row,
    Words,
    json_rows,
    list_of,
    metadata_clues,
    object_of,
    parse_rows,
    text_of,
)

WORDS: Final = Words(
    types={
        "delivered": EventType.DELIVERED,
        "queue": EventType.SENT,
        "queue_outbound": EventType.SENT,
    },
    bounces=frozenset({"bounce", "bounced", "deferred"}),
)


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each recipient of each result."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    word = text_of(row, "hook").lower() or text_of(row, "event").lower()
    kind = WORDS.type_of(word)
    said = _said(row)
    recipients = [a for a in (_address(one) for one in _recipients(row)) if a]
    if not recipients:
        raise NoEvent("no recipient")
    sent = kind is not None
    for address in recipients:
        fate = delivery(said, None, sent=sent, final=word != "deferred")
        yield draft(
            digest(
                text_of(row, "todo", "uuid") or text_of(row, "uuid"),
                word,
                address,
                text_of(row, "at"),
            ),
            kind or fate.type,
            at=when(row.get("at") or row.get("timestamp")),
            recipient=address,
            sending_ip=text_of(row, "ip"),
            smtp_code=fate.code,
            status=fate.status,
            diagnostic=None if sent else said,
            verdict=fate.verdict,
            clues=_clues(row),
        )


def _recipients(row: Row) -> list[Any]:
    return list_of(row, "rcpt") or list_of(row, "rcpt_to") or list_of(row, "todo", "rcpt_to")


def _address(one: Any) -> str | None:
    text = (
        text_of(one, "original") or text_of(one, "address") or (one if isinstance(one, str) else "")
    )
    if not text and text_of(one, "host"):
        text = f"{text_of(one, 'user')}@{text_of(one, 'host')}"
    found = ADDRESS.search(text[:1_024])
    return found[0] if found else None


def _said(row: Row) -> str:
    for name in ("response", "error", "err", "message"):
        found = row.get(name)
        if isinstance(found, list):
            return " ".join(str(one) for one in found[:20])[:4_096]
        if isinstance(found, dict):
            return text_of(found, "message") or text_of(found, "bounced_rcpt")
        if isinstance(found, str) and found:
            return found[:4_096]
    return ""


def _clues(row: Row) -> Iterator[tuple[str, str]]:
    todo = object_of(row, "todo")
    yield from metadata_clues(todo.get("notes") or row.get("notes"))
    sender = text_of(todo, "mail_from", "original") or text_of(row, "mail_from")
    yield "return_path", sender.strip("<>")
    yield "from_domain", sender.rpartition("@")[2].strip("> ").lower() or text_of(todo, "domain")


HARAKA: Final = Source("haraka", "Haraka's outbound results as NDJSON", parse, way=Way.LOG)
