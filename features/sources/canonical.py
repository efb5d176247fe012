"""The canonical event: NDJSON, one object a line, or one JSON array of objects."""

import io
from collections.abc import Iterator
from typing import Final

import msgspec

from features.records import Event
from features.sources.source import ParsedEvents, Rejected, Source, UnreadablePayload, Way

MAX_ROWS: Final = 100_000
_EVENT: Final = msgspec.json.Decoder(Event)
_ROWS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_NUL: Final = "\x00"
# An array is read as a whole before its rows are. Far more commas than events have would be
# millions of tiny rows, which take a hundred times the memory of their text.
_MAX_COMMAS: Final = 16 * MAX_ROWS


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return the good events of a body; a bad row does not spoil its neighbours.

    Times without an offset are rejected: a guess would move events between slots. Raises
    `UnreadablePayload` for a body that is no JSON array where one is announced, or that has
    more than 100,000 rows.
    """
    events: list[Event] = []
    indexes: list[int] = []
    rejected: list[Rejected] = []
    for index, row in _rows(body, content_type):
        if index >= MAX_ROWS:
            raise UnreadablePayload(f"more than {MAX_ROWS:,} events in one body; send several")
        try:
            events.append(_read(row))
            indexes.append(index)
        except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
            rejected.append(Rejected(index, str(error)[:300]))
        except RecursionError:
            rejected.append(Rejected(index, "nested too deeply"))
    return ParsedEvents(tuple(events), tuple(indexes), tuple(rejected))


def _rows(body: bytes, content_type: str) -> Iterator[tuple[int, bytes | msgspec.Raw]]:
    text = body.removeprefix(b"\xef\xbb\xbf")
    first = text.lstrip()[:1]
    if first == b"[":
        yield from enumerate(_array(text))
    elif first in (b"{", b"") or "ndjson" in content_type or "json" not in content_type:
        # Lines one by one: a list of all of them could be many times the body.
        yield from enumerate(line for line in io.BytesIO(text) if line.strip())
    else:
        raise UnreadablePayload("expected a JSON array of events, or NDJSON")


def _array(text: bytes) -> list[msgspec.Raw]:
    if text.count(b",") > _MAX_COMMAS:
        raise UnreadablePayload(f"more than {MAX_ROWS:,} events in one body; send several")
    try:
        return _ROWS.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UnreadablePayload(f"not a JSON array of events: {error}") from error


def _read(row: bytes | msgspec.Raw) -> Event:
    event = _EVENT.decode(row)
    if event.occurred_at.tzinfo is None:
        raise ValueError("occurred_at has no offset; write UTC as 2026-11-23T10:00:00Z")
    for text in (event.event_id, event.mailbox_provider, event.sending_ip, event.source):
        if text is not None and _NUL in text:
            raise ValueError("NUL characters are not allowed")
    return event


CANONICAL: Final = Source(
    "canonical", "Sendwarden's own events, NDJSON or a JSON array", parse, way=Way.OWN
)
