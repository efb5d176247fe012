"""Rows of a list in chunks of columns, whatever the file's format."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
FIELDS: Final = ("email", "opted_in_at", "opt_in_ip", "opt_in_source", "last_engaged_at")
# No cell of interest is longer; an address has at most 254 characters (RFC 5321).
MAX_CELL: Final = 512


@dataclass(frozen=True)
class Chunk:
    """Some rows by column: `cells` has a column of texts a field, "" where there is none.

    Fields that the file does not have may be missing, `email` never is. `unreadable` rows come on
    top; they have no cells. `fields` are those seen so far.
    """

    cells: dict[str, pl.Series]
    unreadable: int
    fields: frozenset[str]


def text_of(value: object) -> str:
    """Return a cell as text; what no cell of a list can be is empty."""
    if isinstance(value, str):
        return value if len(value) <= MAX_CELL else ""
    if value is None or isinstance(value, (list, dict, bool)):
        return ""
    text = str(value)
    return text if len(text) <= MAX_CELL else ""


def chunks_of(
    records: Iterator[list[str] | None], places: dict[str, int], chunk_rows: int
) -> Iterator[Chunk]:
    """Cut records into chunks; None is a row that cannot be read. `places` tells a field's index."""
    fields = frozenset(places)
    while block := list(islice(records, chunk_rows)):
        rows = [row for row in block if row is not None]
        cells = {field: _column(rows, index) for field, index in places.items()}
        yield Chunk(cells, len(block) - len(rows), fields)


def chunks_of_frame(frame: pl.DataFrame, chunk_rows: int) -> Iterator[Chunk]:
    """Cut the columns of fields into chunks."""
    for start in range(0, frame.height, chunk_rows):
        part = frame.slice(start, chunk_rows)
        yield Chunk({c.name: c for c in part.get_columns()}, 0, frozenset(frame.columns))


def column_of(texts: list[str]) -> pl.Series:
    """Return texts as a column."""
    return pl.Series(texts, dtype=pl.String)


def joined(texts: pl.Series) -> tuple[Bytes, Ints]:
    """Return the bytes of a column's texts one after the other, and where each ends, `(n,)`."""
    data = np.frombuffer(texts.str.join("").cast(pl.Binary).item(), dtype=np.uint8)
    return data, np.cumsum(texts.str.len_bytes().to_numpy(), dtype=np.int64)


def _column(rows: list[list[str]], index: int) -> pl.Series:
    """Return a column; a cell that is missing or too long is empty."""
    if min(map(len, rows), default=0) > index:
        cells = [row[index] for row in rows]
    else:
        cells = [row[index] if index < len(row) else "" for row in rows]
    if max(map(len, cells), default=0) > MAX_CELL:
        cells = [cell if len(cell) <= MAX_CELL else "" for cell in cells]
    return column_of(cells)
