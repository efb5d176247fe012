"""Lists as one JSON object a line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import numpy as np

from features.lists.columns import rank_of
from features.lists.errors import NoEmailColumn, UnreadableList
from features.lists.limits import ScanLimits
from features.lists.rows import FIELDS, Chunk, column_of, text_of

_TRIED_ROWS: Final = 1_000


@dataclass
class _Rows:
    """Rows that wait to be a chunk."""

    lines: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    cells: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FIELDS})

    def __len__(self) -> int:
        return len(self.lines) + len(self.unreadable)

    def add(self, number: int, row: dict[str, str] | None) -> None:
        """Add the row of a line; None is one that cannot be read."""
        if row is None:
            self.unreadable.append(number)
            return
        self.lines.append(number)
        for name, texts in self.cells.items():
            texts.append(row.get(name, ""))

    def chunk(self, fields: set[str]) -> Chunk:
        """Return the rows; `fields` are those seen so far."""
        told = {name: column_of(texts) for name, texts in self.cells.items() if name in fields}
        lines, unreadable = (np.array(n, dtype=np.int64) for n in (self.lines, self.unreadable))
        return Chunk(told, lines, unreadable, frozenset(fields))


def read_ndjson(lines: Iterator[str], limits: ScanLimits) -> Iterator[Chunk]:
    """Yield the chunks of an NDJSON list; blank lines do not count.

    Raises `NoEmailColumn` when none of the first 1,000 objects has an address, and
    `UnreadableList` for an empty list.
    """
    rows, fields, seen = _Rows(), set[str](), 0
    for number, row in _rows(lines):
        seen += 1
        fields.update(row or ())
        rows.add(number, row)
        if seen >= _TRIED_ROWS and "email" not in fields:
            break
        if len(rows) >= limits.chunk_rows and "email" in fields:
            yield rows.chunk(fields)
            rows = _Rows()
    if not seen:
        raise UnreadableList("the list is empty")
    if "email" not in fields:
        raise NoEmailColumn("no object has a member 'email'")
    if len(rows):
        yield rows.chunk(fields)


def _rows(lines: Iterator[str]) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Yield the number of each line that is not blank, and its known members."""
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(lines, start=1):
        text = line.strip("\ufeff \t\x00")
        if not text:
            continue
        try:
            row = decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            yield number, None
            continue
        yield number, _known(row) if isinstance(row, dict) else None


def _known(row: dict[Any, Any]) -> dict[str, str]:
    """Return the texts of the known members of an object.

    Without an address among them, the objects inside of it are looked into, one level deep: APIs put
    members into `attributes`, `properties` and the like.
    """
    found = _members(row)
    if "email" not in found:
        for inner in row.values():
            if isinstance(inner, dict):
                found = _members(inner) | found
    return found


def _members(row: dict[Any, Any]) -> dict[str, str]:
    best: dict[str, tuple[int, bool, int, str]] = {}
    for key, value in row.items():
        known = rank_of(str(key))
        if known is not None:
            name, line, place = known
            text = text_of(value)
            choice = (line, not text, place, text)
            best[name] = min(best.get(name, choice), choice)
    return {name: choice[3] for name, choice in best.items()}
