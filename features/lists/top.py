"""The top of a delimited list: titles and comments, the header, the delimiter, where rows begin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from features.lists.columns import Places, address_places, find_columns, shown
from features.lists.errors import ListTooLarge, NoEmailColumn, UnreadableList
from features.lists.limits import ScanLimits
from features.lists.records import Records, read_records

_DELIMITERS: Final = ",;\t|"
_QUOTE: Final = '"'
_MARK: Final = "\ufeff \t\x00"
# Reports put a title, the day and a blank line above the header, seldom more.
_TRIED: Final = 20
_SAMPLE_BYTES: Final = 65_536
# A first row of so many addresses and nothing else is no row: all of them stand on one line.
_ROW_OF_ADDRESSES: Final = 3
_SLASHED: Final = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:\d{2}|\d{4})(?![\d/])")


@dataclass(frozen=True)
class Top:
    """How a list is to be read: `rest` of its first block begins at line `number`.

    `first_rows` are rows above `rest`, of a file without a header. `flat`: each cell is a row.
    `day_first`: dates with slashes begin with the day.
    """

    places: Places
    delimiter: str
    rest: bytes
    number: int
    first_rows: Records = ([], [])
    flat: bool = False
    day_first: bool = False


@dataclass(frozen=True)
class _Line:
    """A row at the top: its number and text, where in the block the next one begins, its cells."""

    number: int
    text: str
    next_start: int
    next_number: int
    delimiter: str
    cells: list[str]


def read_top(block: bytes, limits: ScanLimits) -> Top:
    """Find the header, or the first row, in a block of whole lines. Raises `UnreadableList`.

    The header is the first row with a known name for addresses; where no row has one, the row above
    the first address.
    """
    above: _Line | None = None
    first: _Line | None = None
    for line in islice(_rows(block), _TRIED):
        if len(line.cells) > limits.max_columns:
            raise ListTooLarge(f"more than {limits.max_columns:,} columns")
        first = first or line
        held = address_places(line.cells)
        if held and above is None:
            return _without_header(block, line, held)
        if held and above is not None:
            return _top(block, above, _named(above, line) | {"email": held[:1]}, line.delimiter)
        places = find_columns(line.cells)
        if "email" in places:
            return _top(block, line, places, line.delimiter)
        above = line
    if first is None:
        raise UnreadableList("the list is empty")
    raise NoEmailColumn(f"no column named 'email'; the first row holds: {shown(first.cells)}")


def _top(block: bytes, header: _Line, places: Places, delimiter: str) -> Top:
    return Top(
        places=places,
        delimiter=delimiter,
        rest=block[header.next_start :],
        number=header.next_number,
        day_first=_begins_with_day(block),
    )


def _without_header(block: bytes, line: _Line, held: tuple[int, ...]) -> Top:
    filled = sum(bool(cell.strip()) for cell in line.cells)
    flat = len(held) >= _ROW_OF_ADDRESSES and len(held) == filled
    top = _top(block, line, {"email": (0,) if flat else held[:1]}, line.delimiter)
    return replace(top, first_rows=([line.number], [line.cells]), flat=flat)


def _named(header: _Line, row: _Line) -> Places:
    """Return the known columns of a header above a row, none where it has not as many cells."""
    cells = _cells(header.text, row.delimiter)
    return find_columns(cells) if len(cells) == len(row.cells) else {}


def _rows(block: bytes) -> Iterator[_Line]:
    """Yield the rows that are not blank. Excel may name the delimiter above them, as `sep=;`."""
    told, start, number = None, 0, 1
    while start < len(block):
        line, start = _line(block, start)
        first, text = number, line.strip(_MARK)
        number += 1
        if text[:4].lower() == "sep=" and len(text) <= 5:
            told = line.strip("\ufeff \x00")[4:] or None
        elif text:
            if line.count(_QUOTE) % 2:
                line, start, more = _closed(block, line, start)
                number += more
            line = line.lstrip("\ufeff")
            delimiter = told or _delimiter(line)
            yield _Line(first, line, start, number, delimiter, _cells(line, delimiter))


def _line(block: bytes, start: int) -> tuple[str, int]:
    end = block.find(b"\n", start)
    end = len(block) if end < 0 else end
    return block[start:end].decode(), end + 1


def _closed(block: bytes, line: str, start: int) -> tuple[str, int, int]:
    """Return a row with the lines in which its last cell goes on, and how many these are."""
    whole, after = line, start
    for more in range(1, _TRIED + 1):
        if after >= len(block) or len(whole) > _SAMPLE_BYTES:
            break
        text, after = _line(block, after)
        whole += f"\n{text}"
        if text.count(_QUOTE) % 2:
            return whole, after, more
    return line, start, 0


def _delimiter(line: str) -> str:
    """Return the delimiter that finds most known columns, then the one that occurs most."""
    beginning = line[:_SAMPLE_BYTES]
    return max(_DELIMITERS, key=lambda d: (len(find_columns(_cells(beginning, d))), line.count(d)))


def _cells(line: str, delimiter: str) -> list[str]:
    return next((row or [] for _, rows in _read(line, delimiter) for row in rows), [])


def _read(text: str, delimiter: str) -> Iterator[Records]:
    return read_records((text.split("\n"),), delimiter)


def _begins_with_day(block: bytes) -> bool:
    """Tell whether dates with slashes begin with the day, as more of them tell than do not."""
    dates = _SLASHED.findall(block[:_SAMPLE_BYTES].decode("utf-8", "replace"))
    first, second = (sum(int(date[place]) > 12 for date in dates) for place in (0, 1))
    return first > second
