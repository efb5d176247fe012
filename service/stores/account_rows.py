"""Accounts found by what is known of them. Each function runs in a transaction."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, select

from features.records import Account
from service.stores import schema
from service.stores.contract import (
    AccountQuery,
    AccountRow,
    AccountsPage,
    ActiveKind,
    WhichAccounts,
)
from service.stores.times import to_us

ACCOUNT: Final = msgspec.msgpack.Decoder(Account)
_T: Final = schema.ACCOUNTS.c


def find(connection: Connection, query: AccountQuery) -> AccountsPage:
    """Return accounts, newest first. Raises `ValueError` for a cursor that is none."""
    columns = (_T.account_id, _T.created_us, _T.last_action, _T.verdict, _T.body)
    statement = chosen(select(*columns), query.which).order_by(
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
                account=ACCOUNT.decode(row.body), last_action=row.last_action, verdict=row.verdict
            )
            for row in found
        ),
        next_cursor=f"{found[-1].created_us}~{found[-1].account_id}"
        if len(rows) > query.limit
        else None,
    )


def chosen(statement: Select[Any], which: WhichAccounts) -> Select[Any]:
    """Keep the accounts that are asked for; `statement` reads from the accounts."""
    for name in ("plan", "country", "last_action", "verdict"):
        wanted = getattr(which, name)
        if wanted is not None:
            statement = statement.where(_T[name] == wanted)
    if which.since is not None:
        statement = statement.where(_T.created_us >= to_us(which.since))
    for tie in which.ties:
        sharing = select(schema.TIES.c.account_id).where(schema.TIES.c.tie == tie)
        statement = statement.where(_T.account_id.in_(sharing))
    if which.provider is not None:
        active = schema.ACTIVITY.c
        there = (active.kind == ActiveKind.ACCOUNT) & (active.part == which.provider)
        statement = statement.where(_T.account_id.in_(select(active.subject).where(there)))
    return statement
