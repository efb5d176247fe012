"""Reads request bodies: bounded, unpacked within bounds, of the content types that are read."""

import tempfile
import zlib
from collections.abc import AsyncIterator, Collection
from typing import BinaryIO, Final, TypeVar, cast

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from service.api.problems import ProblemError
from service.errors import TooLarge

_GZIP_WINDOW: Final = 31
_WRITE_BYTES: Final = 2**20
# Each member costs a copy of what follows it: thousands of empty ones would take for ever.
_MAX_MEMBERS: Final = 64
B = TypeVar("B", bound=BaseModel)


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """Return the whole body, unpacked when it came as gzip. Raises `TooLarge`, `ProblemError`."""
    packed = _is_gzip(request)
    body = b"".join([chunk async for chunk in _bounded(request, limit_bytes)])
    return await run_in_threadpool(_unpacked, body, limit_bytes) if packed else body


async def read_json(request: Request, model: type[B], limit_bytes: int) -> B:
    """Return the JSON body as `model`.

    Raises `TooLarge`, `ProblemError` and pydantic's `ValidationError`.
    """
    check_content_type(request, ("application/json",))
    body = await read_body(request, limit_bytes)
    if len(body) < _WRITE_BYTES:
        return model.model_validate_json(body)
    return await run_in_threadpool(model.model_validate_json, body)


async def read_json_if_any(request: Request, model: type[B], limit_bytes: int) -> B:
    """Return the JSON body as `model`, its defaults where there is no body. Raises what `read_json` does."""
    if request.headers.get("content-length", "") in ("", "0") and (
        "transfer-encoding" not in request.headers
    ):
        return model()
    return await read_json(request, model, limit_bytes)


async def spool_body(request: Request, limit_bytes: int) -> BinaryIO:
    """Return the body as an open temporary file that has no name and is gone when closed.

    Lists hold addresses in clear; nobody else can open this file, and a crash leaves nothing.
    Raises `TooLarge`.
    """
    _is_gzip(request)
    file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
    try:
        waiting = bytearray()
        async for chunk in _bounded(request, limit_bytes):
            waiting += chunk
            if len(waiting) >= _WRITE_BYTES:
                await run_in_threadpool(file.write, bytes(waiting))
                waiting.clear()
        file.write(waiting)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def check_content_type(request: Request, wanted: Collection[str]) -> str:
    """Return the body's content type without parameters; JSON where none is stated.

    Raises `ProblemError` (415) for one that is not wanted, or another charset than UTF-8.
    """
    stated = request.headers.get("content-type", "")
    kind, _, parameters = stated.partition(";")
    kind = kind.strip().lower() or "application/json"
    charset = parameters.lower().partition("charset=")[2].split(";")[0].strip(' "')
    if kind not in wanted or charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise ProblemError(415, f"send {' or '.join(wanted)} in UTF-8, not {kind[:100]!r}")
    return kind


def _is_gzip(request: Request) -> bool:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("gzip", "identity", ""):
        headers = {"Accept-Encoding": "gzip, identity"}
        raise ProblemError(415, f"content encoding {encoding[:40]!r} is not read", headers=headers)
    return encoding == "gzip"


async def _bounded(request: Request, limit_bytes: int) -> AsyncIterator[bytes]:
    too_large = TooLarge(f"the body may have {limit_bytes:,} bytes at most")
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and (len(stated) > 18 or int(stated) > limit_bytes):
        raise too_large
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit_bytes:
            raise too_large
        yield chunk


def _unpacked(packed: bytes, limit_bytes: int) -> bytes:
    """Return the content of a gzip body; never unpacks more than the limit."""
    parts: list[bytes] = []
    left = limit_bytes
    try:
        for _ in range(_MAX_MEMBERS):
            if not packed:
                return b"".join(parts)
            stream = zlib.decompressobj(_GZIP_WINDOW)
            parts.append(stream.decompress(packed, left + 1))
            left -= len(parts[-1])
            if left < 0:
                raise TooLarge(f"the body may have {limit_bytes:,} bytes unpacked at most")
            if not stream.eof:
                raise ProblemError(400, "the gzip body is cut off")
            packed = stream.unused_data
    except zlib.error as error:
        raise ProblemError(400, "the body is not gzip, as Content-Encoding says") from error
    raise ProblemError(400, f"more than {_MAX_MEMBERS} gzip members in one body")
