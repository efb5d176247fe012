"""Comma-, semicolon-, tab- and bar-separated lists."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from features.lists.columns import find_columns, place_columns
from features.lists.errors import ListTooLarge, UnreadableList
from features.lists.limits import ScanLimits
from features.lists.plain import plain_columns
from features.lists.rows import Chunk, chunks_of, chunks_of_frame
from features.lists.streams import split_lines

_DELIMITERS: Final = ",;\t|"
_QUOTE: Final = '"'
_MARK: Final = "\ufeff \t\x00"


def read_delimited(blocks: Iterator[bytes], limits: ScanLimits) -> Iterator[Chunk]:
    """Yield the chunks of a delimited list, given as blocks of whole lines; blank rows do not count.

    A row with an endless quoted field is unreadable. Raises `UnreadableList`.
    """
    first, delimiter, rest = _first_line(blocks)
    blocks = chain((rest,) if rest else (), blocks)
    if first.count(_QUOTE) % 2:
        # The header's last cell goes on in the next line.
        blocks, first = chain((f"{first}\n".encode(),), blocks), ""
    records = _records(_lines(blocks) if not first else iter((first,)), delimiter)
    header = next(records, None)
    if header is None:
        raise UnreadableList("the first row has a quote that never closes")
    if len(header) > limits.max_columns:
        raise ListTooLarge(f"more than {limits.max_columns:,} columns")
    places, has_header = place_columns(header)
    if not has_header:
        yield from chunks_of(iter((header,)), places, limits.chunk_rows)
    if not first:
        yield from chunks_of(records, places, limits.chunk_rows)
        return
    for block in _joined(blocks, limits.polars_from):
        worth = len(block) >= limits.polars_from
        frame = plain_columns(block, delimiter, places) if worth else None
        if frame is None:
            # From the first quote on, csv's reader tells where a row ends.
            lines = _lines(chain((block,), blocks))
            yield from chunks_of(_records(lines, delimiter), places, limits.chunk_rows)
            return
        yield from chunks_of_frame(frame, limits.chunk_rows)


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


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    for block in blocks:
        yield from split_lines(block)


def _first_line(blocks: Iterator[bytes]) -> tuple[str, str, bytes]:
    """Return the first line that is not blank, the delimiter, and what follows in its block.

    Excel may name the delimiter as `sep=;`.
    """
    told = None
    for block in blocks:
        start = 0
        while start < len(block):
            end = block.find(b"\n", start)
            end = len(block) if end < 0 else end
            line, start = block[start:end].decode(), end + 1
            text = line.strip(_MARK)
            if text[:4].lower() == "sep=" and len(text) <= 5:
                told = line.strip("\ufeff \x00")[4:] or None
            elif text:
                return line.lstrip("\ufeff"), told or _delimiter(line), block[start:]
    raise UnreadableList("the list is empty")


def _delimiter(line: str) -> str:
    """Return the delimiter that finds most known columns, then the one that occurs most."""
    shown = line[:65_536]
    return max(_DELIMITERS, key=lambda d: (len(find_columns(_cells(shown, d))), line.count(d)))


def _cells(line: str, delimiter: str) -> list[str]:
    return next(_records(iter((line,)), delimiter), None) or []


def _records(lines: Iterator[str], delimiter: str) -> Iterator[list[str] | None]:
    """Yield rows; None for one whose quoted field passes csv's limit (131,072 characters)."""
    rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            yield from filter(any, rows)
        except csv.Error:
            yield None
        else:
            return
