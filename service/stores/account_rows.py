"""Accounts found by what is known of them, and the first by a count. Each function runs in a transaction."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, case, func, select

from features.records import Account
from features.tiles import COUNTERS
from service.stores import schema
from service.stores.contract import (
    AccountQuery,
    AccountRow,
    AccountsPage,
    ActiveKind,
    Top,
    TopQuery,
    WhichAccounts,
)
from service.stores.times import to_us

_ACCOUNT: Final = msgspec.msgpack.Decoder(Account)
_T: Final = schema.ACCOUNTS.c
_GROUPS: Final = {"account": _T.account_id, "plan": _T.plan, "country": _T.country}


def find(connection: Connection, query: AccountQuery) -> AccountsPage:
    """Return accounts, newest first. Raises `ValueError` for a cursor that is none."""
    columns = (_T.account_id, _T.created_us, _T.last_action, _T.verdict, _T.body)
    statement = _chosen(select(*columns), query.which).order_by(
        _T.created_us.desc(), _T.account_id.desc()
    )
    if query.cursor is not None:
        created, _, account_id = query.cursor.partition("~")
        at = int(created)
        if abs(at) >= 2**63 or not account_id:
            raise ValueError("not a cursor of this service")
        older = (_T.created_us < at) | ((_T.created_us == at) & (_T.account_id < account_id))
        statement = statement.where(older)
    rows = connection.execute(statement.limit(query.limit + 1)).all()
    found = rows[: query.limit]
    return AccountsPage(
        accounts=tuple(
            AccountRow(
                account=_ACCOUNT.decode(row.body), last_action=row.last_action, verdict=row.verdict
            )
            for row in found
        ),
        next_cursor=f"{found[-1].created_us}~{found[-1].account_id}"
        if len(rows) > query.limit
        else None,
    )


def _chosen(statement: Select[Any], which: WhichAccounts) -> Select[Any]:
    for name in ("plan", "country", "last_action", "verdict"):
        wanted = getattr(which, name)
        if wanted is not None:
            statement = statement.where(_T[name] == wanted)
    if which.since is not None:
        statement = statement.where(_T.created_us >= to_us(which.since))
    return statement


def top(connection: Connection, query: TopQuery) -> tuple[Top, ...]:
    """Return who has the most of a count in a period, with the period before beside it.

    Only accounts that were active lately are looked at, and of each the tiles of the two periods.
    """
    if query.counter not in COUNTERS:
        raise ValueError(f"no count is called {query.counter!r}")
    tiles, active = schema.TILES.c, schema.ACTIVITY.c
    first, middle, last = query.slots
    counter, group = tiles[query.counter], _GROUPS[query.by]
    now = func.sum(case((tiles.slot >= middle, counter), else_=0))
    before = func.sum(case((tiles.slot < middle, counter), else_=0))
    busy = select(active.subject).where(
        active.kind == ActiveKind.ACCOUNT, active.last_hour >= query.active_hour
    )
    statement = (
        select(group.label("name"), now.label("now"), before.label("before"))
        .select_from(schema.ACCOUNTS.join(schema.TILES, tiles.entity == _T.entity))
        .where(tiles.grain == query.grain, tiles.slot >= first, tiles.slot < last)
        .where(_T.account_id.in_(busy))
        .group_by(group)
        .order_by(now.desc(), group)
        .limit(query.limit)
    )
    rows = connection.execute(_chosen(statement, query.which))
    return tuple(
        Top(name=row.name, now=int(row.now), before=int(row.before)) for row in rows if row.now
    )
