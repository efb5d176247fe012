"""People, sessions, cases and the audit log in the tables. Each function runs in a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from models.decision import Decision
from models.policy.exemptions import Exemption
from service.desk.chain import GENESIS, sealed
from service.desk.opening import case_of, joined
from service.desk.records import Case, CaseQuery, Deed, Entry, LookState, Person, Session
from service.desk.second_looks import ruled_at
from service.errors import CaseMoved, PersonMoved
from service.policies.records import PolicyVersion
from service.stores import held_rows, incident_rows, look_rows, policy_rows, schema
from service.stores.appeal_rows import judge
from service.stores.contract import (
    Appeal,
    DeskChange,
    IncidentChange,
    Label,
    PersonChange,
    WarmUpChange,
)
from service.stores.decision_rows import add_label, codes_of
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
    _lock(connection, dialect, _AUDIT_LOCK)
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
        move(connection, change)
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


def lock_cases(connection: Connection, dialect: Dialect) -> None:
    """Let nobody else open a case of an account meanwhile."""
    _lock(connection, dialect, _CASE_LOCK)


def _lock(connection: Connection, dialect: Dialect, key: int) -> None:
    if dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(key)))


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


def open_case(
    connection: Connection, dialect: Dialect, decision: Decision, recipients: int | None
) -> Case | None:
    """Open a case for a decision that a person should see, or add it to the account's open one."""
    fresh = case_of(decision, recipients)
    if fresh is None:
        return None
    lock_cases(connection, dialect)
    found = cases(connection, CaseQuery(account_id=fresh.account_id, limit=1))
    if found:
        case = joined(found[0], fresh)
        move(connection, case)
        return case
    connection.execute(insert(schema.CASES).values(case_id=fresh.case_id, **_columns(fresh)))
    return fresh


def move(connection: Connection, case: Case) -> None:
    """Replace a case that is still one version behind. Raises `CaseMoved`."""
    table = schema.CASES
    changed = connection.execute(
        update(table)
        .where(table.c.case_id == case.case_id, table.c.version == case.version - 1)
        .values(**_columns(case))
    )
    if changed.rowcount != 1:
        raise CaseMoved("somebody else changed this case meanwhile; look at it again")
    look_rows.follow(connection, case)
    waits = case.look is not None and case.look.state is LookState.WAITING
    if case.state == "decided" and not waits:
        held_rows.drop(connection, case.case_id)


def _columns(case: Case) -> dict[str, Any]:
    return {
        "account_id": case.account_id,
        "state": case.state,
        "action": case.action,
        "assigned_to": case.assigned_to,
        "snoozed_us": 0 if case.snoozed_until is None else to_us(case.snoozed_until),
        "harm": case.harm_per_minute,
        "opened_us": to_us(case.opened_at),
        "version": case.version,
        "subject": case.subject,
        "due_us": to_us(case.due_at),
        "ruled_us": to_us(at) if (at := ruled_at(case)) else 0,
        "body": _ENCODE(case),
    }


def case(connection: Connection, case_id: str) -> Case | None:
    body = connection.scalar(select(schema.CASES.c.body).where(schema.CASES.c.case_id == case_id))
    return None if body is None else _CASE.decode(body)


def cases(connection: Connection, query: CaseQuery) -> tuple[Case, ...]:
    table = schema.CASES
    order = (table.c.harm.desc(), table.c.case_id)
    statement = _chosen(connection, select(table.c.body), table, query).order_by(*order)
    rows = connection.scalars(statement.limit(query.limit).offset(query.offset))
    return tuple(_CASE.decode(body) for body in rows)


def decided(
    connection: Connection, subject: str, limit: int
) -> tuple[tuple[Case, tuple[str, ...]], ...]:
    """Return decided cases of one kind of subject with the codes of their decisions' reasons."""
    table = schema.CASES
    bodies = connection.scalars(
        select(table.c.body)
        .where(table.c.state == "decided", table.c.subject == subject)
        .order_by(table.c.harm.desc(), table.c.case_id)
        .limit(limit)
    )
    found = [_CASE.decode(body) for body in bodies]
    codes = codes_of(connection, [case.decision_id for case in found])
    return tuple((case, codes.get(case.decision_id, ())) for case in found)


def has_open_case(connection: Connection, account_id: str) -> bool:
    return count_cases(connection, CaseQuery(account_id=account_id)) > 0


def count_cases(connection: Connection, query: CaseQuery) -> int:
    table = schema.CASES
    counted = select(func.count()).select_from(table)
    return connection.scalar(_chosen(connection, counted, table, query)) or 0


def _chosen(
    connection: Connection, statement: Select[Any], table: Table, query: CaseQuery
) -> Select[Any]:
    if query.action is not None:
        # Cases of the audit share are shown as reviews; nobody may tell them apart by a filter.
        cut_off = table.c.action == "terminate"
        shown = {"terminate": cut_off, "review": ~cut_off}
        statement = statement.where(shown.get(query.action, false()))
    if query.state is not None:
        statement = statement.where(_in_state(connection, table, query.state, query.viewer))
    for column in ("account_id", "assigned_to", "subject"):
        wanted = getattr(query, column)
        if wanted is not None:
            statement = statement.where(table.c[column] == wanted)
    if query.awake_at is not None:
        statement = statement.where(table.c.snoozed_us <= to_us(query.awake_at))
    if query.due_before is not None:
        statement = statement.where(table.c.due_us < to_us(query.due_before))
    if query.unassigned:
        statement = statement.where(table.c.assigned_to.is_(None))
    return _of_accounts(statement, table, query)


def _in_state(
    connection: Connection, table: Table, state: str, viewer: str | None
) -> ColumnElement[bool]:
    """Return what is in a state as somebody is shown it: what they decided first stays decided."""
    mine = look_rows.open_of_first(connection, viewer) if viewer else ()
    is_state = table.c.state == state
    if not mine:
        return is_state
    theirs = table.c.case_id.in_(mine)
    return or_(is_state, theirs) if state == "decided" else and_(is_state, ~theirs)


def _of_accounts(statement: Select[Any], table: Table, query: CaseQuery) -> Select[Any]:
    """Keep the cases of accounts of a plan or country."""
    accounts = schema.ACCOUNTS.c
    for column, wanted in ((accounts.plan, query.plan), (accounts.country, query.country)):
        if wanted is not None:
            chosen = select(accounts.account_id).where(column == wanted)
            statement = statement.where(table.c.account_id.in_(chosen))
    return statement


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


def decisions_by_action(connection: Connection, since: datetime) -> dict[str, int]:
    table = schema.DECISIONS
    rows = connection.execute(
        select(table.c.action, func.count())
        .where(table.c.as_of_us >= to_us(since))
        .group_by(table.c.action)
    )
    return {row[0]: row[1] for row in rows}
