"""Tiles and rows beside them, one by one or added up between cuts. Each function runs in a transaction."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from sqlalchemy import Connection

from features.bounces.tally import FAILURES
from features.tiles import COUNTERS, TileRows
from features.windows import Grain
from service.stores.dialects import Dialect

_COLUMNS: Final = {"tiles": COUNTERS, "failures": FAILURES}


def read(
    connection: Connection,
    dialect: Dialect,
    table: str,
    entities: Iterable[int],
    grain: Grain,
    first_slot: int,
    last_slot: int,
    cuts: Sequence[int] | None = None,
) -> TileRows:
    """Return rows of `tiles` or `failures`, sorted by (entity, slot).

    With `cuts` the database adds up all rows of an entity from one cut (or the first slot) to the
    next, into one that stands where they begin: a window that begins on a cut has the same sum.
    """
    names = _COLUMNS[table]
    slot, columns, rest = "slot", ", ".join(names), "ORDER BY entity, slot"
    if cuts is not None:
        slot = f"{_begin(sorted({int(first_slot), *map(int, cuts)}))} AS begun"
        # PostgreSQL adds BIGINTs up to a NUMERIC.
        columns = ", ".join(f"CAST(SUM({name}) AS BIGINT)" for name in names)
        rest = "GROUP BY entity, begun ORDER BY entity, begun"
    rows = dialect.select_in(
        connection,
        f"SELECT entity, {slot}, {columns} FROM {table} WHERE grain = {grain.value} "  # noqa: S608
        f"AND slot BETWEEN {int(first_slot)} AND {int(last_slot)} AND entity",
        list(entities),
        rest,
    )
    found = np.array(rows, dtype=np.int64).reshape(-1, 2 + len(names))
    return TileRows(entities=found[:, 0], slots=found[:, 1], counts=found[:, 2:])


def _begin(places: Sequence[int]) -> str:
    """Return the SQL of the last place that is not after a row's slot."""
    if len(places) == 1:
        return str(places[0])
    cases = " ".join(f"WHEN slot >= {place} THEN {place}" for place in reversed(places[1:]))
    return f"CASE {cases} ELSE {places[0]} END"
