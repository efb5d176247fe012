"""Failures by class, and what servers said of senders: rows beside the tiles, of the same slots."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection

from features.bounces.tally import FAILURES, KINDS_COUNTED
from features.tiles import entities_of
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
