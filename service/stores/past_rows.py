"""What was known at an earlier time, in the tables. Each function runs in a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from features.records import Account, ListImport, SendingDomain, Subject
from service.stores import schema
from service.stores.contract import TiedThen
from service.stores.dialects import Dialect
from service.stores.times import from_us, to_us

_ACCOUNT: Final = msgspec.msgpack.Decoder(Account)
_DOMAIN: Final = msgspec.msgpack.Decoder(SendingDomain)
_IMPORT: Final = msgspec.msgpack.Decoder(ListImport)


def account_past(connection: Connection, account_id: str) -> tuple[tuple[datetime, Account], ...]:
    table = schema.ACCOUNT_HISTORY.c
    rows = connection.execute(
        select(table.valid_from_us, table.body)
        .where(table.account_id == account_id)
        .order_by(table.valid_from_us)
    )
    return tuple((from_us(row.valid_from_us), _ACCOUNT.decode(row.body)) for row in rows)


def domains_past(
    connection: Connection, account_id: str
) -> tuple[tuple[datetime, SendingDomain], ...]:
    """Return the states of every domain that was ever the account's, those under others too."""
    table = schema.DOMAIN_HISTORY.c
    own = select(table.domain).where(table.account_id == account_id)
    rows = connection.execute(
        select(table.valid_from_us, table.body)
        .where(table.domain.in_(own))
        .order_by(table.valid_from_us, table.domain)
    )
    return tuple((from_us(row.valid_from_us), _DOMAIN.decode(row.body)) for row in rows)


def imports_past(connection: Connection, account_id: str) -> tuple[ListImport, ...]:
    table = schema.IMPORTS.c
    rows = connection.scalars(
        select(table.body)
        .where(table.account_id == account_id)
        .order_by(table.imported_us, table.import_id)
    )
    return tuple(_IMPORT.decode(body) for body in rows)


def tied_then(
    connection: Connection, account_id: str, tie: int, at: datetime, limit: int
) -> tuple[TiedThen, ...]:
    table = schema.TIES.c
    rows = connection.execute(
        select(table.account_id, table.created_us)
        .where(table.tie == tie, table.account_id != account_id, table.since_us <= to_us(at))
        .order_by(table.created_us.desc(), table.account_id)
        .limit(limit)
    )
    return tuple(
        TiedThen(account_id=row.account_id, created_at=from_us(row.created_us)) for row in rows
    )


def actions_past(
    connection: Connection, account_ids: Sequence[str]
) -> dict[str, tuple[tuple[datetime, str], ...]]:
    """Return what was decided on each account and its campaigns, oldest first."""
    table = schema.DECISIONS.c
    rows = connection.execute(
        select(table.account_id, table.as_of_us, table.action)
        .where(table.account_id.in_(account_ids), table.subject != Subject.LIST.value)
        .order_by(table.as_of_us, table.decision_id)
    )
    found: dict[str, list[tuple[datetime, str]]] = {one: [] for one in account_ids}
    for row in rows:
        found[row.account_id].append((from_us(row.as_of_us), row.action))
    return {account_id: tuple(actions) for account_id, actions in found.items()}


def keep_feature_set(
    connection: Connection, dialect: Dialect, fingerprint: str, definitions: str
) -> None:
    columns = {"fingerprint": [fingerprint], "definitions": [definitions]}
    dialect.upsert(connection, schema.FEATURE_SETS, columns, "NOTHING")


def feature_set(connection: Connection, fingerprint: str) -> str | None:
    table = schema.FEATURE_SETS.c
    found = connection.scalar(select(table.definitions).where(table.fingerprint == fingerprint))
    return None if found is None else str(found)
