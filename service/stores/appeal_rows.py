"""Appeals in the tables: added, judged once, listed. Each function runs in a transaction."""

from typing import Final

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from service.errors import CaseMoved
from service.stores import schema
from service.stores.contract import Appeal
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_APPEAL: Final = msgspec.msgpack.Decoder(Appeal)
# What `decided_us` is while an appeal waits.
_WAITS: Final = 0


def add_appeal(connection: Connection, appeal: Appeal) -> None:
    connection.execute(
        insert(schema.APPEALS).values(
            appeal_id=appeal.appeal_id,
            account_id=appeal.account_id,
            appealed_us=to_us(appeal.appealed_at),
            decided_us=_WAITS,
            body=_ENCODE(appeal),
        )
    )


def judge(connection: Connection, appeal: Appeal) -> None:
    """Store an appeal that was judged, if it still waited. Raises `CaseMoved`."""
    if appeal.decided_at is None:
        raise ValueError("an appeal is judged at some time")
    table = schema.APPEALS
    changed = connection.execute(
        update(table)
        .where(table.c.appeal_id == appeal.appeal_id, table.c.decided_us == _WAITS)
        .values(decided_us=to_us(appeal.decided_at), body=_ENCODE(appeal))
    )
    if changed.rowcount != 1:
        raise CaseMoved("somebody else judged this appeal meanwhile")


def appeal(connection: Connection, appeal_id: str) -> Appeal | None:
    table = schema.APPEALS
    body = connection.scalar(select(table.c.body).where(table.c.appeal_id == appeal_id))
    return None if body is None else _APPEAL.decode(body)


def appeals(connection: Connection, waiting: bool, limit: int) -> tuple[Appeal, ...]:
    table = schema.APPEALS
    chosen = select(table.c.body).limit(limit)
    if waiting:
        chosen = chosen.where(table.c.decided_us == _WAITS)
        chosen = chosen.order_by(table.c.appealed_us, table.c.appeal_id)
    else:
        chosen = chosen.where(table.c.decided_us > _WAITS)
        chosen = chosen.order_by(table.c.decided_us.desc(), table.c.appeal_id)
    return tuple(_APPEAL.decode(body) for body in connection.scalars(chosen))


def count_waiting(connection: Connection) -> int:
    table = schema.APPEALS
    chosen = select(func.count()).select_from(table).where(table.c.decided_us == _WAITS)
    return connection.scalar(chosen) or 0
