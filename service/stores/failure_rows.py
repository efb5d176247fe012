"""Failures by class, and what servers said of senders: rows beside the tiles, of the same slots."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection

from features.bounces.tally import FAILURES, KINDS_COUNTED
from features.tiles import TileRows, entities_of
from features.windows import Grain
from service.stores import schema
from service.stores.contract import StampedEvent
from service.stores.dialects import Columns, Dialect

GRAINS: Final = (Grain.HOUR, Grain.DAY)
_ADD: Final = "UPDATE SET " + ", ".join(f"{c} = failures.{c} + excluded.{c}" for c in FAILURES)


def keep_failures(
    connection: Connection, dialect: Dialect, events: Sequence[StampedEvent], received_s: int
) -> None:
    """Add a batch's failures by entity and slot."""
    counts: Counter[tuple[int, int]] = Counter()
    for stamped in events:
        if stamped.failure:
            keys = [key for kind, key in entities_of(stamped.event) if kind in KINDS_COUNTED]
            counts.update((key, place) for key in keys for place in stamped.failure)
    if not counts:
        return
    entities = sorted({entity for entity, _ in counts})
    slots = [
        (entity, grain.value, grain.slot(received_s)) for entity in entities for grain in GRAINS
    ]
    columns: dict[str, Sequence[Any]] = dict(
        zip(("entity", "grain", "slot"), zip(*slots, strict=True), strict=True)
    )
    for place, name in enumerate(FAILURES):
        columns[name] = [counts[entity, place] for entity, _, _ in slots]
    found: Columns = columns
    dialect.upsert(connection, schema.FAILED, found, _ADD)


def failures(
    connection: Connection,
    dialect: Dialect,
    entities: Iterable[int],
    grain: Grain,
    first_slot: int,
    last_slot: int,
) -> TileRows:
    rows = dialect.select_in(
        connection,
        f"SELECT entity, slot, {', '.join(FAILURES)} FROM failures WHERE grain = {grain.value} "  # noqa: S608
        f"AND slot BETWEEN {int(first_slot)} AND {int(last_slot)} AND entity",
        list(entities),
        "ORDER BY entity, slot",
    )
    table = np.array(rows, dtype=np.int64).reshape(-1, 2 + len(FAILURES))
    return TileRows(entities=table[:, 0], slots=table[:, 1], counts=table[:, 2:])
