"""Changes, endpoints and deliveries in the tables. Each function runs in a transaction."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from service.stores import schema
from service.stores.contract import Backlog, Change, Delivery, Endpoint
from service.stores.prepared import Prepared
from service.stores.times import from_us, to_us

if TYPE_CHECKING:
    from service.outgoing import News

_LOCK: Final = 0x5E4D_0003
_MAX_ERROR: Final = 300
_C: Final = schema.CHANGES.c
_D: Final = schema.DELIVERIES.c
_E: Final = schema.WEBHOOK_ENDPOINTS.c
_ENDPOINT_IDS: Final = Prepared(select(_E.endpoint_id).order_by(_E.endpoint_id))


def note(connection: Connection, news: "News") -> None:
    """Write a change down, and for every endpoint that it has to get there.

    Numbers are given out in the order of commit: whoever follows them by the greatest one seen
    misses none. SQLite has one writer; on PostgreSQL the lock is held until the commit.
    """
    _in_turn(connection)
    row = {
        "message_id": news.message_id,
        "account_id": news.account_id,
        "type": news.type,
        "made_us": to_us(news.made_at),
        "payload": news.payload,
    }
    added = connection.execute(insert(schema.CHANGES).values(**row))
    seq = added.inserted_primary_key[0]
    deliveries = [
        {
            "endpoint_id": endpoint_id,
            "seq": seq,
            "account_id": news.account_id,
            "dead": 0,
            "attempts": 0,
            "due_us": to_us(news.made_at),
            "error": None,
        }
        for (endpoint_id,) in _ENDPOINT_IDS.rows(connection)
    ]
    if deliveries:
        connection.execute(insert(schema.DELIVERIES), deliveries)


def _in_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def changes(
    connection: Connection, after: int, limit: int, account_id: str | None
) -> tuple[Change, ...]:
    query = select(schema.CHANGES).where(_C.seq > after).order_by(_C.seq).limit(limit)
    if account_id is not None:
        query = query.where(_C.account_id == account_id)
    return tuple(_change(row) for row in connection.execute(query))


def newest_change(connection: Connection) -> int:
    return int(connection.scalar(select(func.max(_C.seq))) or 0)


def add_endpoint(connection: Connection, endpoint: Endpoint) -> None:
    _in_turn(connection)
    connection.execute(
        insert(schema.WEBHOOK_ENDPOINTS).values(
            endpoint_id=endpoint.endpoint_id,
            url=endpoint.url,
            created_us=to_us(endpoint.created_at),
        )
    )


def drop_endpoint(connection: Connection, endpoint_id: str) -> bool:
    _in_turn(connection)
    gone = delete(schema.WEBHOOK_ENDPOINTS).where(_E.endpoint_id == endpoint_id)
    connection.execute(delete(schema.DELIVERIES).where(_D.endpoint_id == endpoint_id))
    return connection.execute(gone).rowcount > 0


def backlogs(connection: Connection) -> tuple[Backlog, ...]:
    counts = (
        select(_D.endpoint_id, func.count().label("rows"), func.sum(_D.dead).label("dead"))
        .group_by(_D.endpoint_id)
        .subquery()
    )
    query = (
        select(schema.WEBHOOK_ENDPOINTS, counts.c.rows, counts.c.dead)
        .outerjoin(counts, counts.c.endpoint_id == _E.endpoint_id)
        .order_by(_E.created_us, _E.endpoint_id)
    )
    return tuple(
        Backlog(
            endpoint=_endpoint(row),
            waiting=int(row.rows or 0) - int(row.dead or 0),
            dead=int(row.dead or 0),
        )
        for row in connection.execute(query)
    )


def due_endpoints(connection: Connection, at: datetime) -> tuple[str, ...]:
    due = select(_D.endpoint_id).where(_D.dead == 0, _D.due_us <= to_us(at)).distinct()
    return tuple(connection.scalars(due.order_by(_D.endpoint_id)))


def claim(
    connection: Connection, endpoint_id: str, at: datetime, until: datetime, limit: int
) -> tuple[Delivery, ...]:
    """Take the oldest delivery of each account where that is due; the claim ends by itself."""
    _in_turn(connection)
    older = schema.DELIVERIES.alias("older")
    before = (
        select(older.c.seq)
        .where(
            older.c.endpoint_id == _D.endpoint_id,
            older.c.account_id == _D.account_id,
            older.c.dead == 0,
            older.c.seq < _D.seq,
        )
        .exists()
    )
    due = (
        _joined()
        .where(_D.endpoint_id == endpoint_id, _D.dead == 0, _D.due_us <= to_us(at), ~before)
        .order_by(_D.seq)
        .limit(limit)
    )
    found = tuple(_delivery(row) for row in connection.execute(due))
    for one in found:
        connection.execute(_this(one).values(due_us=to_us(until)))
    return found


def delivered(connection: Connection, delivery: Delivery) -> None:
    connection.execute(
        delete(schema.DELIVERIES).where(
            _D.endpoint_id == delivery.endpoint.endpoint_id, _D.seq == delivery.change.seq
        )
    )


def put_off(
    connection: Connection, delivery: Delivery, due_at: datetime, error: str | None
) -> None:
    values: dict[str, Any] = {"due_us": to_us(due_at)}
    if error is not None:
        values |= {"attempts": delivery.attempts + 1, "error": error[:_MAX_ERROR]}
    connection.execute(_this(delivery).values(**values))


def give_up(connection: Connection, delivery: Delivery, error: str) -> None:
    connection.execute(
        _this(delivery).values(dead=1, attempts=delivery.attempts + 1, error=error[:_MAX_ERROR])
    )


def dead(connection: Connection, limit: int) -> tuple[Delivery, ...]:
    query = _joined().where(_D.dead == 1).order_by(_D.seq.desc(), _D.endpoint_id).limit(limit)
    return tuple(_delivery(row) for row in connection.execute(query))


def retry_dead(connection: Connection, endpoint_id: str | None, at: datetime) -> int:
    again = update(schema.DELIVERIES).where(_D.dead == 1)
    if endpoint_id is not None:
        again = again.where(_D.endpoint_id == endpoint_id)
    return connection.execute(again.values(dead=0, attempts=0, due_us=to_us(at))).rowcount


def _this(delivery: Delivery) -> Any:
    return update(schema.DELIVERIES).where(
        _D.endpoint_id == delivery.endpoint.endpoint_id, _D.seq == delivery.change.seq
    )


def _joined() -> Select[Any]:
    return (
        select(
            _D.endpoint_id, _E.url, _E.created_us, _D.attempts, _D.due_us, _D.error,
            _C.seq, _C.message_id, _C.account_id, _C.type, _C.made_us, _C.payload,
        )
        .join(schema.CHANGES, _C.seq == _D.seq)
        .join(schema.WEBHOOK_ENDPOINTS, _E.endpoint_id == _D.endpoint_id)
    )  # fmt: skip


def _delivery(row: Any) -> Delivery:
    return Delivery(
        endpoint=_endpoint(row),
        change=Change(
            seq=row.seq,
            message_id=row.message_id,
            account_id=row.account_id,
            type=row.type,
            made_at=from_us(row.made_us),
            payload=row.payload,
        ),
        attempts=row.attempts,
        due_at=from_us(row.due_us),
        error=row.error,
    )


def _endpoint(row: Any) -> Endpoint:
    return Endpoint(endpoint_id=row.endpoint_id, url=row.url, created_at=from_us(row.created_us))


def _change(row: Row[Any]) -> Change:
    return Change(
        seq=row.seq,
        message_id=row.message_id,
        account_id=row.account_id,
        type=row.type,
        made_at=from_us(row.made_us),
        payload=row.payload,
    )
