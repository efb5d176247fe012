"""Cases and warm-ups in the tables. Each function runs in a transaction."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select, text

from service.stores import schema
from service.stores.contract import Incident, IncidentQuery, WarmUp
from service.stores.dialects import Columns, Dialect
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_INCIDENT: Final = msgspec.msgpack.Decoder(Incident)
_WARM_UP: Final = msgspec.msgpack.Decoder(WarmUp)


def put_incident(connection: Connection, incident: Incident) -> Incident:
    """Store an incident; where its key is open under another id, that one is returned instead.

    The insert is tried first, so that of two at once one wins and the other meets it.
    """
    table = schema.INCIDENTS
    columns = _columns(incident)
    names = ", ".join(columns)
    marks = ", ".join(f":{name}" for name in columns)
    insert = text(f"INSERT INTO incidents ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING")  # noqa: S608
    if connection.execute(insert, columns).rowcount:
        return incident
    changed = connection.execute(
        table.update().where(table.c.incident_id == incident.incident_id).values(columns)
    )
    if changed.rowcount:
        return incident
    row = connection.execute(select(table.c.body).where(table.c.open_key == incident.key)).first()
    return incident if row is None else _INCIDENT.decode(row[0])


def _columns(incident: Incident) -> dict[str, Any]:
    return {
        "incident_id": incident.incident_id,
        "kind": incident.kind,
        "open_key": None if incident.closed_at else incident.key,
        "account_id": incident.account_id,
        "severity": incident.severity,
        "opened_us": to_us(incident.opened_at),
        "closed_us": to_us(incident.closed_at) if incident.closed_at else None,
        "body": _ENCODE(incident),
    }


def incident_by_id(connection: Connection, incident_id: str) -> Incident | None:
    table = schema.INCIDENTS
    row = connection.execute(select(table.c.body).where(table.c.incident_id == incident_id)).first()
    return None if row is None else _INCIDENT.decode(row[0])


def incidents(connection: Connection, query: IncidentQuery) -> tuple[Incident, ...]:
    table = schema.INCIDENTS
    chosen = select(table.c.body).order_by(table.c.opened_us.desc(), table.c.incident_id.desc())
    if query.key is not None:
        chosen = chosen.where(table.c.open_key == query.key)
    if query.kind is not None:
        chosen = chosen.where(table.c.kind == query.kind)
    if query.account_id is not None:
        chosen = chosen.where(table.c.account_id == query.account_id)
    if query.is_open is not None:
        closed = table.c.open_key
        chosen = chosen.where(closed.is_not(None) if query.is_open else closed.is_(None))
    return tuple(_INCIDENT.decode(row[0]) for row in connection.execute(chosen.limit(query.limit)))


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
