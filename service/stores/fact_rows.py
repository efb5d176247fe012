"""Accounts, sending domains, lists and flags of recipients in the tables. Each function runs in a transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from features.facts import TieKind
from features.records import Account, ListImport, SendingDomain
from features.tiles import account_key
from service.stores import overlap_rows, schema, tie_rows
from service.stores.contract import Hashes
from service.stores.dialects import Columns, Dialect
from service.stores.prepared import Prepared
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_ACCOUNT: Final = msgspec.msgpack.Decoder(Account)
_DOMAIN: Final = msgspec.msgpack.Decoder(SendingDomain)
_IMPORT: Final = msgspec.msgpack.Decoder(ListImport)
_OWN: Final[BindParameter[str]] = bindparam("account_id")
_ACCOUNT_BODY: Final = Prepared(
    select(schema.ACCOUNTS.c.body).where(schema.ACCOUNTS.c.account_id == _OWN)
)
_DOMAIN_BODIES: Final = Prepared(
    select(schema.DOMAINS.c.body)
    .where(schema.DOMAINS.c.account_id == _OWN)
    .order_by(schema.DOMAINS.c.domain)
)
_IMPORT_BODIES: Final = Prepared(
    select(schema.IMPORTS.c.list_id, schema.IMPORTS.c.body)
    .where(schema.IMPORTS.c.account_id == _OWN)
    .order_by(schema.IMPORTS.c.imported_us, schema.IMPORTS.c.import_id)
)
_LAST_ACTION: Final = Prepared(
    update(schema.ACCOUNTS)
    .where(
        schema.ACCOUNTS.c.account_id == bindparam("whose"),
        schema.ACCOUNTS.c.last_action.is_distinct_from(bindparam("action")),
    )
    .values(last_action=bindparam("action"))
)


def put_account(
    connection: Connection,
    dialect: Dialect,
    account: Account,
    ties: Mapping[TieKind, int],
    at: datetime,
) -> None:
    body = _ENCODE(account)
    created_us = to_us(account.created_at)
    dialect.upsert(
        connection,
        schema.ACCOUNTS,
        {
            "account_id": [account.account_id],
            "created_us": [created_us],
            "entity": [account_key(account.account_id)],
            "plan": [account.plan],
            "country": [account.country],
            "body": [body],
        },
        "UPDATE SET body = excluded.body, created_us = excluded.created_us, "
        "plan = excluded.plan, country = excluded.country",
    )
    dialect.upsert(
        connection,
        schema.ACCOUNT_HISTORY,
        {"account_id": [account.account_id], "valid_from_us": [to_us(at)], "body": [body]},
        "UPDATE SET body = excluded.body",
    )
    tie_rows.add_ties(connection, dialect, account.account_id, ties, at, created_us)


def account(connection: Connection, account_id: str) -> Account | None:
    row = _ACCOUNT_BODY.row(connection, account_id=account_id)
    return None if row is None else _ACCOUNT.decode(row[0])


def put_domain(
    connection: Connection, dialect: Dialect, domain: SendingDomain, at: datetime
) -> None:
    columns: Columns = {
        "domain": [domain.domain],
        "account_id": [domain.account_id],
        "body": [_ENCODE(domain)],
    }
    change = "UPDATE SET account_id = excluded.account_id, body = excluded.body"
    dialect.upsert(connection, schema.DOMAINS, columns, change)
    history = {**columns, "valid_from_us": [to_us(at)]}
    dialect.upsert(connection, schema.DOMAIN_HISTORY, history, change)


def domains(connection: Connection, account_id: str) -> tuple[SendingDomain, ...]:
    rows = _DOMAIN_BODIES.rows(connection, account_id=account_id)
    return tuple(_DOMAIN.decode(row[0]) for row in rows)


def domain_names(connection: Connection, after: str, limit: int) -> tuple[str, ...]:
    name = schema.DOMAINS.c.domain
    query = select(name).where(name > after).order_by(name).limit(limit)
    return tuple(connection.scalars(query))


def domain_owner(connection: Connection, domain: str) -> str | None:
    table = schema.DOMAINS
    query = select(table.c.account_id).where(table.c.domain == domain)
    found: str | None = connection.scalar(query)
    return found


def add_import(
    connection: Connection, dialect: Dialect, record: ListImport, sketch: Hashes
) -> None:
    """Keep an import; the sketch of a list is that of its newest import."""
    key = {"account_id": record.account_id, "list_id": record.list_id}
    connection.execute(
        insert(schema.IMPORTS).values(
            **key,
            imported_us=to_us(record.imported_at),
            import_id=record.import_id,
            body=_ENCODE(record),
        )
    )
    overlap_rows.put_sketch(
        connection, dialect, record.account_id, record.list_id, sketch, to_us(record.imported_at)
    )


def imports(
    connection: Connection, account_id: str, list_ids: Sequence[str] | None
) -> tuple[ListImport, ...]:
    rows = _IMPORT_BODIES.rows(connection, account_id=account_id)
    newest = {row[0]: row[1] for row in rows if list_ids is None or row[0] in list_ids}
    return tuple(_IMPORT.decode(newest[list_id]) for list_id in sorted(newest))


def recipient_flags(connection: Connection, dialect: Dialect, hashes: Hashes) -> dict[int, int]:
    rows = dialect.select_in(
        connection, "SELECT hash, flags FROM recipients WHERE hash", hashes.tolist()
    )
    return {row[0]: row[1] for row in rows}


def set_verdict(connection: Connection, account_id: str, verdict: str | None) -> None:
    table = schema.ACCOUNTS
    connection.execute(
        update(table).where(table.c.account_id == account_id).values(verdict=verdict)
    )


def set_last_action(connection: Connection, account_id: str, action: str) -> None:
    _LAST_ACTION.run(connection, whose=account_id, action=action)
