"""Parquet lists, one row group at a time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from features.lists.columns import place_columns
from features.lists.errors import UnreadableList
from features.lists.footer import read_footer
from features.lists.limits import ScanLimits
from features.lists.rows import MAX_CELL, Chunk, chunks_of_frame, first_filled

if TYPE_CHECKING:
    import polars as pl


def read_parquet(file: BinaryIO, limits: ScanLimits) -> Iterator[Chunk]:
    """Yield the chunks of a Parquet list; only known, flat columns are read.

    Polars is imported when such a list comes. Raises `UnreadableList`.
    """
    import polars as pl

    footer = read_footer(file, limits)
    places, has_header = place_columns(footer.names)
    if not has_header:
        raise UnreadableList("a Parquet column is named by an address; name it 'email'")
    names = {field: [footer.names[index] for index in columns] for field, columns in places.items()}
    footer.check(file, {name for columns in names.values() for name in columns}, limits)
    first = 0
    for rows in footer.group_rows:
        try:
            group = _group(file, names, first, rows)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            raise UnreadableList(f"the Parquet file cannot be read: {str(error)[:200]}") from error
        first += rows
        yield from chunks_of_frame(group, limits.chunk_rows, None)


def _group(file: BinaryIO, names: dict[str, list[str]], first: int, rows: int) -> "pl.DataFrame":
    import polars as pl

    file.seek(0)
    lazy = pl.scan_parquet(file, use_statistics=False).select(
        list(dict.fromkeys(name for columns in names.values() for name in columns))
    )
    frame = lazy.slice(first, rows).collect()
    texts = frame.select(_as_text(column) for column in frame.get_columns())
    every = pl.all().fill_null("")
    short = texts.select(
        pl.when(every.str.len_chars() <= MAX_CELL).then(every).otherwise(pl.lit(""))
    )
    return short.select(
        first_filled([*map(pl.col, columns)]).alias(field) for field, columns in names.items()
    )


def _as_text(column: "pl.Series") -> "pl.Series":
    """Write times as ISO 8601 in UTC; what is no text, number or time becomes null."""
    import polars as pl

    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        column = column.dt.convert_time_zone("UTC") if kind.time_zone else column
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S")
    if kind == pl.Binary:
        return pl.Series(column.name, [_decoded(cell) for cell in column.to_list()], pl.String)
    if kind.is_nested() or kind == pl.Boolean:
        return pl.Series(column.name, [None] * len(column), pl.String)
    return column.cast(pl.String, strict=False)


def _decoded(cell: bytes | None) -> str | None:
    return None if cell is None else cell.decode("utf-8", "replace")
