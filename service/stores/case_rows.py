"""Cases in the tables: opened, moved, found. Each function runs in a transaction."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from msgspec import structs
from sqlalchemy import (
    Connection,
    Select,
    Table,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from models.decision import Decision
from service.desk.filters import BANDS
from service.desk.opening import case_of, joined
from service.desk.records import Case, CaseQuery, LookState
from service.desk.second_looks import ruled_at
from service.errors import CaseMoved
from service.stores import held_rows, look_rows, schema
from service.stores.decision_rows import codes_of
from service.stores.dialects import Dialect
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_CASE: Final = msgspec.msgpack.Decoder(Case)
_CASE_LOCK: Final = 0x5E4D_0002
# The orders of the queue in the tables, and the same of cases that are read.
_T: Final = schema.CASES.c
_ORDERS: Final[dict[str, ColumnElement[Any]]] = {
    "harm": _T.harm.desc(), "due": _T.due_us.asc(), "age": _T.opened_us.asc(),
    "risk": _T.risk.desc(),
}  # fmt: skip
_PLACES: Final[dict[str, Callable[[Case], tuple[float, str]]]] = {
    "harm": lambda case: (-case.harm_per_minute, case.case_id),
    "due": lambda case: (to_us(case.due_at), case.case_id),
    "age": lambda case: (to_us(case.opened_at), case.case_id),
    "risk": lambda case: (-case.risk, case.case_id),
}


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


def lock_cases(connection: Connection, dialect: Dialect) -> None:
    """Let nobody else open a case of an account meanwhile."""
    lock(connection, dialect, _CASE_LOCK)


def lock(connection: Connection, dialect: Dialect, key: int) -> None:
    """Let nobody else hold this lock until the transaction ends; SQLite has one writer to begin with."""
    if dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(key)))


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
        "risk": case.risk,
        "reasons": f"|{'|'.join(case.reasons)}|" if case.reasons else "",
        "body": _ENCODE(case),
    }


def case(connection: Connection, case_id: str) -> Case | None:
    body = connection.scalar(select(schema.CASES.c.body).where(schema.CASES.c.case_id == case_id))
    return None if body is None else _CASE.decode(body)


def cases(connection: Connection, query: CaseQuery) -> tuple[Case, ...]:
    """Return cases in the order of the query, as the viewer is shown them."""
    mine = _shown_as_decided(connection, query)
    if mine and query.state == "decided":
        return _merged(connection, query, mine)
    table = schema.CASES
    statement = _ordered(select(table.c.body), table, query)
    if mine:
        statement = statement.where(table.c.case_id.not_in(mine))
    rows = connection.scalars(statement.limit(query.limit).offset(query.offset))
    return tuple(_CASE.decode(body) for body in rows)


def count_cases(connection: Connection, query: CaseQuery) -> int:
    table = schema.CASES
    counted = _chosen(select(func.count()).select_from(table), table, query)
    found = connection.scalar(counted) or 0
    mine = _shown_as_decided(connection, query)
    if not mine:
        return found
    still_open = structs.replace(query, state="open", awake_at=None)
    asked = _chosen(
        select(func.count()).select_from(table),
        table,
        still_open if query.state == "decided" else query,
    )
    theirs = connection.scalar(asked.where(table.c.case_id.in_(mine))) or 0
    return found + theirs if query.state == "decided" else found - theirs


def _shown_as_decided(connection: Connection, query: CaseQuery) -> tuple[str, ...]:
    """Return the open cases that the viewer decided first, and is shown as they left them."""
    if query.viewer is None or query.state not in ("open", "decided"):
        return ()
    return look_rows.open_of_first(connection, query.viewer)


def _merged(connection: Connection, query: CaseQuery, mine: Sequence[str]) -> tuple[Case, ...]:
    """Return decided cases with those among them that the viewer is shown as decided.

    Two walks along an index and a merge: one condition for both would sort every case there is.
    """
    table = schema.CASES
    still_open = structs.replace(query, state="open", awake_at=None)
    theirs = [
        _CASE.decode(body)
        for body in connection.scalars(
            _ordered(select(table.c.body), table, still_open).where(table.c.case_id.in_(mine))
        )
    ]
    skipped = max(query.offset - len(theirs), 0)
    statement = _ordered(select(table.c.body), table, query)
    rows = connection.scalars(statement.limit(query.limit + len(theirs)).offset(skipped))
    found = [_CASE.decode(body) for body in rows]
    place = _PLACES[query.order]
    before = [one for one in theirs if skipped and found and place(one) < place(found[0])]
    merged = sorted([*found, *(one for one in theirs if one not in before)], key=place)
    start = query.offset - skipped - len(before)
    return tuple(merged[start : start + query.limit])


def _ordered(statement: Select[Any], table: Table, query: CaseQuery) -> Select[Any]:
    return _chosen(statement, table, query).order_by(_ORDERS[query.order], table.c.case_id)


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


def _chosen(statement: Select[Any], table: Table, query: CaseQuery) -> Select[Any]:
    if query.action is not None:
        # Cases of the audit share are shown as reviews; nobody may tell them apart by a filter.
        cut_off = table.c.action == "terminate"
        shown = {"terminate": cut_off, "review": ~cut_off}
        statement = statement.where(shown.get(query.action, false()))
    for column in ("state", "account_id", "assigned_to", "subject"):
        wanted = getattr(query, column)
        if wanted is not None:
            statement = statement.where(table.c[column] == wanted)
    if query.awake_at is not None:
        statement = statement.where(table.c.snoozed_us <= to_us(query.awake_at))
    if query.due_before is not None:
        statement = statement.where(table.c.due_us < to_us(query.due_before))
    if query.unassigned:
        statement = statement.where(table.c.assigned_to.is_(None))
    if query.band is not None:
        low, high = BANDS[query.band]
        statement = statement.where(table.c.risk >= low, table.c.risk < high)
    if query.reason is not None:
        statement = statement.where(table.c.reasons.contains(f"|{query.reason}|", autoescape=True))
    return _of_accounts(statement, table, query)


def _of_accounts(statement: Select[Any], table: Table, query: CaseQuery) -> Select[Any]:
    """Keep the cases of accounts of a plan or country."""
    accounts = schema.ACCOUNTS.c
    for column, wanted in ((accounts.plan, query.plan), (accounts.country, query.country)):
        if wanted is not None:
            chosen = select(accounts.account_id).where(column == wanted)
            statement = statement.where(table.c.account_id.in_(chosen))
    return statement
