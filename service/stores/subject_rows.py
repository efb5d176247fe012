"""Campaigns and lists in tables, by their newest decisions. Each function runs in a transaction."""

import math
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from features.records import Subject
from models.decision import Decision
from service.stores import schema
from service.stores.contract import SubjectQuery, SubjectRow, SubjectsPage
from service.stores.dialects import Columns, Dialect
from service.stores.times import from_us, to_us

_T: Final = schema.SUBJECTS.c
_A: Final = schema.ACCOUNTS.c
_ORDERS: Final = {"newest": _T.as_of_us, "risk": _T.risk, "size": _T.size}
_READ: Final = {"newest": int, "risk": float, "size": int}


def note(connection: Connection, dialect: Dialect, decisions: Sequence[Decision]) -> None:
    """Keep those decisions that are the newest on their campaign or list."""
    newest: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in sorted(decisions, key=lambda decision: decision.as_of):
        if one.subject.type is not Subject.ACCOUNT:
            newest[one.subject.type.value, one.account_id, one.subject.id] = _columns_of(one)
    if not newest:
        return
    rows = list(newest.values())
    columns: Columns = {name: [row[name] for row in rows] for name in rows[0]}
    rest = ("as_of_us", "decision_id", "action", "risk", "size")
    change = (
        f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in rest)} "
        "WHERE subjects.as_of_us <= excluded.as_of_us"
    )
    dialect.upsert(connection, schema.SUBJECTS, columns, change)


def _columns_of(decision: Decision) -> dict[str, Any]:
    return {
        "subject": decision.subject.type.value,
        "account_id": decision.account_id,
        "id": decision.subject.id,
        "as_of_us": to_us(decision.as_of),
        "decision_id": decision.decision_id,
        "action": decision.action,
        "risk": decision.risk,
        "size": (decision.seen.recipients or 0) if decision.seen else 0,
    }


def find(connection: Connection, query: SubjectQuery) -> SubjectsPage:
    """Return campaigns or lists in the order asked for, the most first.

    Raises `ValueError` for a cursor that is none of that order.
    """
    order = _ORDERS[query.order]
    statement = _chosen(query).order_by(order.desc(), _T.account_id.desc(), _T.id.desc())
    if query.cursor is not None:
        statement = statement.where(_after(query, order))
    rows = connection.execute(statement.limit(query.limit + 1)).all()
    found = rows[: query.limit]
    last = found[-1] if len(rows) > query.limit else None
    return SubjectsPage(
        subjects=tuple(
            SubjectRow(
                account_id=row.account_id,
                id=row.id,
                decision_id=row.decision_id,
                as_of=from_us(row.as_of_us),
                action=row.action,
                risk=row.risk,
                size=row.size,
                verdict=row.verdict,
            )
            for row in found
        ),
        next_cursor=None
        if last is None
        else "~".join((query.order, repr(getattr(last, order.name)), last.account_id, last.id)),
    )


def _chosen(query: SubjectQuery) -> Select[Any]:
    statement = (
        select(schema.SUBJECTS, _A.verdict)
        .outerjoin(schema.ACCOUNTS, _A.account_id == _T.account_id)
        .where(_T.subject == query.subject.value)
    )
    for column, wanted in (
        (_T.account_id, query.account_id),
        (_T.id, query.id),
        (_T.action, query.action),
        (_A.verdict, query.verdict),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.least_risk is not None:
        statement = statement.where(_T.risk >= query.least_risk)
    if query.since is not None:
        statement = statement.where(_T.as_of_us >= to_us(query.since))
    if query.until is not None:
        statement = statement.where(_T.as_of_us < to_us(query.until))
    return statement


def _after(query: SubjectQuery, order: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition of what comes after a cursor."""
    name, value, account_id, subject_id = (query.cursor or "").split("~", 3)
    if name != query.order or not account_id or not subject_id:
        raise ValueError("not a cursor of this order")
    last = _READ[name](value)
    if not math.isfinite(last) or abs(last) >= 2**63:
        raise ValueError("not a cursor of this service")
    return or_(
        order < last,
        and_(order == last, _T.account_id < account_id),
        and_(order == last, _T.account_id == account_id, _T.id < subject_id),
    )
