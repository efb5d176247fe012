"""KumoMTA's log records: JSON, one a line or an array, from its log files or its webhook.

https://docs.kumomta.com/reference/log_record/
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from features.bounces import classify, event_type_of
from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.source import ParsedEvents, Source, Way
from features.sources.vendor import (
    Fate,
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
    types={"reception": EventType.SENT, "delivery": EventType.DELIVERED},
    bounces=frozenset(
        {"bounce", "oob", "transientfailure", "expiration", "adminbounce", "feedback"}
    ),
    ignored={
        "adminrebind": "moved between queues by an operator",
        "rejection": "refused at injection; no mail went out",
        "deferral": "put back in the queue by an operator",
        "deferredinjectionrebind": "moved between queues",
        "delayed": "moved between queues",
        "any": "not an event",
    },
)
_DEFERRED: Final = frozenset({"transientfailure"})


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each record."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    word = text_of(row, "type").lower()
    kind = WORDS.type_of(word)
    if word == "feedback":
        kind = _feedback(object_of(row, "feedback_report"))
    said, fate = _fate(row, word, kind)
    for address in list_of(row, "recipient") or [""]:
        recipient = address if isinstance(address, str) else ""
        yield draft(
            digest(
                text_of(row, "id"),
                word,
                recipient,
                text_of(row, "num_attempts"),
                text_of(row, "timestamp"),
            ),
            fate.type,
            at=when(row.get("event_time") or row.get("timestamp")),
            recipient=recipient,
            sending_ip=text_of(row, "source_address", "address").rpartition(":")[0],
            smtp_code=fate.code,
            status=fate.status,
            diagnostic=None if fate.verdict is None else said,
            feedback_type=text_of(row, "feedback_report", "feedback_type"),
            verdict=fate.verdict,
            clues=_clues(row),
        )


def _feedback(report: Row) -> EventType:
    if text_of(report, "feedback_type").lower() in ("not-spam", "notspam"):
        raise NoEvent("a recipient took a complaint back")
    return EventType.COMPLAINT


def _fate(row: Row, word: str, kind: EventType | None) -> tuple[str, Fate]:
    response = object_of(row, "response")
    code = response.get("code")
    code = code if isinstance(code, int) and not isinstance(code, bool) else None
    enhanced = object_of(response, "enhanced_code")
    status = ".".join(text_of(enhanced, part) for part in ("class", "subject", "detail"))
    status = status if enhanced else ""
    said = " ".join(filter(None, (str(code or ""), status, text_of(response, "content"))))
    if kind is not None:
        return said, Fate(kind, code, status or None)
    verdict = classify(
        code,
        status or None,
        said,
        text_of(response, "command")[:4].upper() or None,
        final=word not in _DEFERRED,
    )
    return said, Fate(event_type_of(verdict.kind), code, status or None, verdict)


def _clues(row: Row) -> Iterator[tuple[str, str]]:
    meta: Mapping[str, Any] = object_of(row, "meta")
    yield from metadata_clues(meta)
    for name in ("tenant", "campaign"):
        if value := text_of(meta, name):
            yield f"metadata.{'account_id' if name == 'tenant' else 'campaign_id'}", value
    for name, value in list(object_of(row, "headers").items())[:30]:
        text = value if isinstance(value, str) else ""
        lower = str(name).lower()
        yield ("feedback_id" if lower == "feedback-id" else f"header.{lower}"), text
    sender = text_of(row, "sender") or text_of(row, "feedback_report", "original_mail_from")
    yield "return_path", sender.strip("<>")
    yield "from_domain", sender.rpartition("@")[2].strip(">").lower()


KUMOMTA: Final = Source("kumomta", "KumoMTA's log records", parse, way=Way.LOG)
