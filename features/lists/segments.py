"""Slices of a list large enough to name. Small ones would let a trap be told by elimination."""

from collections.abc import Sequence
from typing import Final

from features.lists.cells import DIMENSIONS, Cell
from features.lists.counting import Counts
from features.records import Segment

MIN_ROWS: Final = 200
_TOP: Final = 8


def segments_of(
    cells: Sequence[Cell], domains: Counts, min_rows: int = MIN_ROWS
) -> tuple[Segment, ...]:
    """Return the segments of the well-formed rows, by what their cells tell and by domain.

    A group of fewer than `min_rows` rows is left out, as is a dimension with one value alone.
    """
    groups: dict[str, list[tuple[str, int]]] = {
        by: _by(cells, place) for place, by in enumerate(DIMENSIONS)
    }
    groups["domain"] = _largest(domains)
    return tuple(
        Segment(by=by, value=value[:64], rows=rows)
        for by, counts in groups.items()
        if len(counts) > 1
        for value, rows in counts
        if rows >= min_rows
    )


def _by(cells: Sequence[Cell], place: int) -> list[tuple[str, int]]:
    rows: dict[str, int] = {}
    for cell in cells:
        rows[cell.values[place]] = rows.get(cell.values[place], 0) + cell.rows
    return sorted(rows.items(), key=lambda item: (-item[1], item[0]))


def _largest(counts: Counts) -> list[tuple[str, int]]:
    """Return the largest groups, by name where they are equal, and the others together."""
    ranked = sorted(counts.by_key.items(), key=lambda item: (-item[1], item[0]))
    named = ranked[:_TOP]
    rest = counts.total - sum(rows for _, rows in named)
    return [*named, ("others", rest)]
