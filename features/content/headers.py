"""The headers of a message or part that the sender wrote; what receivers add is never read."""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from features.content.charsets import decode
from features.content.faults import Fault

Headers = Mapping[str, str]

# After a line's end: that alone is looked for.
_WANTED: Final = re.compile(
    rb"\n(?=[frslc])(from|reply-to|subject|list-unsubscribe(?:-post)?"
    rb"|content-(?:type|id|transfer-encoding|disposition))[ \t]*:(.*(?:\r?\n[ \t].*)*)",
    re.IGNORECASE,
)
_FIELD: Final = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
_ENCODED: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=(?:\s+(?==\?))?")
_FOLD: Final = re.compile(r"\s*[\r\n]+\s*")
_PARAMETER: Final = re.compile(r""";\s*([\w\-]+)(\*\d*\*?)?\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)""")
_ANGLED: Final = re.compile(r"<([^<>]*)>\s*$")
_ADDRESS: Final = re.compile(r"""[^\s<>"(),;:@]+@[^\s<>"(),;:@]+""")
_VALUE_BYTES: Final = 8_192


@dataclass(frozen=True)
class Mailbox:
    """A display name and an address; `domain` is lower case, empty when there is none."""

    name: str = ""
    address: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower().strip(". ") if "@" in self.address else ""


def looks_like_headers(block: bytes) -> bool:
    """Tell whether a block begins with a header field."""
    return _FIELD.match(block) is not None


def read_headers(block: bytes, faults: set[Fault]) -> dict[str, str]:
    """Return the sender's headers by lower-case name, unfolded, encoded words left as they are.

    The first of a repeated header counts, as in most mail clients.
    """
    found: dict[str, str] = {}
    for match in _WANTED.finditer(b"\n" + block):
        name = match[1].decode("ascii").lower()
        if name in found:
            faults.add(Fault.REPEATED_HEADER)
            continue
        value = decode(match[2][:_VALUE_BYTES], "", faults)
        found[name] = _FOLD.sub(" ", value).strip()
    return found


def decoded(value: str, faults: set[Fault]) -> str:
    """Return a header value with its encoded words (RFC 2047) decoded."""
    if "=?" not in value:
        return value
    return _ENCODED.sub(lambda m: _encoded_word(m[1], m[2], m[3], faults), value)


def _encoded_word(label: str, encoding: str, body: str, faults: set[Fault]) -> str:
    raw = body.encode("ascii", "replace")
    data = unbase64(raw, faults) if encoding in "bB" else binascii.a2b_qp(raw, header=True)
    return decode(data, label.partition("*")[0], faults)


def unbase64(raw: bytes, faults: set[Fault]) -> bytes:
    """Decode base64, dropping what does not belong to it."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        faults.add(Fault.BAD_ENCODING)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


@lru_cache(maxsize=4096)
def content_type(value: str) -> tuple[str, dict[str, str]]:
    """Return the lower-case type of a Content-Type or -Disposition and its parameters.

    Parameters in RFC 2231 pieces are joined and decoded. The result is shared: do not change it.
    """
    kind = value.partition(";")[0].strip().lower()
    pieces: dict[str, str] = {}
    for match in _PARAMETER.finditer(value[len(kind) :] if kind else value):
        name, star, text = match[1].lower(), match[2] or "", match[3]
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        if star.endswith("*"):
            text = _extended(text)
        pieces[name] = pieces[name] + text if star and name in pieces else text
    return kind, pieces


def _extended(text: str) -> str:
    label, quote, rest = text.partition("'")
    if quote and "'" in rest:
        text = rest.partition("'")[2]
    else:
        label = ""
    return decode(unquote_to_bytes(text), label, set())


def mailbox(value: str, faults: set[Fault]) -> Mailbox:
    """Return the first mailbox of a From or Reply-To value."""
    angled = _ANGLED.search(value)
    if angled:
        name = decoded(value[: angled.start()].strip(), faults).strip("\"' ")
        return Mailbox(name, angled[1].strip())
    plain = _ADDRESS.search(value)
    if plain is None:
        return Mailbox(decoded(value, faults).strip("\"' "))
    rest = value[: plain.start()] + value[plain.end() :]
    return Mailbox(decoded(rest, faults).strip("\"'()<> ,"), plain[0])
