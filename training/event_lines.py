"""The events of a world as lines in the order of `received_at`, in bounded memory."""

import gzip
import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from features.records import Event
from training.lenient import as_utc, lenient, parse_time
from training.oddities import Oddities

CHUNK_LINES: Final = 400_000
MAX_LINE_BYTES: Final = 64 * 2**20
_KEY_DIGITS: Final = 20
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Line(msgspec.Struct, frozen=True):
    received_at: datetime
    event: Event


class _Stamp(msgspec.Struct, frozen=True):
    received_at: Any = None


_LINE: Final = msgspec.json.Decoder(_Line)
_STAMP: Final = msgspec.json.Decoder(_Stamp)


def open_lines(path: Path) -> BinaryIO:
    """Open a file for reading lines; `.gz` is unpacked on the way."""
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


def existing(folder: Path, name: str) -> Path | None:
    """Return the file of that name, or its `.gz`; None when there is neither."""
    return next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)


def lines_of(path: Path, odd: Oddities) -> Iterator[bytes]:
    """Yield the lines that hold anything; a file that ends in the middle ends there."""
    for _, line in lines_with_offsets(path, odd):
        yield line


def lines_with_offsets(path: Path, odd: Oddities) -> Iterator[tuple[int, bytes]]:
    """Yield (offset in the unpacked file, line)."""
    offset = 0
    with open_lines(path) as file:
        try:
            for line in iter(lambda: file.readline(MAX_LINE_BYTES), b""):
                if line.strip():
                    yield offset, line
                offset += len(line)
        except (EOFError, OSError) as broken:
            odd.note(f"{path.name}: cannot be read to its end", broken)


def ordered_events(path: Path, odd: Oddities) -> Iterator[tuple[datetime, Event]]:
    """Yield (received_at, event) in time order. Lines that are no event are noted and left out."""
    lines = lines_of(path, odd)
    if not _is_ordered(path):
        odd.note(f"{path.name}: not in the order of received_at; sorted first")
        lines = _sorted_lines(lines)
    for line in lines:
        parsed = parse_event(line, odd)
        if parsed is not None:
            yield parsed


def parse_event(line: bytes, odd: Oddities) -> tuple[datetime, Event] | None:
    """Return (received_at, event) of one line, or None and a note."""
    try:
        known = _LINE.decode(line)
        if known.received_at.tzinfo is UTC and known.event.occurred_at.tzinfo is UTC:
            return known.received_at, known.event
    except msgspec.MsgspecError:
        pass
    return _parse_odd_event(line, odd)


def _parse_odd_event(line: bytes, odd: Oddities) -> tuple[datetime, Event] | None:
    try:
        raw = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError):
        odd.note("events: a line is not JSON", line[:80])
        return None
    body = raw.get("event", raw) if isinstance(raw, dict) else None
    if not isinstance(body, dict):
        odd.note("events: a line is not an event", line[:80])
        return None
    received_at = parse_time(raw.get("received_at")) or parse_time(body.get("occurred_at"))
    occurred_at = parse_time(body.get("occurred_at")) or received_at
    event = lenient(Event, {**body, "occurred_at": occurred_at}, odd)
    if event is None or received_at is None:
        odd.note("events: a line is not an event", line[:80])
        return None
    return received_at, event


def _is_ordered(path: Path) -> bool:
    """Look once through the times alone."""
    newest = _EPOCH
    for line in lines_of(path, Oddities()):
        moment = _time_of(line)
        if moment is None:
            continue
        if moment < newest:
            return False
        newest = moment
    return True


def _time_of(line: bytes) -> datetime | None:
    try:
        return parse_time(_STAMP.decode(line).received_at)
    except (msgspec.MsgspecError, RecursionError, OverflowError):
        return None


def _sorted_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sort any number of lines: chunks in memory, then a merge of files."""
    with ExitStack() as files:
        runs = []
        chunk: list[bytes] = []
        for line in _keyed(lines):
            chunk.append(line)
            if len(chunk) == CHUNK_LINES:
                runs.append(_run(chunk, files))
                chunk = []
        runs.append(_run(chunk, files))
        yield from (
            line[_KEY_DIGITS:] for line in heapq.merge(*runs, key=lambda k: k[:_KEY_DIGITS])
        )


def _keyed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Put each line's time before it; a line without one stays with the line before."""
    last = _EPOCH
    for line in lines:
        last = _time_of(line) or last
        microseconds = max(0, round((as_utc(last) - _EPOCH).total_seconds() * 1e6))
        yield f"{microseconds:0{_KEY_DIGITS}d}".encode() + line.rstrip(b"\r\n") + b"\n"


def _run(chunk: list[bytes], files: ExitStack) -> BinaryIO:
    """Write one sorted chunk to a temporary file, opened for reading from its start."""
    file = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  (the stack closes it)
    chunk.sort(key=lambda line: line[:_KEY_DIGITS])
    file.writelines(chunk)
    file.seek(0)
    return file
