"""Comma-, semicolon-, tab- and bar-separated lists."""

import csv
from collections.abc import Iterator
from itertools import chain
from typing import Final

from features.lists.columns import find_columns, place_columns
from features.lists.errors import ListTooLarge, UnreadableList
from features.lists.limits import ScanLimits
from features.lists.rows import Chunk, chunks_of

_DELIMITERS: Final = ",;\t|"
_MARK: Final = "\ufeff \t\x00"


def read_delimited(lines: Iterator[str], limits: ScanLimits) -> Iterator[Chunk]:
    """Yield the chunks of a delimited list; blank rows do not count.

    A row with an endless quoted field is unreadable. Raises `UnreadableList`.
    """
    first, delimiter = _first_line(lines)
    records = _records(chain((first,), lines), delimiter)
    header = next(records, None)
    if header is None:
        raise UnreadableList("the first row has a quote that never closes")
    if len(header) > limits.max_columns:
        raise ListTooLarge(f"more than {limits.max_columns:,} columns")
    places, has_header = place_columns(header)
    if not has_header:
        records = chain((header,), records)
    yield from chunks_of(records, places, limits.chunk_rows)


def _first_line(lines: Iterator[str]) -> tuple[str, str]:
    """Return the first line that is not blank, and the delimiter; Excel may say it as `sep=;`."""
    told = None
    for line in lines:
        text = line.strip(_MARK)
        if text[:4].lower() == "sep=" and len(text) <= 5:
            told = line.strip("\ufeff \x00")[4:] or None
        elif text:
            return line.lstrip("\ufeff"), told or _delimiter(line)
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
