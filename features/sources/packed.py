"""Takes reports out of what they come packed in: gzip, zip, or as attachments of a mail."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from features.bounces.mail import read_mail
from features.sources.source import UnreadablePayload

MAX_BYTES: Final = 32 * 2**20
_GZIP_WINDOW: Final = 31
_MAX_MEMBERS: Final = 20


def documents(body: bytes, starts: tuple[bytes, ...]) -> Iterator[bytes]:
    """Yield the documents that begin with one of `starts`, in the body or packed in it.

    Raises `UnreadablePayload` for an archive that is broken or unpacks to more than 32 MiB.
    """
    for piece in _unpacked(body):
        if piece.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(starts):
            yield piece
            return
    for part in read_mail(body).parts:
        for piece in _unpacked(part.data):
            if piece.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(starts):
                yield piece


def _unpacked(body: bytes) -> Iterator[bytes]:
    if body.startswith(b"\x1f\x8b"):
        yield _gunzipped(body)
    elif body.startswith(b"PK\x03\x04"):
        yield from _unzipped(body)
    else:
        yield body


def _gunzipped(body: bytes) -> bytes:
    stream = zlib.decompressobj(_GZIP_WINDOW)
    try:
        content = stream.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise UnreadablePayload(f"broken gzip: {error}") from error
    if len(content) > MAX_BYTES:
        raise UnreadablePayload(f"unpacks to more than {MAX_BYTES:,} bytes")
    return content


def _unzipped(body: bytes) -> Iterator[bytes]:
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for info in archive.infolist()[:_MAX_MEMBERS]:
                with archive.open(info) as member:
                    content = member.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise UnreadablePayload(f"unpacks to more than {MAX_BYTES:,} bytes")
                yield content
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError,
            ValueError) as error:  # fmt: skip
        if isinstance(error, UnreadablePayload):
            raise
        raise UnreadablePayload(f"broken zip: {error}") from error
