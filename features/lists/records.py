"""Rows of delimited lines by Python's csv reader, with the line that each begins in.

A quote that opens a cell and never closes would swallow all that follows. Where a row goes on over
too many lines or to the end of the file, its first line is read without quotes instead, and the rest
anew.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

# The lines in which some rows begin, the first of the file being 1, and their cells; None: unreadable.
Records = tuple[list[int], list[list[str] | None]]

# What a note within a list may have.
_MAX_LINES: Final = 1_000
_MAX_CHARS: Final = 2**20
# So often are lines read anew before quotes mean nothing any more: a file can be made of such quotes.
_MAX_RUNAWAYS: Final = 100


@dataclass
class _Stop:
    """Where the csv reader stopped: at the line `at`, whose row is not complete unless it is the last."""

    at: int = 0
    asked_for_more: bool = False

    def end(self) -> Iterator[str]:
        """Yield nothing: the reader asks for more only where a row goes on."""
        self.asked_for_more = True
        yield from ()


def read_records(blocks: Iterable[list[str]], delimiter: str, number: int = 1) -> Iterator[Records]:
    """Yield the rows of blocks of lines, the first of which has this number; blank ones do not count.

    A cell that passes csv's limit (131,072 characters) makes its row unreadable.
    """
    begun: list[str] = []
    runaways = 0
    for block in chain(blocks, (None,)):
        lines = begun + (block or [])
        stop, begun = _Stop(), []
        while stop.at < len(lines):
            yield _rows(lines, delimiter, number, stop, quoted=runaways < _MAX_RUNAWAYS)
            begun = lines[stop.at :]
            if not begun or (block is not None and _may_go_on(begun, stop)):
                break
            runaways += 1
            bare = _without_quotes(begun.pop(0), delimiter)
            if bare is None or any(bare):
                yield [number + stop.at], [bare]
            stop = _Stop(stop.at + 1)
        number += len(lines) - len(begun)


def _rows(lines: list[str], delimiter: str, number: int, stop: _Stop, *, quoted: bool) -> Records:
    """Return the complete rows from `stop.at` on, and leave there the line of the one that is not."""
    start = at = stop.at
    numbers: list[int] = []
    found: list[list[str] | None] = []
    rows = csv.reader(
        chain(islice(lines, start, None), stop.end()),
        delimiter=delimiter,
        skipinitialspace=True,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    try:
        for row in rows:
            end = start + rows.line_num
            if stop.asked_for_more or end - at > _MAX_LINES:
                break
            if any(row):
                numbers.append(number + at)
                found.append(row)
            at = end
    except csv.Error:
        stop.asked_for_more = False
    stop.at = at
    return numbers, found


def _may_go_on(begun: list[str], stop: _Stop) -> bool:
    few = len(begun) <= _MAX_LINES and sum(map(len, begun)) <= _MAX_CHARS
    return stop.asked_for_more and few


def _without_quotes(line: str, delimiter: str) -> list[str] | None:
    rows = csv.reader((line,), delimiter=delimiter, skipinitialspace=True, quoting=csv.QUOTE_NONE)
    try:
        return next(rows, [])
    except csv.Error:
        return None
