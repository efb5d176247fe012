"""What a Parquet file says of itself, checked before anything is unpacked.

A reader allocates what page headers promise. So they are walked first: a file that would unpack to
more than the limits is refused, whatever its footer claims.
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from features.lists.errors import ListTooLarge, UnreadableList
from features.lists.foreign import refuse_foreign
from features.lists.limits import ScanLimits
from features.lists.thrift import BadThrift, Compact, Struct

_MAGIC: Final = b"PAR1"
_HEADER_BYTES: Final = 65_536
_DELTA_BYTE_ARRAY: Final = 7
_DICTIONARY_PAGE: Final = 2
# Where a page header keeps its page's own header, by page type (data, index, dictionary, data v2).
_OWN_HEADER: Final = {0: 5, 1: 6, 2: 7, 3: 8}
_OWN_ENCODING: Final = {0: 2, 2: 2, 3: 4}
# What comes of fields that are missing or of another type than the format says.
_MALFORMED: Final = (BadThrift, KeyError, TypeError, AttributeError, IndexError)


@dataclass(frozen=True)
class Footer:
    """The flat columns by name, and the rows of each row group."""

    names: tuple[str, ...]
    group_rows: tuple[int, ...]
    _groups: tuple[dict[str, Struct], ...]
    _size: int

    def check(self, file: BinaryIO, names: set[str], limits: ScanLimits) -> None:
        """Walk the pages of `names`. Raises `UnreadableList` when they lie or pass the limits."""
        if sum(self.group_rows) > limits.max_rows:
            raise ListTooLarge(f"more than {limits.max_rows:,} rows; send it in parts")
        for rows, columns in zip(self.group_rows, self._groups, strict=True):
            if rows > limits.max_group_rows:
                raise ListTooLarge(
                    f"a row group of more than {limits.max_group_rows:,} rows; write smaller ones"
                )
            unpacked = 0
            for name in names:
                if name not in columns:
                    raise UnreadableList(f"a row group lacks column {name[:60]!r}")
                for page in _page_sizes(file, columns[name], rows, self._size):
                    unpacked += page
                    if page > limits.max_page_bytes or unpacked > limits.max_group_bytes:
                        raise ListTooLarge("a Parquet page or row group unpacks to too many bytes")


def read_footer(file: BinaryIO, limits: ScanLimits) -> Footer:
    """Read the footer. Raises `UnreadableList` when there is none or it is malformed."""
    size = file.seek(0, 2)
    if size < 12:
        raise UnreadableList("not a Parquet file")
    refuse_foreign(_read(file, 0, _HEADER_BYTES), fmt="parquet")
    head, tail = _read(file, 0, 4), _read(file, size - 8, 8)
    if head == _MAGIC and tail[4:] != _MAGIC:
        raise UnreadableList("not a Parquet file, or the end of one is missing: send it again")
    if head != _MAGIC:
        raise UnreadableList("not a Parquet file")
    length = int.from_bytes(tail[:4], "little")
    if length > limits.max_footer_bytes:
        raise ListTooLarge("the Parquet footer is too large: too many columns or row groups")
    if length > size - 12:
        raise UnreadableList("the Parquet footer is broken")
    try:
        return _footer(Compact(_read(file, size - 8 - length, length)).struct(), size, limits)
    except _MALFORMED as error:
        raise UnreadableList(f"the Parquet footer is broken: {str(error)[:100]}") from error


def _read(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)


def _footer(meta: Struct, size: int, limits: ScanLimits) -> Footer:
    if len(meta[2]) > limits.max_columns + 1:
        raise ListTooLarge(f"more than {limits.max_columns:,} columns")
    names = tuple(name for name, element in _top_level(meta[2]) if 5 not in element)
    groups = tuple(
        {
            column[3][3][0].decode("utf-8", "replace"): column[3]
            for column in group[1]
            if len(column[3][3]) == 1
        }
        for group in meta[4]
    )
    rows = tuple(int(group[3]) for group in meta[4])
    if any(n < 0 for n in rows) or int(meta[3]) != sum(rows):
        raise UnreadableList("the Parquet footer contradicts itself on its rows")
    return Footer(names, rows, groups, size)


def _top_level(schema: list[Struct]) -> Iterator[tuple[str, Struct]]:
    """Yield the root's children by name; the schema is a tree written in depth-first order."""
    skip = 0
    for element in schema[1:]:
        if skip == 0:
            yield element[4].decode("utf-8", "replace"), element
        else:
            skip -= 1
        skip += element.get(5, 0)


def _page_sizes(file: BinaryIO, column: Struct, rows: int, size: int) -> list[int]:
    """Return the unpacked bytes of each page of a column chunk."""
    try:
        return list(_pages(file, column, rows, size))
    except _MALFORMED as error:
        raise UnreadableList(f"a Parquet page header is broken: {str(error)[:100]}") from error


def _pages(file: BinaryIO, column: Struct, rows: int, size: int) -> Iterator[int]:
    start = column[9]
    if 0 < column.get(11, 0) < start:
        start = column[11]
    if column[5] != rows:
        raise UnreadableList("a Parquet column has more values than its row group has rows")
    end, values = start + column[7], 0
    if not 0 < start <= end <= size:
        raise UnreadableList("a Parquet column lies outside of the file")
    while start < end and values < rows:
        header, begin = _page_header(file, start, min(end - start, _HEADER_BYTES))
        kind, unpacked, packed = header.get(1), header.get(2, -1), header.get(3, -1)
        if kind not in _OWN_HEADER or unpacked < 0 or packed < 0 or begin + packed > end:
            raise UnreadableList("a Parquet page lies about its size")
        own = header.get(_OWN_HEADER[kind], {})
        # A few bytes of this encoding unpack to megabytes, out of sight of every header.
        if own.get(_OWN_ENCODING.get(kind, 2)) == _DELTA_BYTE_ARRAY:
            raise UnreadableList("the Parquet encoding DELTA_BYTE_ARRAY is not read here")
        values += own.get(1, 0) if kind != _DICTIONARY_PAGE else 0
        start = begin + packed
        yield unpacked
    if values != rows:
        raise UnreadableList("a Parquet column's pages do not add up to its rows")


def _page_header(file: BinaryIO, start: int, size: int) -> tuple[Struct, int]:
    compact = Compact(_read(file, start, size))
    header = compact.struct()
    return header, start + compact.position
