"""Changes, endpoints and deliveries in the tables. Each function runs in a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from service.outbox.changes import Change
from service.outbox.endpoints import Delivery, Endpoint
from service.stores import schema
from service.stores.contract import EndpointState
from service.stores.dialects import Columns, Dialect
from service.stores.times import from_us, to_us

_ENCODE: Final = msgspec.msgpack.encode
_CHANGE: Final = msgspec.msgpack.Decoder(Change)
_ENDPOINT: Final = msgspec.msgpack.Decoder(Endpoint)
_DELIVERY: Final = msgspec.msgpack.Decoder(Delivery)
_LOCK: Final = 0x5E4D_0003
_WAITING: Final = "waiting"
_DEAD: Final = "dead"
# Of what a receiver has not got, so many of the newest are asked for the last error.
_LOOKED_AT: Final = 50
_C: Final = schema.CHANGES.c
_E: Final = schema.ENDPOINTS.c
_D: Final = schema.DELIVERIES.c


def add_changes(connection: Connection, dialect: Dialect, changes: Sequence[Change]) -> None:
    """Store changes with the transaction that makes them.

    Ids are in the order of commits: a writer holds the lock until its own commit, so that no reader
    passes over a change that commits after a later one.
    """
    if not changes:
        return
    if dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = connection.scalar(select(func.max(_C.change_id))) or 0
    for number, change in enumerate(changes, last + 1):
        stored = msgspec.structs.replace(change, change_id=number)
        connection.execute(
            insert(schema.CHANGES).values(
                change_id=number,
                account_id=change.account_id,
                type=change.type,
                at_us=to_us(change.at),
                body=_ENCODE(stored),
            )
        )


def changes(
    connection: Connection,
    after: int,
    limit: int,
    account_id: str | None = None,
    types: Sequence[str] = (),
) -> tuple[Change, ...]:
    chosen = select(_C.body).where(_C.change_id > after).order_by(_C.change_id).limit(limit)
    if account_id is not None:
        chosen = chosen.where(_C.account_id == account_id)
    if types:
        chosen = chosen.where(_C.type.in_(types))
    return tuple(_CHANGE.decode(body) for body in connection.scalars(chosen))


def newest_change(connection: Connection) -> int:
    return connection.scalar(select(func.max(_C.change_id))) or 0


def put_endpoint(connection: Connection, endpoint: Endpoint) -> Endpoint:
    """Add a receiver; it is told of what happens from now on."""
    stored = msgspec.structs.replace(endpoint, cursor=newest_change(connection))
    connection.execute(
        insert(schema.ENDPOINTS).values(
            webhook_id=endpoint.webhook_id,
            cursor=stored.cursor,
            leased_until_us=0,
            body=_ENCODE(stored),
        )
    )
    return stored


def endpoints(connection: Connection) -> tuple[Endpoint, ...]:
    rows = connection.execute(select(_E.body, _E.cursor).order_by(_E.webhook_id))
    return tuple(
        msgspec.structs.replace(_ENDPOINT.decode(body), cursor=cursor) for body, cursor in rows
    )


def drop_endpoint(connection: Connection, webhook_id: str) -> bool:
    connection.execute(delete(schema.DELIVERIES).where(_D.webhook_id == webhook_id))
    found = connection.execute(delete(schema.ENDPOINTS).where(_E.webhook_id == webhook_id))
    return found.rowcount > 0


def lease_endpoint(
    connection: Connection, webhook_id: str, holder: str, at: datetime, until: datetime
) -> bool:
    """Take or renew the lease on an endpoint; False while another process holds it."""
    free = or_(_E.leased_by == holder, _E.leased_until_us <= to_us(at), _E.leased_by.is_(None))
    taken = connection.execute(
        update(schema.ENDPOINTS)
        .where(_E.webhook_id == webhook_id, free)
        .values(leased_by=holder, leased_until_us=to_us(until))
    )
    return taken.rowcount > 0


def advance(
    connection: Connection,
    dialect: Dialect,
    webhook_id: str,
    cursor: int,
    queued: Sequence[Delivery],
) -> None:
    """Note that all changes up to `cursor` are delivered but for those that are queued."""
    known = connection.execute(
        update(schema.ENDPOINTS).where(_E.webhook_id == webhook_id).values(cursor=cursor)
    )
    if known.rowcount:
        for delivery in queued:
            _put(connection, dialect, delivery)


def _put(connection: Connection, dialect: Dialect, delivery: Delivery) -> None:
    columns: Columns = {
        "webhook_id": [delivery.webhook_id],
        "change_id": [delivery.change_id],
        "account_id": [delivery.account_id],
        "state": [delivery.state],
        "next_us": [to_us(delivery.next_at)],
        "body": [_ENCODE(delivery)],
    }
    dialect.upsert(
        connection,
        schema.DELIVERIES,
        columns,
        "UPDATE SET state = excluded.state, next_us = excluded.next_us, body = excluded.body",
    )


def count_delivered(
    connection: Connection, webhook_id: str, delivered: int, at: datetime | None
) -> None:
    """Add to what was delivered to a receiver, lastly `at`."""
    if delivered:
        times = {} if at is None else {"delivered_us": to_us(at)}
        chosen = update(schema.ENDPOINTS).where(_E.webhook_id == webhook_id)
        connection.execute(chosen.values(delivered=_E.delivered + delivered, **times))


def endpoint_states(connection: Connection) -> tuple[EndpointState, ...]:
    """Return how deliveries to each receiver fare."""
    rows = connection.execute(select(_E.webhook_id, _E.delivered, _E.delivered_us))
    told = {webhook_id: (count, at_us) for webhook_id, count, at_us in rows}
    return tuple(
        _state(connection, endpoint, *told.get(endpoint.webhook_id, (0, 0)))
        for endpoint in endpoints(connection)
    )


def _state(
    connection: Connection, endpoint: Endpoint, delivered: int, delivered_us: int
) -> EndpointState:
    mine = _D.webhook_id == endpoint.webhook_id
    rows = connection.execute(select(_D.state, func.count()).where(mine).group_by(_D.state))
    counts = {row[0]: row[1] for row in rows}
    behind = connection.scalar(
        select(func.count()).select_from(schema.CHANGES).where(_C.change_id > endpoint.cursor)
    )
    newest = select(_D.body).where(mine).order_by(_D.next_us.desc(), _D.change_id).limit(_LOOKED_AT)
    tried = [one for one in map(_DELIVERY.decode, connection.scalars(newest)) if one.attempts]
    waits = [one.next_at for one in tried if one.state == _WAITING]
    return EndpointState(
        endpoint=endpoint,
        delivered=delivered,
        delivered_at=from_us(delivered_us) if delivered_us else None,
        waiting=counts.get(_WAITING, 0),
        dead=counts.get(_DEAD, 0),
        behind=behind or 0,
        error=tried[0].error if tried else "",
        next_at=min(waits, default=None),
    )


def accounts_waiting(connection: Connection, webhook_id: str) -> tuple[str, ...]:
    """Return the accounts that have a change waiting at an endpoint."""
    chosen = select(_D.account_id).distinct()
    rows = connection.scalars(chosen.where(_D.webhook_id == webhook_id, _D.state == _WAITING))
    return tuple(rows)


def due(
    connection: Connection, webhook_id: str, at: datetime, limit: int
) -> tuple[tuple[Delivery, Change], ...]:
    """Return the oldest waiting change of each account, where it is due, in order."""
    oldest = (
        select(func.min(_D.change_id).label("change_id"))
        .where(_D.webhook_id == webhook_id, _D.state == _WAITING)
        .group_by(_D.account_id)
        .subquery()
    )
    rows = connection.execute(
        select(_D.body, _C.body)
        .join(oldest, oldest.c.change_id == _D.change_id)
        .join(schema.CHANGES, _C.change_id == _D.change_id)
        .where(_D.webhook_id == webhook_id, _D.next_us <= to_us(at))
        .order_by(_D.change_id)
        .limit(limit)
    )
    return tuple((_DELIVERY.decode(body), _CHANGE.decode(change)) for body, change in rows)


def settle(
    connection: Connection, dialect: Dialect, delivery: Delivery, later: Delivery | None
) -> None:
    """Forget a delivery that was made, or note when it is tried again."""
    if later is not None:
        _put(connection, dialect, later)
        return
    mine = (_D.webhook_id == delivery.webhook_id, _D.change_id == delivery.change_id)
    connection.execute(delete(schema.DELIVERIES).where(*mine))


def undelivered(
    connection: Connection, webhook_id: str, limit: int
) -> tuple[tuple[Delivery, Change], ...]:
    """Return what an endpoint has not got, the oldest first: dead, and waiting."""
    rows = connection.execute(
        select(_D.body, _C.body)
        .join(schema.CHANGES, _C.change_id == _D.change_id)
        .where(_D.webhook_id == webhook_id)
        .order_by(_D.state, _D.change_id)
        .limit(limit)
    )
    return tuple((_DELIVERY.decode(body), _CHANGE.decode(change)) for body, change in rows)


def redeliver(connection: Connection, dialect: Dialect, webhook_id: str, at: datetime) -> int:
    """Let the dead deliveries of an endpoint be tried again, now; return how many."""
    bodies = connection.scalars(
        select(_D.body).where(_D.webhook_id == webhook_id, _D.state == _DEAD)
    ).all()
    for body in bodies:
        again = msgspec.structs.replace(
            _DELIVERY.decode(body), state=_WAITING, attempts=0, next_at=at
        )
        _put(connection, dialect, again)
    return len(bodies)
