"""Second looks in the tables: which cases, whose, and when they turn. Each runs in a transaction."""

from typing import Any, Final

from sqlalchemy import Connection, Select, delete, insert, select

from service.desk.records import Case, LookQuery, LookState
from service.stores import schema
from service.stores.times import to_us

_T: Final = schema.SECOND_LOOKS.c
# A person is shown no more than so many of their own cases as decided that are looked at again.
_MOST_OF_ONE: Final = 1_000


def follow(connection: Connection, case: Case) -> None:
    """Keep the table as the case says."""
    connection.execute(delete(schema.SECOND_LOOKS).where(_T.case_id == case.case_id))
    if case.look is not None:
        connection.execute(
            insert(schema.SECOND_LOOKS).values(
                case_id=case.case_id,
                account_id=case.account_id,
                state=case.look.state.value,
                first_by=case.look.first.by,
                turns_us=to_us(case.look.turns_at),
            )
        )


def open_of_first(connection: Connection, name: str) -> tuple[str, ...]:
    """Return the cases that a person decided and that are looked at again now."""
    mine = (_T.first_by == name, _T.state == LookState.OPEN.value)
    chosen = select(_T.case_id).where(*mine).order_by(_T.case_id).limit(_MOST_OF_ONE)
    return tuple(connection.scalars(chosen))


def open_now() -> Select[Any]:
    """Return the question for the cases that are looked at again now."""
    return select(_T.case_id).where(_T.state == LookState.OPEN.value)


def turning(connection: Connection, state: LookState, at_us: int, limit: int) -> tuple[str, ...]:
    """Return the cases whose second look is to turn by a time, the longest due first."""
    due = (_T.state == state.value, _T.turns_us <= at_us)
    chosen = select(_T.case_id).where(*due).order_by(_T.turns_us, _T.case_id).limit(limit)
    return tuple(connection.scalars(chosen))


def bodies(query: LookQuery) -> Select[Any]:
    """Return the question for the cases of second looks, those that changed last first."""
    cases = schema.CASES.c
    both = schema.SECOND_LOOKS.join(schema.CASES, _T.case_id == cases.case_id)
    states = [state.value for state in query.states]
    chosen = select(cases.body).select_from(both).where(_T.state.in_(states))
    if query.account_id is not None:
        chosen = chosen.where(_T.account_id == query.account_id)
    if query.since is not None:
        chosen = chosen.where(_T.turns_us >= to_us(query.since))
    return chosen.order_by(_T.turns_us.desc(), _T.case_id).limit(query.limit)
