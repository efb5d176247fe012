"""A mail as a report reader needs it: all header fields, leaf parts, attached messages left whole.

The standard library's parser takes a millisecond or more for a bounce and recurses; this is one
pass a level, bounded in parts, depth and bytes, and reads any bytes at all.
"""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from features.content.charsets import decode
from features.content.faults import Fault
from features.content.headers import content_type, decoded, unbase64

MAX_MAIL_BYTES: Final = 8 * 2**20
_MAX_HEADER_BYTES: Final = 128 * 2**10
_MAX_PARTS: Final = 60
_MAX_DEPTH: Final = 6
_MAX_TEXT_BYTES: Final = 256 * 2**10
_MAX_VALUE: Final = 8_192
_END: Final = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_FIELD: Final = re.compile(rb"^([!-9;-~]{1,76})[ \t]*:[ \t]?(.*(?:\r?\n[ \t].*)*)", re.MULTILINE)
_FOLD: Final = re.compile(r"\s*[\r\n]+\s*")
WHOLE: Final = ("message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers")


class Fields:
    """Header fields in order, found by lower-case name; bytes are decoded when asked for."""

    def __init__(self, block: bytes) -> None:
        block = block[:_MAX_HEADER_BYTES]
        if b"\n" not in block:
            block = block.replace(b"\r", b"\n")
        self._found: dict[bytes, list[bytes]] = {}
        for match in _FIELD.finditer(block):
            self._found.setdefault(match[1].lower(), []).append(match[2])

    def __len__(self) -> int:
        return len(self._found)

    def get(self, name: str, default: str = "") -> str:
        """Return the first field of that name, unfolded, encoded words as they are."""
        values = self._found.get(name.encode("ascii", "replace"))
        return _value(values[0]) if values else default

    def all(self, name: str) -> list[str]:
        """Return every field of that name."""
        return [_value(value) for value in self._found.get(name.encode("ascii", "replace"), ())]

    def text(self, name: str) -> str:
        """Return the first field of that name with encoded words decoded."""
        return decoded(self.get(name), set())

    def names(self) -> Iterator[str]:
        """Yield the lower-case names."""
        return (name.decode("ascii") for name in self._found)


@dataclass(frozen=True)
class MailPart:
    """One leaf part; an attached message is a leaf, too."""

    type: str
    fields: Fields
    body: bytes

    @cached_property
    def data(self) -> bytes:
        """The body with its transfer encoding undone."""
        encoding = self.fields.get("content-transfer-encoding").strip().lower()
        if encoding.startswith("base64"):
            return unbase64(self.body, set())
        if encoding.startswith("quoted-printable"):
            return binascii.a2b_qp(self.body)
        return self.body

    @cached_property
    def text(self) -> str:
        """The decoded text, from at most 256 KiB of it."""
        label = content_type(self.fields.get("content-type"))[1].get("charset", "")
        return _text(self.data[:_MAX_TEXT_BYTES], label)


@dataclass(frozen=True)
class Mail:
    """A mail's own header fields and its parts in order."""

    fields: Fields
    parts: Sequence[MailPart]

    def first(self, *types: str) -> MailPart | None:
        """Return the first part of one of the types."""
        return next((part for part in self.parts if part.type in types), None)


def read_mail(raw: bytes) -> Mail:
    """Read any bytes as a mail; what lies past the bounds is left out."""
    raw = raw[:MAX_MAIL_BYTES]
    if raw.startswith((b"From ", b">From ")):  # an mbox separator
        raw = raw[raw.find(b"\n") + 1 :]
    raw = raw.lstrip(b"\r\n")
    top: Fields | None = None
    leaves: list[MailPart] = []
    waiting = [(raw, 0)]
    while waiting and len(leaves) < _MAX_PARTS:
        block, depth = waiting.pop()
        fields, body = split_fields(block)
        top = fields if top is None else top
        kind, parameters = content_type(fields.get("content-type"))
        pieces = _pieces(body, parameters.get("boundary", "")) if "multipart/" in kind else []
        if pieces and depth < _MAX_DEPTH:
            waiting.extend((piece, depth + 1) for piece in reversed(pieces))
        else:
            leaves.append(MailPart(_leaf_type(kind), fields, body))
    return Mail(top or Fields(b""), leaves)


def split_fields(block: bytes) -> tuple[Fields, bytes]:
    """Return the header fields of a block, none where it has none, and what follows them."""
    if block[:1] == b"\n" or block[:2] == b"\r\n":
        return Fields(b""), block.lstrip(b"\r\n")
    if _FIELD.match(block) is None:
        return Fields(b""), block
    end = _END.search(block)
    if end is None:
        return Fields(block), b""
    return Fields(block[: end.start()]), block[end.end() :]


def _leaf_type(kind: str) -> str:
    return kind if "/" in kind and not kind.startswith("multipart/") else "text/plain"


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """Return what lies between the boundary lines, up to the closing one."""
    mark = b"--" + boundary.strip().encode("utf-8", "replace")[:200]
    if mark == b"--" or mark not in body:
        return []
    line = re.compile(rb"(?:^|\r?\n)" + re.escape(mark) + rb"(--)?[ \t]*(?=\r?\n|$)")
    pieces: list[bytes] = []
    start: int | None = None
    for found in line.finditer(body):
        if start is not None:
            pieces.append(body[start : found.start()])
        start = found.end()
        if found[1] or len(pieces) >= _MAX_PARTS:
            break
    else:
        pieces.append(body[start or 0 :])
    return [_after_line(piece) for piece in pieces if piece.strip()]


def _after_line(piece: bytes) -> bytes:
    """Return what follows the end of the boundary line; a second one would mean no header."""
    return piece.removeprefix(b"\r").removeprefix(b"\n")


def _value(value: bytes) -> str:
    return _FOLD.sub(" ", decode(value[:_MAX_VALUE], "", set())).strip()


def _text(data: bytes, label: str) -> str:
    faults: set[Fault] = set()
    # A bounce often labels 7-bit ISO-2022 text with nothing, or with US-ASCII.
    if b"\x1b$" in data and "2022" not in label:
        label = "iso-2022-jp"
    return decode(data, label, faults).replace("\r\n", "\n").replace("\r", "\n")
