"""What the log sources share: lines by whole records, times of syslog and journal, one draft a line."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from features.bounces import classify, event_type_of
from features.bounces.replies import read_command, read_reply
from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import when
from features.sources.source import UnreadablePayload
from features.sources.vendor import Fate

MAX_LINE: Final = 16_384
MAX_LINES: Final = 1_000_000
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_RECEIVED: Final = re.compile(r"received=(\d{4}-\d\d-\d\d)\b")
_AHEAD: Final = timedelta(days=2)
_BSD: Final = re.compile(r"([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d+)?")


def lines_of(body: bytes) -> Iterator[tuple[int, str]]:
    """Yield index and text of each line that is not blank. Raises `UnreadablePayload`."""
    if body.count(b"\n") > MAX_LINES:
        raise UnreadablePayload(f"more than {MAX_LINES:,} lines in one body; send several")
    for index, line in enumerate(body.split(b"\n")):
        if line.strip():
            yield index, line[:MAX_LINE].decode("utf-8", "replace").rstrip("\r")


def received_in(content_type: str) -> datetime | None:
    """Return when a log came in, as the caller notes it: `text/plain; received=2026-11-23`."""
    found = _RECEIVED.search(content_type)
    return when(found[1]) if found else None


def syslog_time(text: str, received_at: datetime | None) -> datetime | None:
    """Return the time of a line: RFC 3339, or that of BSD syslog (RFC 3164), which has no year.

    The year is that of `received_at`, or the one before where that would be to come; without it the
    time is unknown. Times without an offset are UTC.
    """
    found = _BSD.match(text)
    if found is None:
        return when(text.split(" ", 1)[0]) if text[:1].isdigit() else None
    month = _MONTHS.get(found[1])
    if month is None or received_at is None:
        return None
    day, hour, minute, second = (int(found[n]) for n in (2, 3, 4, 5))
    for year in (received_at.year, received_at.year - 1):
        try:
            at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        except ValueError:
            continue
        if at - received_at < _AHEAD:
            return at
    return None


def delivery(said: str, status: str | None, *, sent: bool, final: bool) -> Fate:
    """Return what became of one delivery attempt."""
    if sent:
        reply = read_reply(said)
        return Fate(EventType.DELIVERED, reply.code, status)
    reply = read_reply(said)
    known = status or reply.status
    verdict = classify(reply.code, known, said, read_command(said), final=final)
    return Fate(event_type_of(verdict.kind), reply.code, known, verdict)


Drafts = Iterator[tuple[int, Draft]]
