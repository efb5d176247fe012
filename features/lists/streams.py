"""Bytes of a text list into lines: decompressed, decoded, cut, all of it bounded."""

import codecs
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import AnyStr, BinaryIO, Final

from features.lists.columns import field_of
from features.lists.errors import ListTooLarge, UnreadableList
from features.lists.foreign import refuse_foreign, refuse_foreign_text
from features.lists.limits import ScanLimits

_GZIP_MAGIC: Final = b"\x1f\x8b"
_SAMPLE_BYTES: Final = 65_536
_BLOCK_BYTES: Final = 2**23
_PACKED_BYTES: Final = 2**16
# 16 + MAX_WBITS: a gzip header and trailer (zlib's manual).
_GZIP: Final = 16 + zlib.MAX_WBITS
_LIKE_ASCII: Final = frozenset({"utf-8-sig", "cp1252"})
_PADDING: Final = re.compile(rb"(?<![\x00\x1a])[\x00\x1a]+(?=\n|\Z)")
_FOREIGN_BYTES: Final = 16_384
_HEADER_CELLS: Final = 500
# Tried in this order on what is neither Unicode nor has a header that is known in Windows-1252.
_LOCAL: Final = ("cp1252", "cp932", "gb18030", "cp949", "big5", "cp1251", "koi8-r", "mac_roman")
_SEPARATORS: Final = re.compile(r"[,;\t|\r\n]")
# The state of a decoder that is past a mark, and holds no torn character and no \r.
_NOTHING_HELD: Final = (b"", 0)


def lines_of(file: BinaryIO, limits: ScanLimits, fmt: str = "csv") -> Iterator[str]:
    """Yield lines without their ends, \\n, \\r\\n and \\r alike; raises as `blocks_of`."""
    for block in blocks_of(file, limits, fmt):
        yield from split_lines(block)


def split_lines(block: bytes) -> list[str]:
    """Return the lines of a block that ends with a line's end, or with the file."""
    *lines, rest = block.decode().split("\n")
    return [*lines, rest] if rest else lines


def blocks_of(file: BinaryIO, limits: ScanLimits, fmt: str = "csv") -> Iterator[bytes]:
    """Yield UTF-8 in blocks of whole lines, each ending in \\n (the last one may not).

    Raises `ListTooLarge`, and `UnreadableList` for a broken gzip stream and what is no text in
    `fmt`. Bytes that do not decode become U+FFFD, which no address holds; NULs and an end-of-file
    mark at the end of a line are dropped.
    """
    blocks = _bounded(_blocks(file, limits), limits)
    head = b""
    for block in blocks:
        head += block
        if len(head) >= _SAMPLE_BYTES:
            break
    refuse_foreign(head, fmt)
    encoding = encoding_of(head)
    refuse_foreign_text(head[:_FOREIGN_BYTES].decode(encoding, "replace"), fmt)
    rest = b""
    for text in _utf8(chain(_cut(head), blocks), encoding):
        end = text.rfind(b"\n") + 1
        if end:
            # Of a large block each copy counts.
            whole, rest = b"".join((rest, memoryview(text)[:end])), text[end:]
        else:
            whole, rest = b"", rest + text
        if any(_is_too_long(part, limits.max_line_bytes) for part in (whole, rest)):
            raise _too_long(limits)
        if whole:
            yield _without_padding(whole)
    if rest := _without_padding(rest):
        yield rest


def _without_padding(text: bytes) -> bytes:
    """Drop NULs, which some programs pad with, and DOS's end of a file from the ends of lines."""
    if b"\x00" not in text and b"\x1a" not in text:
        return text
    return _PADDING.sub(b"", text)


def has_longer_line(text: AnyStr, size: int, line_end: AnyStr) -> bool:
    """Return whether a line of the text has more than `size` characters, or bytes."""
    start = 0
    while len(text) - start > size:
        # The last end of a line that is near enough: a hop of nearly `size`, not of one line.
        end = text.rfind(line_end, start, start + size + 1)
        if end < 0:
            return True
        start = end + 1
    return False


