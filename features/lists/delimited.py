"""Comma-, semicolon-, tab- and bar-separated lists."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Final

from features.lists.limits import ScanLimits
from features.lists.plain import plain_columns
from features.lists.records import Records, read_records
from features.lists.rows import Chunk, chunks_of, chunks_of_frame
from features.lists.streams import split_lines
from features.lists.top import Top, read_top

_TOP_BYTES: Final = 65_536


def read_delimited(blocks: Iterator[bytes], limits: ScanLimits) -> Iterator[Chunk]:
    """Yield the chunks of a delimited list, given as blocks of whole lines; blank rows do not count.

    Raises `UnreadableList`.
    """
    top = read_top(next(_joined(blocks, _TOP_BYTES), b""), limits)
    cut = partial(
        chunks_of, places=top.places, chunk_rows=limits.chunk_rows, day_first=top.day_first
    )
    blocks = chain((top.rest,) if top.rest else (), blocks)
    if top.flat:
        yield from cut(_flat(chain((top.first_rows,), _records(blocks, top, top.number))))
        return
    yield from cut(iter((top.first_rows,)))
    number = top.number
    for block in _joined(blocks, limits.polars_from):
        worth = len(block) >= limits.polars_from
        frame = plain_columns(block, top.delimiter, top.places) if worth else None
        if frame is None:
            # From the first quote on, csv's reader tells where a row ends.
            yield from cut(_records(chain((block,), blocks), top, number))
            return
        yield from chunks_of_frame(frame, limits.chunk_rows, number, day_first=top.day_first)
        number += frame.height


def _joined(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Join small blocks to blocks of at least `size` bytes; the last one may be smaller."""
    waiting = b""
    for block in blocks:
        waiting += block
        if len(waiting) >= size:
            yield waiting
            waiting = b""
    if waiting:
        yield waiting


def _records(blocks: Iterable[bytes], top: Top, number: int) -> Iterator[Records]:
    return read_records(map(split_lines, blocks), top.delimiter, number)


def _flat(records: Iterable[Records]) -> Iterator[Records]:
    """Yield each cell as a row."""
    for numbers, rows in records:
        for number, row in zip(numbers, rows, strict=True):
            cells: list[list[str] | None] = [[cell] for cell in row or () if cell]
            yield [number] * max(len(cells), 1), cells or [None]
