"""Rows of a list in chunks of columns, whatever the file's format."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

FIELDS: Final = ("email", "opted_in_at", "opt_in_ip", "opt_in_source", "last_engaged_at")
# No cell of interest is longer; an address has at most 254 characters (RFC 5321).
MAX_CELL: Final = 512


@dataclass(frozen=True)
class Chunk:
    """Some rows by column: every list in `cells` has one text a row, "" where there is none.

    `unreadable` rows come on top; they have no cells. `fields` are those seen so far.
    """

    cells: dict[str, list[str]]
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
        empty = [""] * len(rows)
        cells |= {field: empty for field in FIELDS if field not in places}
        yield Chunk(cells, len(block) - len(rows), fields)


def _column(rows: list[list[str]], index: int) -> list[str]:
    """Return a column; a cell that is missing or too long is empty."""
    if min(map(len, rows), default=0) > index:
        cells = [row[index] for row in rows]
    else:
        cells = [row[index] if index < len(row) else "" for row in rows]
    if max(map(len, cells), default=0) > MAX_CELL:
        return [cell if len(cell) <= MAX_CELL else "" for cell in cells]
    return cells