def _is_too_long(text: bytes, size: int) -> bool:
    """Return whether a line has more than `size` characters, of which none has less than a byte."""
    return has_longer_line(text, size, b"\n") and has_longer_line(text.decode(), size, "\n")


def _too_long(limits: ScanLimits) -> ListTooLarge:
    return ListTooLarge(f"a line of more than {limits.max_line_bytes:,} characters")


def _cut(head: bytes) -> Iterator[bytes]:
    return (head[start : start + _BLOCK_BYTES] for start in range(0, len(head), _BLOCK_BYTES))


def _utf8(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield text as UTF-8 with lines that end in \\n; what is so already is not copied."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(errors="replace"), translate=True
    )
    for block in blocks:
        as_is = encoding in _LIKE_ASCII and block.isascii() and b"\r" not in block
        if as_is and decoder.getstate() == _NOTHING_HELD:
            yield block
        else:
            yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


def encoding_of(head: bytes) -> str:
    """Guess an encoding: by its mark, by where UTF-16 has NULs, by UTF-8 validity, by a known header, else Windows-1252."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for name, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        # ASCII in UTF-16 is every second byte NUL, and never the other one.
        nul, other = head[start:4096:2], head[1 - start : 4096 : 2]
        if nul and nul.count(0) > 0.7 * len(nul) and other.count(0) < 0.1 * len(nul):
            return name
    # One torn character does not make a file Windows-1252; more wrong than right ones do.
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(head)
    wrong = text.count("\ufffd")
    letters = sum(not char.isascii() for char in text) - wrong if wrong else 0
    return _local(head[:_FOREIGN_BYTES]) if wrong > letters else "utf-8-sig"


def _local(head: bytes) -> str:
    """Return the first local encoding in which a header is a known one that is not ASCII."""
    for name in _LOCAL:
        text = head.decode(name, "ignore")
        cells = islice(_SEPARATORS.split(text), _HEADER_CELLS)
        if any(not cell.isascii() and field_of(cell) for cell in cells):
            return name
    return "cp1252"


def _bounded(blocks: Iterator[bytes], limits: ScanLimits) -> Iterator[bytes]:
    total = 0
    for block in blocks:
        total += len(block)
        if total > limits.max_bytes:
            raise ListTooLarge(f"more than {limits.max_bytes:,} bytes; send it in parts")
        yield block


def _blocks(file: BinaryIO, limits: ScanLimits) -> Iterator[bytes]:
    file.seek(0)
    first = file.read(_PACKED_BYTES)
    if first.startswith(_GZIP_MAGIC):
        yield from _unpacked(first, file, limits)
        return
    while first:
        yield first
        first = file.read(_BLOCK_BYTES)


def _unpacked(data: bytes, file: BinaryIO, limits: ScanLimits) -> Iterator[bytes]:
    """Unpack gzip members one after the other; never more than a block at once."""
    packed, unpacked, member = len(data), 0, zlib.decompressobj(_GZIP)
    while True:
        try:
            block = member.decompress(data, _BLOCK_BYTES)
        except zlib.error as error:
            raise UnreadableList(f"the gzip stream is broken: {error}") from error
        unpacked += len(block)
        if unpacked > max(limits.ratio_from, packed * limits.ratio):
            raise ListTooLarge(f"unpacks to more than {limits.ratio} times its size")
        if block:
            yield block
        # Padding with NULs may follow a member; anything else is a new member (RFC 1952).
        data = member.unused_data.lstrip(b"\x00") if member.eof else member.unconsumed_tail
        if not data and not (block and not member.eof):
            data = file.read(_PACKED_BYTES)
            packed += len(data)
            if not data and not member.eof:
                raise UnreadableList("the gzip stream ends early")
            if not data:
                return
        if member.eof:
            member = zlib.decompressobj(_GZIP)
