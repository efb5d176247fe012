"""Rows of a list in chunks of columns, whatever the file's format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from features.lists.columns import Places
from features.lists.records import Records
from features.spans import Ints

FIELDS: Final = ("email", "opted_in_at", "opt_in_ip", "opt_in_source", "last_engaged_at")
# No cell of interest is longer; an address has at most 254 characters (RFC 5321).
MAX_CELL: Final = 512
NO_LINES: Final[Ints] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Chunk:
    """Some rows by column: `cells` has a column of texts a field, "" where there is none.

    Fields that the file does not have may be missing, `email` never is. `lines` `(n,)` are the
    numbers of the lines in which the rows begin, None in a file without lines. Rows that begin in
    the lines `unreadable` `(m,)` come on top; they have no cells. `fields` are those seen so far.
    `day_first` tells that dates with slashes begin with the day.
    """

    cells: dict[str, pl.Series]
    lines: Ints | None
    unreadable: Ints
    fields: frozenset[str]
    day_first: bool = False

    @property
    def rows(self) -> int:
        """How many rows there are, the unreadable ones among them."""
        return len(self.cells["email"]) + int(self.unreadable.size)


def text_of(value: object) -> str:
    """Return a cell as text; what no cell of a list can be is empty."""
    if isinstance(value, str):
        return value if len(value) <= MAX_CELL else ""
    if value is None or isinstance(value, (list, dict, bool)):
        return ""
    text = str(value)
    return text if len(text) <= MAX_CELL else ""


def chunks_of(
    records: Iterator[Records], places: Places, chunk_rows: int, *, day_first: bool = False
) -> Iterator[Chunk]:
    """Cut records into chunks. `places` tells a field's columns, the first choice first."""
    numbers: list[int] = []
    rows: list[list[str] | None] = []
    for more_numbers, more_rows in records:
        numbers += more_numbers
        rows += more_rows
        whole = len(rows) - len(rows) % chunk_rows
        for start in range(0, whole, chunk_rows):
            part = slice(start, start + chunk_rows)
            yield _chunk(numbers[part], rows[part], places, day_first=day_first)
        del numbers[:whole], rows[:whole]
    if rows:
        yield _chunk(numbers, rows, places, day_first=day_first)


def _chunk(
    numbers: list[int], rows: list[list[str] | None], places: Places, *, day_first: bool
) -> Chunk:
    lines = np.array(numbers, dtype=np.int64)
    readable = np.array([row is not None for row in rows], dtype=np.bool_)
    kept = [row for row in rows if row is not None]
    cells = {field: _column(kept, columns) for field, columns in places.items()}
    return Chunk(cells, lines[readable], lines[~readable], frozenset(places), day_first)


def chunks_of_frame(
    frame: pl.DataFrame, chunk_rows: int, number: int | None, *, day_first: bool = False
) -> Iterator[Chunk]:
    """Cut the columns of fields into chunks; the rows stand in a line each from `number` on, if any."""
    fields = frozenset(frame.columns)
    for start in range(0, frame.height, chunk_rows):
        part = frame.slice(start, chunk_rows)
        lines = None if number is None else np.arange(part.height) + number + start
        cells = {column.name: column for column in part.get_columns()}
        yield Chunk(cells, lines, NO_LINES, fields, day_first)


def column_of(texts: list[str]) -> pl.Series:
    """Return texts as a column."""
    return pl.Series(texts, dtype=pl.String)


def first_filled(columns: Sequence[pl.Expr]) -> pl.Expr:
    """Return the first text of some columns that is not empty, in each row."""
    first, *others = columns
    for other in others:
        first = pl.when(first == "").then(other).otherwise(first)
    return first


def _column(rows: list[list[str]], columns: tuple[int, ...]) -> pl.Series:
    """Return a column; a cell that is missing or too long is empty."""
    cells = _cells(rows, columns[0])
    for other in columns[1:]:
        cells = [cell or second for cell, second in zip(cells, _cells(rows, other), strict=True)]
    return column_of(cells)


def _cells(rows: list[list[str]], index: int) -> list[str]:
    if min(map(len, rows), default=0) > index:
        cells = [row[index] for row in rows]
    else:
        cells = [row[index] if index < len(row) else "" for row in rows]
    if max(map(len, cells), default=0) > MAX_CELL:
        cells = [cell if len(cell) <= MAX_CELL else "" for cell in cells]
    return cells
