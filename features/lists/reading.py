"""Rows out of the bytes of a list, in bounded memory whatever the bytes are."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import msgspec

from features.lists.columns import field_of, place_columns
from features.lists.errors import ListTooLarge, NoEmailColumn, UnreadableList
from features.lists.limits import ScanLimits

Row = Mapping[str, object]
FIELDS: Final = ("email", "opted_in_at", "opt_in_ip", "opt_in_source", "last_engaged_at")
_GZIP_MAGIC: Final = b"\x1f\x8b"
_PARQUET_MAGIC: Final = b"PAR1"
_SAMPLE_BYTES: Final = 65_536
_BLOCK_BYTES: Final = 2**18
_DELIMITERS: Final = ",;\t|"
_MAX_CELL: Final = 4_096


def read_rows(file: BinaryIO, fmt: str, limits: ScanLimits) -> Iterator[Row | None]:
    """Yield each row's known cells, None for a row that cannot be read.

    `fmt` is `csv`, `ndjson` or `parquet`. Raises `UnreadableList` for what is no list.
    """
    if fmt == "parquet":
        yield from _parquet_rows(file, limits)
        return
    plain = _Decompressed(file, limits) if _peek(file, 2) == _GZIP_MAGIC else file
    lines = _lines(plain, limits)
    if fmt == "ndjson":
        yield from _ndjson_rows(lines)
    elif fmt == "csv":
        yield from _csv_rows(lines, limits)
    else:
        raise UnreadableList(f"unknown list format {fmt!r}; send csv, ndjson or parquet")


class _Decompressed(io.RawIOBase):
    """A gzip stream that stops when it grows out of all proportion."""

    def __init__(self, file: BinaryIO, limits: ScanLimits) -> None:
        self._file, self._limits = file, limits
        self._gzip = gzip.GzipFile(fileobj=file)
        self._out = 0

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._gzip.read(size)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableList(f"the gzip stream is broken: {error}") from error
        self._out += len(data)
        if self._out > self._limits.ratio_from:
            packed = max(self._file.tell(), 1)
            if self._out > packed * self._limits.ratio:
                raise ListTooLarge(f"unpacks to more than {self._limits.ratio} times its size")
        return data


def _peek(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    head = file.read(size)
    file.seek(0)
    return head


def _lines(file: BinaryIO | _Decompressed, limits: ScanLimits) -> Iterator[str]:
    """Yield lines of text; the encoding is told by a mark, by UTF-8 validity, else Windows-1252."""
    head = file.read(_SAMPLE_BYTES) or b""
    encoding = _encoding(head)
    decoder = io.IncrementalNewlineDecoder(_decoder(encoding), translate=True)
    total, rest, block = 0, "", head
    while block:
        total += len(block)
        if total > limits.max_bytes:
            raise ListTooLarge(f"more than {limits.max_bytes:,} bytes; send it in parts")
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        yield from lines
        if len(rest) > limits.max_line_bytes:
            raise ListTooLarge(f"a line of more than {limits.max_line_bytes:,} characters")
        block = file.read(_BLOCK_BYTES) or b""
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


def _decoder(encoding: str) -> Any:
    import codecs

    return codecs.getincrementaldecoder(encoding)(errors="replace")


def _encoding(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        # The sample may end inside a character.
        head[: max(len(head) - 4, 0)].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _csv_rows(lines: Iterator[str], limits: ScanLimits) -> Iterator[Row | None]:
    first = next((line for line in lines if line.strip("\ufeff \t\x00")), None)
    if first is None:
        raise UnreadableList("the list is empty")
    delimiter = max(_DELIMITERS, key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    if len(header) > limits.max_columns:
        raise ListTooLarge(f"more than {limits.max_columns:,} columns")
    places, has_header = place_columns(header)
    if not has_header:
        yield {"email": header[places["email"]]}
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        if cells:
            yield {field: cells[i] for field, i in places.items() if i < len(cells)}


def _ndjson_rows(lines: Iterator[str]) -> Iterator[Row | None]:
    decode = msgspec.json.Decoder().decode
    seen_email = empty = True
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        empty = False
        try:
            row = decode(line)
        except (msgspec.DecodeError, RecursionError):
            yield None
            continue
        if not isinstance(row, dict):
            yield None
            continue
        known = {field: value for key, value in row.items() if (field := field_of(key)) is not None}
        seen_email = "email" in known if number == 0 else seen_email or "email" in known
        if not seen_email and number >= 100:
            raise NoEmailColumn("no object has a member 'email'")
        yield known
    if empty:
        raise UnreadableList("the list is empty")


def _parquet_rows(file: BinaryIO, limits: ScanLimits) -> Iterator[Row | None]:
    """Read row slices of the known columns only; Polars is imported when such a list comes."""
    import polars as pl

    if _peek(file, 4) != _PARQUET_MAGIC:
        raise UnreadableList("not a Parquet file")
    try:
        lazy = pl.scan_parquet(file)
        names = lazy.collect_schema().names()
        if len(names) > limits.max_columns:
            raise ListTooLarge(f"more than {limits.max_columns:,} columns")
        places, _ = place_columns(names)
        total = int(lazy.select(pl.len()).collect().item())
        if total > limits.max_rows:
            raise ListTooLarge(f"more than {limits.max_rows:,} rows; send it in parts")
        columns = {field: names[index] for field, index in places.items()}
        for first in range(0, total, limits.chunk_rows):
            chunk = lazy.select(columns.values()).slice(first, limits.chunk_rows).collect()
            for row in chunk.iter_rows():
                yield dict(zip(columns, row, strict=True))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, MemoryError) as error:
        raise UnreadableList(f"the Parquet file cannot be read: {str(error)[:200]}") from error


def text_of(value: object) -> str:
    """Return a cell as text; what no cell of a list is becomes empty."""
    if isinstance(value, str):
        return value if len(value) <= _MAX_CELL else ""
    return "" if value is None or isinstance(value, (list, dict)) else str(value)[:_MAX_CELL]
