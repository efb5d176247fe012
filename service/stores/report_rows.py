"""Rows of the reports that receivers send on sending domains."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from features.hashing import key64
from features.sources.report import Report
from service.stores import schema
from service.stores.dialects import Columns, Dialect
from service.stores.times import to_us

_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_DECODER: Final = msgspec.json.Decoder(Report)


def keep(
    connection: Connection, dialect: Dialect, reports: Sequence[Report], received_at: datetime
) -> int:
    """Keep the rows that were not kept before; a row is known by all it says."""
    bodies = [_ENCODER.encode(report).decode() for report in reports]
    found = {
        key64("report", body): (report, body) for report, body in zip(reports, bodies, strict=True)
    }
    if not found:
        return 0
    hashes = sorted(found)
    columns: Columns = {
        "hash": hashes,
        "domain": [found[h][0].domain[:255] for h in hashes],
        "received_us": [to_us(received_at)] * len(hashes),
        "body": [found[h][1] for h in hashes],
    }
    inserted = dialect.upsert(
        connection, schema.DOMAIN_REPORTS, columns, "NOTHING", returning="hash"
    )
    return len(inserted)


def newest(connection: Connection, domain: str | None, limit: int) -> tuple[Report, ...]:
    table = schema.DOMAIN_REPORTS
    query = select(table.c.body)
    if domain is not None:
        query = query.where(table.c.domain == domain)
    rows = connection.scalars(query.order_by(table.c.received_us.desc(), table.c.hash).limit(limit))
    return tuple(_DECODER.decode(body) for body in rows)
