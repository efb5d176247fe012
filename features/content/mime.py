"""Splits a message into its leaf parts: iterative, one pass a level, bounded.

The standard library's parser recurses and keeps every part; on 10^6 parts or deep nesting that is
minutes and gigabytes. Here parts are offsets into the message until somebody wants their bytes.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from features.content.charsets import decode
from features.content.faults import Fault
from features.content.headers import (
    Headers,
    content_type,
    decoded,
    looks_like_headers,
    read_headers,
    unbase64,
)
from features.content.limits import ReadLimits

_END_OF_HEADERS: Final = re.compile(rb"\n\r?\n|\r\r")
_FALSE_DELIMITERS: Final = 20_000


@dataclass(frozen=True)
class Part:
    """One leaf of a message: its headers and where its encoded body lies in `raw`."""

    raw: bytes
    headers: Headers
    start: int
    end: int

    @property
    def type(self) -> str:
        kind = content_type(self.headers.get("content-type", ""))[0]
        unsplit = kind.startswith("multipart/") or kind == "message/rfc822"
        return kind if "/" in kind and not unsplit else "text/plain"

    @property
    def disposition(self) -> str:
        return content_type(self.headers.get("content-disposition", ""))[0]

    @property
    def file_name(self) -> str:
        for header, name in (("content-disposition", "filename"), ("content-type", "name")):
            value = content_type(self.headers.get(header, ""))[1].get(name)
            if value:
                return decoded(value, set())
        return ""

    def data(self, limit: int, faults: set[Fault]) -> bytes:
        """Return the body, transfer encoding undone, from at most `limit` encoded bytes."""
        if self.end - self.start > limit:
            faults.add(Fault.CUT)
        body = self.raw[self.start : min(self.end, self.start + limit)]
        encoding = self.headers.get("content-transfer-encoding", "").strip().lower()
        if encoding == "base64":
            return unbase64(body, faults)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(body)
        return body

    def text(self, limit: int, faults: set[Fault]) -> str:
        """Return the decoded text of a text part."""
        label = content_type(self.headers.get("content-type", ""))[1].get("charset", "")
        return decode(self.data(limit, faults), label, faults)


@dataclass(frozen=True)
class _Entity:
    start: int
    end: int
    depth: int


def split(raw: bytes, limits: ReadLimits, faults: set[Fault]) -> tuple[Headers, list[Part]]:
    """Return the message's own headers and its leaf parts in order."""
    top: Headers | None = None
    leaves: list[Part] = []
    end = min(len(raw), limits.message_bytes)
    waiting = [_Entity(0, end, 0)]
    while waiting:
        entity = waiting.pop()
        headers, body = _headers(raw, entity, limits, faults)
        top = headers if top is None else top
        room = limits.parts - len(leaves) - len(waiting)
        children = list(_children(raw, headers, body, entity, room, limits, faults))
        if children:
            waiting.extend(reversed(children))
        else:
            leaves.append(Part(raw, headers, body, entity.end))
    return top or {}, leaves


def _headers(
    raw: bytes, entity: _Entity, limits: ReadLimits, faults: set[Fault]
) -> tuple[dict[str, str], int]:
    """Return an entity's headers and where its body begins."""
    start, end = entity.start, entity.end
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return {}, start + (1 if raw[start : start + 1] == b"\n" else 2)
    if entity.depth == 0 and raw.startswith(b"From ", start):  # an mbox separator
        start = raw.find(b"\n", start, end) + 1 or end
    if not looks_like_headers(raw[start : min(end, start + 100)]):
        faults.add(Fault.NO_HEADERS)
        return {}, start
    last = min(end, start + limits.header_bytes)
    found = _END_OF_HEADERS.search(raw, start, last)
    if found is None and last < end:
        faults.add(Fault.LONG_HEADERS)
        found = _END_OF_HEADERS.search(raw, start, end)
    stop, body = (found.start(), found.end()) if found else (end, end)
    block = raw[start : min(stop, last)]
    if b"\n" not in block:
        block = block.replace(b"\r", b"\n")
    return read_headers(block, faults), body


def _children(
    raw: bytes,
    headers: Headers,
    body: int,
    entity: _Entity,
    room: int,
    limits: ReadLimits,
    faults: set[Fault],
) -> Iterator[_Entity]:
    """Yield the entities inside a multipart or an attached message."""
    kind, parameters = content_type(headers.get("content-type", ""))
    nested = kind.startswith("multipart/") or kind == "message/rfc822"
    if nested and entity.depth >= limits.depth:
        faults.add(Fault.TOO_DEEP)
    elif kind == "message/rfc822":
        yield _Entity(body, entity.end, entity.depth + 1)
    elif nested:
        boundary = parameters.get("boundary", "").rstrip()
        if not boundary:
            faults.add(Fault.NO_BOUNDARY)
            return
        mark = b"--" + boundary.encode("utf-8", "replace")[:200]
        yield from _between(raw, mark, _Entity(body, entity.end, entity.depth + 1), room, faults)


def _between(
    raw: bytes, mark: bytes, inside: _Entity, room: int, faults: set[Fault]
) -> Iterator[_Entity]:
    """Yield what lies between the lines that are `mark`, up to the closing one."""
    begun: int | None = None
    count = 0
    for at, after, closing in _delimiters(raw, mark, inside.start, inside.end):
        if begun is not None:
            if count >= max(room, 1):
                faults.add(Fault.TOO_MANY_PARTS)
                return
            count += 1
            yield _Entity(begun, max(at, begun), inside.depth)
        begun = after
        if closing:
            return
    faults.add(Fault.UNCLOSED if begun is not None else Fault.NO_PARTS)
    if begun is not None:
        yield _Entity(begun, inside.end, inside.depth)


def _delimiters(raw: bytes, mark: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield (end of the part before, start of the part after, whether it closes) of each line."""
    at = start if raw.startswith(mark, start, end) else _next(raw, mark, start, end)
    false = 0
    while at >= 0 and false < _FALSE_DELIMITERS:
        after = at + len(mark)
        closing = raw.startswith(b"--", after, end)
        line_end = raw.find(b"\n", after, end)
        line_end = end if line_end < 0 else line_end
        if closing or not raw[after : min(line_end, after + 200)].strip():
            before = at - 1 - (raw[at - 2 : at - 1] == b"\r") if at > start else at
            yield before, min(line_end + 1, end), closing
        else:
            false += 1
        at = _next(raw, mark, after, end)


def _next(raw: bytes, mark: bytes, start: int, end: int) -> int:
    found = raw.find(b"\n" + mark, start, end)
    return found + 1 if found >= 0 else -1
