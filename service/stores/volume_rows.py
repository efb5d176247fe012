"""What accounts were granted, and which fresh trial accounts belong together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from features.records import Account
from models.inflight.volume import Sent
from service.stores import schema
from service.stores.dialects import Dialect
from service.stores.times import to_us

_SENT: Final = msgspec.msgpack.Decoder(Sent)
_ACCOUNT: Final = msgspec.msgpack.Decoder(Account)
_T: Final = schema.ACCOUNT_VOLUMES.c
_NEW: Final = Sent()
# A tie that so many accounts share is a university's address, not one person's fleet.
_MOST_TIED: Final = 200


def fleet(
    connection: Connection, account_id: str, ties: Sequence[int], since: datetime
) -> tuple[str, ...]:
    """Return the other unpaid accounts created since then that share one of the ties, by id."""
    found: set[str] = set()
    accounts, tied = schema.ACCOUNTS.c, schema.TIES.c
    for tie in ties:
        rows = connection.execute(
            select(accounts.account_id, accounts.body)
            .select_from(schema.TIES.join(schema.ACCOUNTS, accounts.account_id == tied.account_id))
            .where(tied.tie == tie, accounts.created_us >= to_us(since))
            .where(accounts.account_id != account_id)
            .limit(_MOST_TIED + 1)
        ).all()
        if len(rows) <= _MOST_TIED:
            found |= {other for other, body in rows if not _ACCOUNT.decode(body).paid}
    return tuple(sorted(found))


def lock_accounts(connection: Connection, account_ids: Sequence[str]) -> None:
    """Let releases of accounts that share a volume come one after another.

    In the order of their ids, so that two never wait for each other. SQLite has one writer.
    """
    rows = select(schema.ACCOUNTS.c.account_id).where(schema.ACCOUNTS.c.account_id.in_(account_ids))
    connection.execute(
        rows.order_by(schema.ACCOUNTS.c.account_id).with_for_update(key_share=True)
    ).all()


def sent(connection: Connection, account_ids: Sequence[str], lane: str) -> list[Sent]:
    """Return what each account was granted in a lane, in the order of the ids."""
    rows = connection.execute(
        select(_T.account_id, _T.sent).where(_T.account_id.in_(account_ids), _T.lane == lane)
    ).all()
    known: Mapping[str, Sent] = {account_id: _SENT.decode(body) for account_id, body in rows}
    return [known.get(account_id, _NEW) for account_id in account_ids]


def put_sent(
    connection: Connection, dialect: Dialect, account_id: str, lane: str, now: Sent
) -> None:
    dialect.upsert(
        connection,
        schema.ACCOUNT_VOLUMES,
        {"account_id": [account_id], "lane": [lane], "sent": [msgspec.msgpack.encode(now)]},
        "UPDATE SET sent = excluded.sent",
    )
