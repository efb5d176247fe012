"""Lists as one JSON object a line."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from features.lists.columns import field_of
from features.lists.errors import NoEmailColumn, UnreadableList
from features.lists.limits import ScanLimits
from features.lists.rows import FIELDS, Chunk, column_of, text_of

_TRIED_ROWS: Final = 1_000


def read_ndjson(lines: Iterator[str], limits: ScanLimits) -> Iterator[Chunk]:
    """Yield the chunks of an NDJSON list; blank lines do not count.

    Raises `NoEmailColumn` when none of the first 1,000 objects has an address, and
    `UnreadableList` for an empty list or a JSON array.
    """
    cells: dict[str, list[str]] = {field: [] for field in FIELDS}
    fields: set[str] = set()
    unreadable = seen = 0
    for row in _rows(lines):
        seen += 1
        if row is None:
            unreadable += 1
        else:
            fields.update(row)
            for field in FIELDS:
                cells[field].append(row.get(field, ""))
        if seen >= _TRIED_ROWS and "email" not in fields:
            break
        if len(cells["email"]) + unreadable >= limits.chunk_rows:
            yield _chunk(cells, unreadable, fields)
            cells, unreadable = {field: [] for field in FIELDS}, 0
    if not seen:
        raise UnreadableList("the list is empty")
    if "email" not in fields:
        raise NoEmailColumn("no object has a member 'email'")
    if cells["email"] or unreadable:
        yield _chunk(cells, unreadable, fields)


def _chunk(cells: dict[str, list[str]], unreadable: int, fields: set[str]) -> Chunk:
    told = {field: column_of(texts) for field, texts in cells.items() if field in fields}
    return Chunk(told, unreadable, frozenset(fields))


def _rows(lines: Iterator[str]) -> Iterator[dict[str, str] | None]:
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(lines):
        text = line.strip("\ufeff \t\x00")
        if not text:
            continue
        if number == 0 and text.startswith("["):
            raise UnreadableList("a JSON array; send one object a line (NDJSON)")
        try:
            row = decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            yield None
            continue
        yield _known(row) if isinstance(row, dict) else None


def _known(row: dict[object, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in row.items():
        field = _field(str(key)[:128])
        if field is not None:
            found.setdefault(field, text_of(value))
    return found


_field = lru_cache(maxsize=4_096)(field_of)
