"""Delimited lines without quotes, read by Polars: ten times faster than csv's reader.

Only what both read alike is read here; everything else is left to csv's reader.
"""

import io
from typing import Final

import numpy as np
import polars as pl

from features.lists.columns import Places
from features.lists.rows import MAX_CELL, first_filled
from features.lists.streams import has_longer_line

# A cell beyond csv's own limit is an unreadable row; such lines are left to csv's reader.
_MAX_LINE: Final = 100_000
_LINE_END: Final = 10


def plain_columns(block: bytes, delimiter: str, places: Places) -> pl.DataFrame | None:
    """Return the columns of the fields at `places` of a block of whole lines, by field.

    None where csv's reader is needed: quotes, NULs, blank rows, endless lines.
    """
    if b'"' in block or b"\x00" in block or not _is_plain_delimiter(delimiter):
        return None
    if has_longer_line(block, _MAX_LINE, b"\n"):
        return None
    frame = _parsed(block, delimiter, places)
    if frame is None or frame.height != _lines(block):
        return None
    cells = frame.select(**_tidied(frame, places, indented=b" " in block))
    if (cells["email"] == "").any():
        # A row of empty cells alone does not count; whether these are, the other columns tell.
        empty = cells.select(pl.all_horizontal(pl.all() == ""))
        if empty.to_series().any():
            return None
    return cells


def _is_plain_delimiter(delimiter: str) -> bool:
    return len(delimiter) == 1 and delimiter.isascii() and delimiter not in "\r\n "


def _lines(data: bytes) -> int:
    ends = np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == _LINE_END)
    return int(ends) + (not data.endswith(b"\n"))


def _parsed(data: bytes, delimiter: str, places: Places) -> pl.DataFrame | None:
    """Return the columns at `places`, named by their index; None where Polars reads no table."""
    wanted = {index for columns in places.values() for index in columns}
    width = max(wanted) + 1
    try:
        return pl.read_csv(
            io.BytesIO(data),
            has_header=False,
            columns=[_name(index) for index in sorted(wanted)],
            schema={_name(index): pl.String for index in range(width)},
            separator=delimiter,
            quote_char=None,
            truncate_ragged_lines=True,
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None


def _tidied(frame: pl.DataFrame, places: Places, *, indented: bool) -> dict[str, pl.Expr]:
    """Return what csv's reader leaves, by field: no spaces ahead, nothing that is too long.

    `indented` tells whether a cell may begin with a space.
    """
    facts = [pl.all().str.len_bytes().max().name.suffix(" long")]
    if indented:
        facts.append(pl.all().str.starts_with(" ").any().name.suffix(" indented"))
    asked = frame.select(facts).row(0, named=True)

    def tidied(index: int) -> pl.Expr:
        name = _name(index)
        text = pl.col(name).fill_null("")
        if asked.get(f"{name} indented"):
            text = text.str.strip_chars_start(" ")
        if (asked[f"{name} long"] or 0) > MAX_CELL:
            text = pl.when(text.str.len_chars() <= MAX_CELL).then(text).otherwise(pl.lit(""))
        return text

    return {field: first_filled([*map(tidied, columns)]) for field, columns in places.items()}


def _name(index: int) -> str:
    """Return the name that Polars gives to a column without one."""
    return f"column_{index + 1}"
