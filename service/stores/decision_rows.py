"""Decisions, idempotency and labels in the tables. Each function runs in a transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import numpy as np
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, insert, select, union_all
from sqlalchemy.sql import ColumnElement

from features.records import Subject
from models.decision import Decision
from models.inflight import Plan
from service.desk.undone import counting
from service.errors import IdempotencyConflict
from service.stores import schema, subject_rows
from service.stores.contract import CampaignSeen, DecisionQuery, Label, Page, Ruling, Stated
from service.stores.dialects import Columns, Dialect
from service.stores.fact_rows import set_last_action, set_verdict
from service.stores.policy_rows import note_shadow
from service.stores.prepared import Prepared
from service.stores.release_rows import put_plan
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_DECISION: Final = msgspec.msgpack.Decoder(Decision)
_LABEL: Final = msgspec.msgpack.Decoder(Label)
_RULING: Final = msgspec.msgpack.Decoder(Ruling)
_KEPT: Final = timedelta(hours=24)
_OWN: Final[BindParameter[str]] = bindparam("account_id")
_NEW_DECISION: Final = Prepared(insert(schema.DECISIONS))
_CAMPAIGNS_SEEN: Final = Prepared(
    select(func.count(), func.max(schema.CAMPAIGNS.c.recipients)).where(
        schema.CAMPAIGNS.c.account_id == _OWN,
        schema.CAMPAIGNS.c.campaign_id != bindparam("except_campaign"),
    )
)


def _newest_body(condition: ColumnElement[bool]) -> Select[Any]:
    table = schema.DECISIONS
    newest = (
        select(table.c.body)
        .where(table.c.account_id == _OWN, condition)
        .order_by(table.c.as_of_us.desc(), table.c.decision_id.desc())
        .limit(1)
    )
    return select(newest.subquery())


_RULINGS: Final = Prepared(
    union_all(
        _newest_body(schema.IS_ON_ACCOUNT),
        _newest_body(schema.IS_TERMINATE),
        _newest_body(schema.IS_HELD_CAMPAIGN),
    )
)
_LABEL_BODIES: Final = Prepared(
    select(schema.LABELS.c.body)
    .where(schema.LABELS.c.account_id == _OWN)
    .order_by(schema.LABELS.c.known_us, schema.LABELS.c.label_id)
)


def save_decision(
    connection: Connection,
    dialect: Dialect,
    decision: Decision,
    idempotency: tuple[str, str] | None,
    recipients: int | None,
    plan: Plan | None = None,
) -> Decision:
    if idempotency is not None:
        earlier = _claim(connection, dialect, decision, *idempotency)
        if earlier is not None:
            return earlier
    _NEW_DECISION.run(connection, **_row(decision))
    note_shadow(connection, decision)
    subject_rows.note(connection, dialect, (decision,))
    if decision.subject.type is not Subject.LIST:
        set_last_action(connection, decision.account_id, decision.action)
    if recipients is not None:
        columns: Columns = {
            "account_id": [decision.account_id],
            "campaign_id": [decision.subject.id],
            "recipients": [recipients],
        }
        change = "UPDATE SET recipients = excluded.recipients"
        dialect.upsert(connection, schema.CAMPAIGNS, columns, change)
    if plan is not None:
        put_plan(connection, dialect, decision.subject.id, plan)
    return decision


def _row(decision: Decision) -> dict[str, Any]:
    return {
        "decision_id": decision.decision_id,
        "subject": decision.subject.type.value,
        "account_id": decision.account_id,
        "as_of_us": to_us(decision.as_of),
        "action": decision.action,
        "body": _ENCODE(msgspec.structs.replace(decision, vector=())),
        "vector": np.asarray(decision.vector, dtype="<f8").tobytes(),
    }


def _claim(
    connection: Connection, dialect: Dialect, decision: Decision, key: str, digest: str
) -> Decision | None:
    """Take the key for this decision, or return the decision that holds it."""
    columns: Columns = {
        "key": [key],
        "digest": [digest],
        "decision_id": [decision.decision_id],
        "stored_us": [to_us(decision.as_of)],
    }
    expired = to_us(decision.as_of - _KEPT)
    # Updating an expired key in the same statement keeps two racers from both taking it.
    change = (
        "UPDATE SET digest = excluded.digest, decision_id = excluded.decision_id, "
        f"stored_us = excluded.stored_us WHERE idempotency.stored_us < {expired}"
    )
    dialect.upsert(connection, schema.IDEMPOTENCY, columns, change)
    table = schema.IDEMPOTENCY
    holder = connection.execute(
        select(table.c.decision_id, table.c.digest).where(table.c.key == key)
    ).one()
    if holder.digest != digest:
        raise IdempotencyConflict("this Idempotency-Key was used with another body")
    if holder.decision_id == decision.decision_id:
        return None
    return decision_by_id(connection, holder.decision_id)


def find_idempotent(
    connection: Connection, key: str, digest: str, now: datetime
) -> Decision | None:
    table = schema.IDEMPOTENCY
    row = connection.execute(
        select(table.c.decision_id, table.c.digest).where(
            table.c.key == key, table.c.stored_us >= to_us(now - _KEPT)
        )
    ).one_or_none()
    if row is None:
        return None
    if row.digest != digest:
        raise IdempotencyConflict("this Idempotency-Key was used with another body")
    return decision_by_id(connection, row.decision_id)


def decision_by_id(connection: Connection, decision_id: str) -> Decision | None:
    row = connection.execute(_bodies().filter_by(decision_id=decision_id)).one_or_none()
    return None if row is None else _read(row)


def decisions(connection: Connection, query: DecisionQuery) -> Page:
    """Newest first; the cursor is the place of the last decision of the page before."""
    table = schema.DECISIONS
    statement = _bodies().order_by(table.c.as_of_us.desc(), table.c.decision_id.desc())
    if query.account_id is not None:
        statement = statement.where(table.c.account_id == query.account_id)
    if query.action is not None:
        statement = statement.where(table.c.action == query.action)
    if query.since is not None:
        statement = statement.where(table.c.as_of_us >= to_us(query.since))
    if query.cursor is not None:
        as_of, decision_id = _place(query.cursor)
        older = (table.c.as_of_us < as_of) | (
            (table.c.as_of_us == as_of) & (table.c.decision_id < decision_id)
        )
        statement = statement.where(older)
    rows = connection.execute(statement.limit(query.limit + 1)).all()
    found = tuple(_read(row) for row in rows[: query.limit])
    more = len(rows) > query.limit
    last = rows[query.limit - 1] if more else None
    return Page(
        decisions=found, next_cursor=f"{last.as_of_us}~{last.decision_id}" if last else None
    )


def _place(cursor: str) -> tuple[int, str]:
    """Return where a page ended. Raises `ValueError` for what this store never gave out."""
    as_of, _, decision_id = cursor.partition("~")
    number = int(as_of)
    if abs(number) >= 2**63 or not decision_id:
        raise ValueError("not a cursor of this service")
    return number, decision_id


class _Code(msgspec.Struct):
    code: str


class _Stated(msgspec.Struct):
    """What is read of a decision's body here; the rest is skipped."""

    account_id: str
    reasons: tuple[_Code, ...]


