"""People, sessions, cases and the audit log in the tables. Each function runs in a transaction."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from models.policy.exemptions import Exemption
from service.desk.chain import GENESIS, sealed
from service.desk.records import Case, Deed, Entry, Person, Session, ViewChange
from service.errors import PersonMoved
from service.policies.records import PolicyVersion
from service.stores import case_rows, incident_rows, policy_rows, schema, view_rows
from service.stores.appeal_rows import judge
from service.stores.contract import (
    Appeal,
    DeskChange,
    IncidentChange,
    Label,
    PersonChange,
    WarmUpChange,
)
from service.stores.decision_rows import add_label
from service.stores.dialects import Columns, Dialect
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_PERSON: Final = msgspec.msgpack.Decoder(Person)
_SESSION: Final = msgspec.msgpack.Decoder(Session)
_CASE: Final = msgspec.msgpack.Decoder(Case)
_ENTRY: Final = msgspec.msgpack.Decoder(Entry)
_AUDIT_LOCK: Final = 0x5E4D_0001
_CASE_LOCK: Final = 0x5E4D_0002


def record(
    connection: Connection,
    dialect: Dialect,
    key: bytes,
    deed: Deed,
    changes: Sequence[DeskChange],
) -> Entry:
    """Make the changes and chain the deed, or neither. Raises `CaseMoved`."""
    for change in changes:
        _make(connection, dialect, change)
    # Two writers must not both follow the same entry; SQLite has one writer to begin with.
    case_rows.lock(connection, dialect, _AUDIT_LOCK)
    table = schema.AUDIT
    last = connection.scalar(select(table.c.body).order_by(table.c.number.desc()).limit(1))
    before = None if last is None else _ENTRY.decode(last)
    number, previous = (before.number + 1, before.seal) if before else (1, GENESIS)
    entry = sealed(key, number, deed, previous)
    connection.execute(insert(table).values(number=number, target=deed.target, body=_ENCODE(entry)))
    return entry


def _make(connection: Connection, dialect: Dialect, change: DeskChange) -> None:
    if isinstance(change, Label):
        add_label(connection, change)
    elif isinstance(change, Case):
        case_rows.move(connection, change)
    elif isinstance(change, PolicyVersion):
        policy_rows.put_version(connection, change)
    elif isinstance(change, Exemption):
        policy_rows.put_exemption(connection, change)
    elif isinstance(change, Appeal):
        judge(connection, change)
    elif isinstance(change, PersonChange):
        _put_person(connection, dialect, change)
    elif isinstance(change, IncidentChange):
        incident_rows.move_incident(connection, change)
    elif isinstance(change, WarmUpChange):
        incident_rows.move_warm_up(connection, dialect, change)
    elif isinstance(change, ViewChange):
        view_rows.change(connection, change)
    else:
        values_of: Columns = {
            "token_hash": [change.token_hash],
            "person": [change.person],
            "expires_us": [to_us(change.expires_at)],
            "body": [_ENCODE(change)],
        }
        dialect.upsert(connection, schema.SESSIONS, values_of, "NOTHING")


def _put_person(connection: Connection, dialect: Dialect, change: PersonChange) -> None:
    """Replace a person who is still as they were read: a disable or a used code is never lost."""
    name, body = change.after.name, _ENCODE(change.after)
    if change.before is None:
        values: Columns = {"name": [name], "body": [body]}
        dialect.upsert(connection, schema.PEOPLE, values, "NOTHING")
        moved = person(connection, name) != change.after
    else:
        table = schema.PEOPLE
        # Compared as they read: a row of an older version is written with fewer fields.
        stored = connection.scalar(select(table.c.body).where(table.c.name == name))
        same = (table.c.name == name, table.c.body == stored)
        moved = (
            stored is None
            or _PERSON.decode(stored) != change.before
            or connection.execute(update(table).where(*same).values(body=body)).rowcount != 1
        )
    if moved:
        raise PersonMoved(f"{name} was changed by somebody else meanwhile")


def person(connection: Connection, name: str) -> Person | None:
    body = connection.scalar(select(schema.PEOPLE.c.body).where(schema.PEOPLE.c.name == name))
    return None if body is None else _PERSON.decode(body)


def people(connection: Connection) -> tuple[Person, ...]:
    rows = connection.scalars(select(schema.PEOPLE.c.body).order_by(schema.PEOPLE.c.name))
    return tuple(_PERSON.decode(body) for body in rows)


def session(connection: Connection, token_hash: str) -> Session | None:
    table = schema.SESSIONS
    body = connection.scalar(select(table.c.body).where(table.c.token_hash == token_hash))
    return None if body is None else _SESSION.decode(body)


def end_sessions(connection: Connection, token_hash: str | None, name: str | None) -> None:
    table = schema.SESSIONS
    if token_hash is not None:
        connection.execute(delete(table).where(table.c.token_hash == token_hash))
    if name is not None:
        connection.execute(delete(table).where(table.c.person == name))


def entries(connection: Connection, after: int, limit: int) -> tuple[Entry, ...]:
    table = schema.AUDIT
    chosen = select(table.c.body).where(table.c.number > after).order_by(table.c.number)
    return tuple(_ENTRY.decode(body) for body in connection.scalars(chosen.limit(limit)))


def newest_entries(connection: Connection, target: str | None, limit: int) -> tuple[Entry, ...]:
    table = schema.AUDIT
    chosen = select(table.c.body).order_by(table.c.number.desc()).limit(limit)
    if target is not None:
        chosen = chosen.where(table.c.target == target)
    return tuple(_ENTRY.decode(body) for body in connection.scalars(chosen))
