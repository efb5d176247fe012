"""Incidents and warm-ups in the tables. Each function runs in a transaction."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select, text

from service.errors import IncidentMoved, WarmUpMoved
from service.stores import schema
from service.stores.contract import Incident, IncidentChange, IncidentQuery, WarmUp, WarmUpChange
from service.stores.dialects import Columns, Dialect
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_INCIDENT: Final = msgspec.msgpack.Decoder(Incident)
_WARM_UP: Final = msgspec.msgpack.Decoder(WarmUp)


def put_incident(connection: Connection, incident: Incident) -> Incident:
    """Store an incident; where its key is open under another id, that one is returned instead.

    What people did about it stays as it is stored, and so does one that is closed. The insert is tried first, so that of two at once one wins and the other meets it.
    """
    table = schema.INCIDENTS
    known = locked_incident(connection, incident.incident_id)
    if known is not None:
        if known.closed_at is not None:
            return known
        incident = msgspec.structs.replace(incident, handling=known.handling)
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


def move_incident(connection: Connection, change: IncidentChange) -> None:
    """Note what people did; what is known of the incident otherwise stays. Raises `IncidentMoved`."""
    known = locked_incident(connection, change.before.incident_id)
    if known is None or _state(known) != _state(change.before):
        raise IncidentMoved("somebody else changed this incident meanwhile; load it again")
    after = change.after
    made = msgspec.structs.replace(
        known, handling=after.handling, closed_at=after.closed_at, updated_at=after.updated_at
    )
    table = schema.INCIDENTS
    chosen = table.update().where(table.c.incident_id == made.incident_id)
    connection.execute(chosen.values(_columns(made)))


def _state(incident: Incident) -> tuple[Any, ...]:
    return incident.handling, incident.closed_at


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


def locked_incident(connection: Connection, incident_id: str) -> Incident | None:
    """Return an incident that nobody else changes before this transaction ends. SQLite has one writer."""
    table = schema.INCIDENTS
    chosen = select(table.c.body).where(table.c.incident_id == incident_id).with_for_update()
    row = connection.execute(chosen).first()
    return None if row is None else _INCIDENT.decode(row[0])


def incidents(connection: Connection, query: IncidentQuery) -> tuple[Incident, ...]:
    table = schema.INCIDENTS
    newest = (table.c.opened_us.desc(), table.c.incident_id.desc())
    order = (table.c.severity, *newest) if query.worst_first else newest
    chosen = select(table.c.body).order_by(*order).limit(query.limit).offset(query.offset)
    if query.severity is not None:
        chosen = chosen.where(table.c.severity == query.severity)
    if query.key is not None:
        chosen = chosen.where(table.c.open_key == query.key)
    if query.kind is not None:
        chosen = chosen.where(table.c.kind == query.kind)
    if query.account_id is not None:
        chosen = chosen.where(table.c.account_id == query.account_id)
    if query.is_open is not None:
        closed = table.c.open_key
        chosen = chosen.where(closed.is_not(None) if query.is_open else closed.is_(None))
    return tuple(_INCIDENT.decode(row[0]) for row in connection.execute(chosen))


def move_warm_up(connection: Connection, dialect: Dialect, change: WarmUpChange) -> None:
    """Start, change or end a warm-up that is still as it was read. Raises `WarmUpMoved`."""
    named = change.after or change.before
    if named is None:
        return
    table = schema.WARM_UPS
    mine = (table.c.ip == named.ip, table.c.provider == named.provider)
    if change.before is None:
        values: Columns = {
            "ip": [named.ip], "provider": [named.provider], "body": [_ENCODE(named)],
        }  # fmt: skip
        dialect.upsert(connection, table, values, "NOTHING")
        moved = connection.scalar(select(table.c.body).where(*mine)) != _ENCODE(named)
    else:
        # Compared as they read: a row of an older version is written with fewer fields.
        stored = connection.scalar(select(table.c.body).where(*mine).with_for_update())
        moved = stored is None or _WARM_UP.decode(stored) != change.before
    if moved:
        raise WarmUpMoved("somebody else changed this warm-up meanwhile; load it again")
    if change.after is None:
        connection.execute(delete(table).where(*mine))
    elif change.before is not None:
        connection.execute(table.update().where(*mine).values(body=_ENCODE(change.after)))


def warm_ups(connection: Connection, ip: str | None) -> tuple[WarmUp, ...]:
    table = schema.WARM_UPS
    chosen = select(table.c.body).order_by(table.c.ip, table.c.provider)
    if ip is not None:
        chosen = chosen.where(table.c.ip == ip)
    return tuple(_WARM_UP.decode(row[0]) for row in connection.execute(chosen))