_STATED: Final = msgspec.msgpack.Decoder(_Stated)


def stated(connection: Connection, since: datetime, limit: int) -> tuple[Stated, ...]:
    """Return the reasons of the newest decisions that were no allow."""
    table = schema.DECISIONS
    chosen = (
        select(table.c.body)
        .where(schema.IS_STATED, table.c.as_of_us >= to_us(since))
        .order_by(table.c.as_of_us.desc())
        .limit(limit)
    )
    read = map(_STATED.decode, connection.scalars(chosen))
    return tuple(
        Stated(account_id=one.account_id, codes=tuple(reason.code for reason in one.reasons))
        for one in read
    )


def codes_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the codes of the reasons of some decisions, in one query."""
    table = schema.DECISIONS
    chosen = select(table.c.decision_id, table.c.body).where(table.c.decision_id.in_(ids))
    return {
        row.decision_id: tuple(reason.code for reason in _STATED.decode(row.body).reasons)
        for row in connection.execute(chosen)
    }


def latest_decision(
    connection: Connection, account_id: str, subject: Subject | None
) -> Decision | None:
    table = schema.DECISIONS
    statement = (
        _bodies()
        .where(table.c.account_id == account_id)
        .order_by(table.c.as_of_us.desc(), table.c.decision_id.desc())
        .limit(1)
    )
    if subject is not None:
        statement = statement.where(table.c.subject == subject.value)
    row = connection.execute(statement).one_or_none()
    return None if row is None else _read(row)


def rulings(connection: Connection, account_id: str) -> tuple[Ruling, ...]:
    rows = _RULINGS.rows(connection, account_id=account_id)
    return tuple(_RULING.decode(row[0]) for row in rows)


def _bodies() -> Select[Any]:
    table = schema.DECISIONS
    return select(table.c.as_of_us, table.c.decision_id, table.c.body, table.c.vector)


def _read(row: Any) -> Decision:
    vector = tuple(np.frombuffer(row.vector, dtype="<f8").tolist())
    return msgspec.structs.replace(_DECISION.decode(row.body), vector=vector)


def campaigns_seen(connection: Connection, account_id: str, except_campaign: str) -> CampaignSeen:
    ((campaigns, largest),) = _CAMPAIGNS_SEEN.rows(
        connection, account_id=account_id, except_campaign=except_campaign
    )
    return CampaignSeen(campaigns=campaigns, max_recipients=largest or 0)


def add_label(connection: Connection, label: Label) -> None:
    connection.execute(
        insert(schema.LABELS).values(
            label_id=label.label_id,
            account_id=label.account_id,
            known_us=to_us(label.known_at),
            body=_ENCODE(label),
        )
    )
    left = counting(labels(connection, label.account_id))
    set_verdict(connection, label.account_id, left[-1].verdict if left else None)


def labels(
    connection: Connection, account_id: str | None, since: datetime | None = None
) -> tuple[Label, ...]:
    if account_id is not None and since is None:
        rows = _LABEL_BODIES.rows(connection, account_id=account_id)
        return tuple(_LABEL.decode(row[0]) for row in rows)
    table = schema.LABELS
    query = select(table.c.body).order_by(table.c.known_us, table.c.label_id)
    if account_id is not None:
        query = query.where(table.c.account_id == account_id)
    if since is not None:
        query = query.where(table.c.known_us >= to_us(since))
    return tuple(_LABEL.decode(body) for body in connection.scalars(query))
