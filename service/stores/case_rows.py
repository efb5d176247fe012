"""Cases and warm-ups in the tables. Each function runs in a transaction."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select, text

from service.stores import schema
from service.stores.contract import Case, CaseQuery, WarmUp
from service.stores.dialects import Columns, Dialect
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_CASE: Final = msgspec.msgpack.Decoder(Case)
_WARM_UP: Final = msgspec.msgpack.Decoder(WarmUp)


def put_case(connection: Connection, case: Case) -> Case:
    """Store a case; where its key is open under another id, that one is returned instead.

    The insert is tried first, so that of two at once one wins and the other meets it.
    """
    table = schema.CASES
    columns = _columns(case)
    names = ", ".join(columns)
    marks = ", ".join(f":{name}" for name in columns)
    insert = text(f"INSERT INTO cases ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING")  # noqa: S608
    if connection.execute(insert, columns).rowcount:
        return case
    changed = connection.execute(
        table.update().where(table.c.case_id == case.case_id).values(columns)
    )
    if changed.rowcount:
        return case
    row = connection.execute(select(table.c.body).where(table.c.open_key == case.key)).first()
    return case if row is None else _CASE.decode(row[0])


def _columns(case: Case) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "kind": case.kind,
        "open_key": None if case.closed_at else case.key,
        "account_id": case.account_id,
        "severity": case.severity,
        "opened_us": to_us(case.opened_at),
        "closed_us": to_us(case.closed_at) if case.closed_at else None,
        "body": _ENCODE(case),
    }


def case_by_id(connection: Connection, case_id: str) -> Case | None:
    table = schema.CASES
    row = connection.execute(select(table.c.body).where(table.c.case_id == case_id)).first()
    return None if row is None else _CASE.decode(row[0])


def cases(connection: Connection, query: CaseQuery) -> tuple[Case, ...]:
    table = schema.CASES
    chosen = select(table.c.body).order_by(table.c.opened_us.desc(), table.c.case_id.desc())
    if query.key is not None:
        chosen = chosen.where(table.c.open_key == query.key)
    if query.kind is not None:
        chosen = chosen.where(table.c.kind == query.kind)
    if query.account_id is not None:
        chosen = chosen.where(table.c.account_id == query.account_id)
    if query.is_open is not None:
        closed = table.c.open_key
        chosen = chosen.where(closed.is_not(None) if query.is_open else closed.is_(None))
    return tuple(_CASE.decode(row[0]) for row in connection.execute(chosen.limit(query.limit)))


def put_warm_up(connection: Connection, dialect: Dialect, warm_up: WarmUp) -> None:
    columns: Columns = {
        "ip": [warm_up.ip],
        "provider": [warm_up.provider],
        "body": [_ENCODE(warm_up)],
    }
    dialect.upsert(connection, schema.WARM_UPS, columns, "UPDATE SET body = excluded.body")


def drop_warm_up(connection: Connection, ip: str, provider: str) -> bool:
    table = schema.WARM_UPS
    chosen = delete(table).where(table.c.ip == ip, table.c.provider == provider)
    return bool(connection.execute(chosen).rowcount)


def warm_ups(connection: Connection, ip: str | None) -> tuple[WarmUp, ...]:
    table = schema.WARM_UPS
    chosen = select(table.c.body).order_by(table.c.ip, table.c.provider)
    if ip is not None:
        chosen = chosen.where(table.c.ip == ip)
    return tuple(_WARM_UP.decode(row[0]) for row in connection.execute(chosen))
