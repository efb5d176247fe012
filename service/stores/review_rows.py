"""What reviewers did, and how cases came, in the tables. Each function runs in a transaction."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from models.decision import Action
from service.desk.records import Case, LookQuery, LookState
from service.desk.second_looks import closed, opened
from service.errors import CaseMoved
from service.stores import case_rows, look_rows, schema
from service.stores.contract import Arrivals, Scored
from service.stores.dialects import Dialect
from service.stores.times import from_us, to_us

_CASE: Final = msgspec.msgpack.Decoder(Case)
_AT_ONCE: Final = 50
_HOUR_US: Final = 3_600_000_000


def turn_looks(connection: Connection, dialect: Dialect, at: datetime) -> int:
    """Open the second looks that are due, and give up those that nobody took; return how many."""
    at_us, turned = to_us(at), 0
    waiting = look_rows.turning(connection, LookState.WAITING, at_us, _AT_ONCE)
    late = look_rows.turning(connection, LookState.OPEN, at_us, _AT_ONCE)
    if not waiting and not late:
        return 0
    case_rows.lock_cases(connection, dialect)
    for case_id in (*waiting, *late):
        after = _turned(connection, case_id, at)
        if after is not None:
            try:
                case_rows.move(connection, after)
            except CaseMoved:
                continue
            turned += 1
    return turned


def _turned(connection: Connection, case_id: str, at: datetime) -> Case | None:
    case = case_rows.case(connection, case_id)
    look = case.look if case is not None else None
    if case is None or look is None or look.turns_at > at:
        return None
    if look.state is LookState.WAITING:
        if case_rows.has_open_case(connection, case.account_id):
            # The account came back by itself, and a person has one case of it.
            return closed(case, None, look.first)
        return opened(case, look, at)
    return closed(case, None, look.first) if case.holder(at) is None else None


def second_looks(connection: Connection, query: LookQuery) -> tuple[Case, ...]:
    """Return the cases of second looks, those that changed last first."""
    return tuple(map(_CASE.decode, connection.scalars(look_rows.bodies(query))))


def ruled(connection: Connection, since: datetime, limit: int) -> tuple[Case, ...]:
    """Return the cases with a verdict since a time, the newest verdict first."""
    table = schema.CASES.c
    chosen = (
        select(table.body)
        .where(table.ruled_us >= max(to_us(since), 1))
        .order_by(table.ruled_us.desc(), table.case_id)
        .limit(limit)
    )
    return tuple(_CASE.decode(body) for body in connection.scalars(chosen))


def audited(
    connection: Connection, since: datetime, until: datetime, limit: int
) -> tuple[Case, ...]:
    """Return the cases of a time that were drawn by chance or ever had a verdict, the newest first.

    What was drawn is what its decisions did not hold.
    """
    table = schema.CASES.c
    drawn = table.action.not_in((Action.REVIEW.label, Action.TERMINATE.label))
    chosen = (
        select(table.body)
        .where(table.opened_us >= to_us(since), table.opened_us <= to_us(until))
        .where((table.ruled_us > 0) | drawn)
        .order_by(table.opened_us.desc(), table.case_id)
        .limit(limit)
    )
    return tuple(_CASE.decode(body) for body in connection.scalars(chosen))


class _Seen(msgspec.Struct):
    stream: str | None = None
    recipients: int | None = None


class _Body(msgspec.Struct):
    """What is read of a decision's body here; the rest is skipped."""

    risk: float
    malicious: float
    careless: float
    rules: tuple[str, ...] = ()
    seen: _Seen | None = None


_BODY: Final = msgspec.msgpack.Decoder(_Body)
_UNSEEN: Final = _Seen()


def scored(connection: Connection, since: datetime, limit: int) -> tuple[Scored, ...]:
    """Return what is weighed of the newest decisions since a time, the newest first."""
    table = schema.DECISIONS.c
    chosen = (
        select(table.account_id, table.subject, table.as_of_us, table.action, table.body)
        .where(table.as_of_us >= to_us(since))
        .order_by(table.as_of_us.desc(), table.decision_id.desc())
        .limit(limit)
    )
    return tuple(_scored(*row) for row in connection.execute(chosen).all())


def _scored(account_id: str, subject: str, as_of_us: int, action: str, body: bytes) -> Scored:
    read = _BODY.decode(body)
    seen = read.seen or _UNSEEN
    return Scored(
        account_id=account_id, subject=subject, as_of=from_us(as_of_us), action=action,
        risk=read.risk, malicious=read.malicious, careless=read.careless, rules=read.rules,
        stream=seen.stream, recipients=seen.recipients,
    )  # fmt: skip


def arrivals(connection: Connection, since: datetime, until: datetime) -> tuple[Arrivals, ...]:
    """Return how many cases came in each hour by subject, hours without any left out."""
    table = schema.CASES.c
    hour = table.opened_us - table.opened_us % _HOUR_US
    rows = connection.execute(
        select(hour.label("hour"), table.subject, func.count())
        .where(table.opened_us >= to_us(since), table.opened_us < to_us(until))
        .group_by(hour, table.subject)
    )
    found = [Arrivals(hour=from_us(row[0]), subject=row[1], cases=row[2]) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.hour, one.subject)))
