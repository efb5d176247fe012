"""An answer that says how far the work is: NDJSON lines of progress, and the result as the last one."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO, Final, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from service.api.problems import service_problem
from service.errors import ServiceError

NDJSON: Final = "application/x-ndjson"
EVERY_S: Final = 1.0
T = TypeVar("T")
# Work whose client went away: it is finished all the same, and must not be collected before.
_LEFT: Final[set["asyncio.Task[object]"]] = set()


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the body has been read."""

    read_bytes: int
    of_bytes: int


class Watched(io.RawIOBase):
    """A seekable file that tells, to any thread, how far it has been read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.of_bytes = file.seek(0, io.SEEK_END)
        self.read_bytes = 0
        file.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        self.read_bytes = max(self.read_bytes, self._file.tell())
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        super().close()

    def progress(self) -> Progress:
        return Progress(read_bytes=self.read_bytes, of_bytes=self.of_bytes)


def told_as_it_goes(
    file: BinaryIO, work: Callable[[BinaryIO], T], line_of: Callable[[T], object]
) -> Response:
    """Do `work` on a file in a thread; stream progress each second, then `line_of` its result.

    A `ServiceError` becomes the last line, `{"problem": ...}`: the status was sent long before. When
    the client goes away the work is finished all the same.
    """
    watched = Watched(file)

    async def lines() -> AsyncIterator[bytes]:
        task: asyncio.Task[T] = asyncio.create_task(
            run_in_threadpool(work, io.BufferedReader(watched, io.DEFAULT_BUFFER_SIZE * 16))
        )
        _LEFT.add(task)
        task.add_done_callback(_LEFT.discard)
        while not task.done():
            yield _line({"progress": watched.progress()})
            await asyncio.wait({task}, timeout=EVERY_S)
        try:
            yield _line(line_of(task.result()))
        except ServiceError as error:
            yield _line({"problem": msgspec.Raw(bytes(service_problem(error).body))})

    return StreamingResponse(lines(), media_type=NDJSON)


def _line(value: object) -> bytes:
    return msgspec.json.encode(value) + b"\n"
