"""A list's bytes into chunks of rows, by format."""

from collections.abc import Iterator
from typing import BinaryIO

from features.lists.delimited import read_delimited
from features.lists.errors import UnreadableList
from features.lists.limits import ScanLimits
from features.lists.ndjson import read_ndjson
from features.lists.parquet import read_parquet
from features.lists.rows import Chunk
from features.lists.streams import blocks_of, lines_of


def read_chunks(file: BinaryIO, fmt: str, limits: ScanLimits) -> Iterator[Chunk]:
    """Yield the rows of a seekable file; `fmt` is `csv`, `ndjson` (maybe gzipped) or `parquet`.

    Raises `UnreadableList` for what is no list.
    """
    match fmt:
        case "csv":
            return read_delimited(blocks_of(file, limits, fmt), limits)
        case "ndjson":
            return read_ndjson(lines_of(file, limits, fmt), limits)
        case "parquet":
            return read_parquet(file, limits)
    raise UnreadableList(f"unknown list format {fmt!r}; send csv, ndjson or parquet")
