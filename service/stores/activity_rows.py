"""Which accounts sent to which providers from which IPs lately. Each function runs in a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select, tuple_

from features.windows import Grain
from service.stores import schema
from service.stores.contract import Active, ActiveKind, StampedEvent
from service.stores.dialects import Columns, Dialect

_CHANGE: Final = (
    "UPDATE SET last_hour = excluded.last_hour WHERE activity.last_hour < excluded.last_hour"
)


def keep_activity(
    connection: Connection,
    dialect: Dialect,
    events: Sequence[StampedEvent],
    received_at: datetime,
) -> None:
    """Note the pairs of a batch; a pair is written once an hour."""
    hour = Grain.HOUR.slot(int(received_at.timestamp()))
    pairs: set[tuple[str, str, str]] = set()
    for stamped in events:
        event = stamped.event
        provider = event.mailbox_provider or "unknown"
        pairs.add((ActiveKind.ACCOUNT, event.account_id, provider))
        if event.sending_ip:
            pairs.add((ActiveKind.IP, event.sending_ip, provider))
            pairs.add((ActiveKind.ACCOUNT_IP, event.account_id, event.sending_ip))
    kinds, subjects, parts = zip(*sorted(pairs), strict=True)
    columns: Columns = {
        "kind": kinds,
        "subject": subjects,
        "part": parts,
        "last_hour": [hour] * len(kinds),
    }
    dialect.upsert(connection, schema.ACTIVITY, columns, _CHANGE)


def active(
    connection: Connection,
    kind: str,
    since_hour: int,
    subject: str | None,
    part: str | None,
    limit: int,
) -> tuple[Active, ...]:
    table = schema.ACTIVITY
    query = (
        select(table.c.subject, table.c.part, table.c.last_hour)
        .where(table.c.kind == kind, table.c.last_hour >= since_hour)
        .order_by(table.c.last_hour.desc(), table.c.subject, table.c.part)
        .limit(limit)
    )
    if subject is not None:
        query = query.where(table.c.subject == subject)
    if part is not None:
        query = query.where(table.c.part == part)
    return tuple(
        Active(subject=row[0], part=row[1], last_hour=row[2]) for row in connection.execute(query)
    )


def active_page(
    connection: Connection,
    kind: str,
    since_hour: int,
    subject: str | None,
    part: str | None,
    after: Active | None,
    limit: int,
) -> tuple[Active, ...]:
    """Read in the order of the primary key, so that pages neither overlap nor leave gaps."""
    table = schema.ACTIVITY
    query = (
        select(table.c.subject, table.c.part, table.c.last_hour)
        .where(table.c.kind == kind, table.c.last_hour >= since_hour)
        .order_by(table.c.subject, table.c.part)
        .limit(limit)
    )
    if subject is not None:
        query = query.where(table.c.subject == subject)
    if part is not None:
        query = query.where(table.c.part == part)
    if after is not None:
        query = query.where(tuple_(table.c.subject, table.c.part) > (after.subject, after.part))
    return tuple(
        Active(subject=row[0], part=row[1], last_hour=row[2]) for row in connection.execute(query)
    )


def active_parts(connection: Connection, kind: str, since_hour: int, limit: int) -> tuple[str, ...]:
    table = schema.ACTIVITY
    query = (
        select(table.c.part)
        .where(table.c.kind == kind, table.c.last_hour >= since_hour)
        .group_by(table.c.part)
        .order_by(func.max(table.c.last_hour).desc(), func.count().desc(), table.c.part)
        .limit(limit)
    )
    return tuple(connection.scalars(query))


def active_subjects(connection: Connection, kind: str, since_hour: int) -> tuple[str, ...]:
    table = schema.ACTIVITY.c
    query = (
        select(table.subject)
        .where(table.kind == kind, table.last_hour >= since_hour)
        .distinct()
        .order_by(table.subject)
    )
    return tuple(connection.scalars(query))


def active_at(
    connection: Connection, kind: str, since_hour: int, parts: Sequence[str]
) -> tuple[Active, ...]:
    table = schema.ACTIVITY.c
    query = (
        select(table.subject, table.part, table.last_hour)
        .where(table.kind == kind, table.last_hour >= since_hour)
        .where(func.lower(table.part).in_(parts))
        .order_by(table.subject, table.part)
    )
    return tuple(
        Active(subject=row[0], part=row[1], last_hour=row[2]) for row in connection.execute(query)
    )
