"""Rows of the events that have no account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from features.hashing import key64
from service.stores import schema
from service.stores.contract import LostCount, LostEvent
from service.stores.dialects import Columns, Dialect
from service.stores.times import from_us, to_us

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(LostEvent)


def keep(
    connection: Connection, dialect: Dialect, events: Sequence[LostEvent], received_at: datetime
) -> int:
    """Keep the events that were not kept before; return how many those were."""
    by_hash = {key64(event.source, event.event_id): event for event in events}
    if not by_hash:
        return 0
    hashes = sorted(by_hash)
    columns: Columns = {
        "hash": hashes,
        "source": [by_hash[h].source for h in hashes],
        "type": [by_hash[h].type.value for h in hashes],
        "received_us": [to_us(received_at)] * len(hashes),
        "body": [_ENCODER.encode(by_hash[h]).decode() for h in hashes],
    }
    inserted = dialect.upsert(connection, schema.UNATTRIBUTED, columns, "NOTHING", returning="hash")
    return len(inserted)


def newest(connection: Connection, source: str | None, limit: int) -> tuple[LostEvent, ...]:
    table = schema.UNATTRIBUTED
    query = select(table.c.body, table.c.received_us)
    if source is not None:
        query = query.where(table.c.source == source)
    rows = connection.execute(query.order_by(table.c.received_us.desc(), table.c.hash).limit(limit))
    return tuple(
        msgspec.structs.replace(_DECODER.decode(body), received_at=from_us(received))
        for body, received in rows
    )


def counts(connection: Connection) -> tuple[LostCount, ...]:
    table = schema.UNATTRIBUTED
    rows = connection.execute(
        select(table.c.source, table.c.type, func.count())
        .group_by(table.c.source, table.c.type)
        .order_by(table.c.source, table.c.type)
    )
    return tuple(LostCount(source=source, type=kind, count=count) for source, kind, count in rows)
