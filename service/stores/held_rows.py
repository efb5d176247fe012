"""Sealed copies of messages in the tables, by the case that they wait in."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from service.desk.records import Case
from service.stores import schema
from service.stores.times import to_us

# Of an account whose campaigns are held one after another, the newest are kept.
MOST_OF_A_CASE: Final = 5
_T: Final = schema.HELD_MESSAGES.c


def put(connection: Connection, case: Case, decision_id: str, sealed: bytes, at: datetime) -> None:
    """Keep a copy with its case; the oldest of too many go, but never the one the case shows."""
    connection.execute(
        insert(schema.HELD_MESSAGES).values(
            decision_id=decision_id, case_id=case.case_id, stored_us=to_us(at), sealed=sealed
        )
    )
    kept = of_case(connection, case.case_id)[:MOST_OF_A_CASE]
    connection.execute(
        delete(schema.HELD_MESSAGES)
        .where(_T.case_id == case.case_id)
        .where(_T.decision_id.not_in([*kept, case.decision_id]))
    )


def of_case(connection: Connection, case_id: str) -> tuple[str, ...]:
    """Return the decisions whose messages are kept for a case, the newest first."""
    order = (_T.stored_us.desc(), _T.decision_id.desc())
    chosen = select(_T.decision_id).where(_T.case_id == case_id).order_by(*order)
    return tuple(connection.scalars(chosen))


def find(connection: Connection, decision_id: str) -> bytes | None:
    return connection.scalar(select(_T.sealed).where(_T.decision_id == decision_id))


def drop(connection: Connection, case_id: str) -> None:
    """Forget the messages of a case that was decided."""
    connection.execute(delete(schema.HELD_MESSAGES).where(_T.case_id == case_id))
