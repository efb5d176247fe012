"""Accounts, sending domains, lists and ties in the tables. Each function runs in a transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec
from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)

from features.facts import Peers, TieKind
from features.records import Account, ListImport, SendingDomain
from features.tiles import COUNTERS, account_key
from features.windows import Grain
from service.stores import look_rows, overlap_rows, schema
from service.stores.contract import Hashes, Row
from service.stores.dialects import Columns, Dialect
from service.stores.prepared import Prepared
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_ACCOUNT: Final = msgspec.msgpack.Decoder(Account)
_DOMAIN: Final = msgspec.msgpack.Decoder(SendingDomain)
_IMPORT: Final = msgspec.msgpack.Decoder(ListImport)
RECENT: Final = timedelta(days=7)
MAX_PEERS: Final = 200
MAX_SUMMED_PEERS: Final = 50
# What one person can hardly help sharing, and what so many accounts share is not one person's.
_CLOSE: Final = (
    TieKind.SIGNUP_IP, TieKind.DEVICE, TieKind.PAYMENT, TieKind.WEBSITE, TieKind.SENDING_DOMAIN,
    TieKind.TEMPLATE,
)  # fmt: skip
_RARE: Final = 20
_OWN: Final[BindParameter[str]] = bindparam("account_id")
_ACCOUNT_BODY: Final = Prepared(
    select(schema.ACCOUNTS.c.body).where(schema.ACCOUNTS.c.account_id == _OWN)
)
_ACCOUNT_CREATED: Final = Prepared(
    select(schema.ACCOUNTS.c.created_us).where(schema.ACCOUNTS.c.account_id == _OWN)
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
    add_ties(connection, dialect, account.account_id, ties, at, created_us)


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


def add_ties(
    connection: Connection,
    dialect: Dialect,
    account_id: str,
    ties: Mapping[TieKind, int],
    at: datetime,
    created_us: int | None = None,
) -> None:
    if not ties:
        return
    if created_us is None:
        row = _ACCOUNT_CREATED.row(connection, account_id=account_id)
        created_us = None if row is None else row[0]
    n = len(ties)
    columns: Columns = {
        "tie": list(ties.values()),
        "account_id": [account_id] * n,
        "kind": [kind.value for kind in ties],
        "created_us": [to_us(at) if created_us is None else created_us] * n,
        "since_us": [to_us(at)] * n,
    }
    dialect.upsert(connection, schema.TIES, columns, "NOTHING")


class _Peer(Row, frozen=True, kw_only=True):
    account_id: str
    created_us: int
    flagged: bool


def peers(
    connection: Connection, dialect: Dialect, account: Account, ties: Mapping[TieKind, int]
) -> dict[TieKind, Peers]:
    """Who else shares each tie; at most 200 of the newest accounts are counted a tie."""
    found = _peers_of(connection, account.account_id, ties)
    summed = sorted({p.account_id for ps in found.values() for p in ps[:MAX_SUMMED_PEERS]})
    totals = _totals(connection, dialect, summed)
    held = _held(connection, found)
    since, until = (to_us(account.created_at + sign * RECENT) for sign in (-1, 1))
    result = {}
    for kind in ties:
        of_kind = found.get(kind, [])
        sums = [totals[p.account_id] for p in of_kind[:MAX_SUMMED_PEERS] if p.account_id in totals]
        result[kind] = Peers(
            accounts=len(of_kind),
            flagged=sum(p.flagged for p in of_kind),
            recent=sum(since <= p.created_us <= until for p in of_kind),
            totals=tuple(sum(column) for column in zip(*sums, strict=True)) if sums else (0,) * 11,
            held=sum(p.account_id in held for p in of_kind),
        )
    return result


def _held(connection: Connection, found: Mapping[TieKind, list[_Peer]]) -> set[str]:
    """Return which closely tied accounts have mail held that nobody has looked at yet."""
    close = {
        peer.account_id
        for kind, peers in found.items()
        if kind in _CLOSE and len(peers) <= _RARE
        for peer in peers
    }
    if not close:
        return set()
    cases = schema.CASES.c
    rows = connection.execute(
        select(cases.account_id)
        .distinct()
        .where(cases.account_id.in_(close), cases.state == "open")
        .where(cases.action.in_(("review", "terminate")))
        # Somebody has looked already at what is looked at again.
        .where(cases.case_id.not_in(look_rows.open_now()))
    )
    return {account_id for (account_id,) in rows}


def _peers_of(
    connection: Connection, account_id: str, ties: Mapping[TieKind, int]
) -> dict[TieKind, list[_Peer]]:
    if not ties:
        return {}
    known = {kind.value: tie for kind, tie in ties.items()}
    rows = _newest_peers(tuple(known)).rows(connection, account_id=account_id, **known)
    result: dict[TieKind, list[_Peer]] = {}
    for kind, other, created_us, is_flagged in rows:
        peer = _Peer(account_id=other, created_us=created_us, flagged=bool(is_flagged))
        result.setdefault(TieKind(kind), []).append(peer)
    for found in result.values():
        found.sort(key=lambda peer: (-peer.created_us, peer.account_id))
    return result


@lru_cache(maxsize=1_024)
def _newest_peers(kinds: tuple[str, ...]) -> Prepared:
    """Return the query for some kinds of ties; building it costs more than running it."""
    t, a = schema.TIES, schema.ACCOUNTS
    flagged = case(
        (a.c.verdict.is_not(None), case((a.c.verdict == "abusive", 1), else_=0)),
        (a.c.last_action == "terminate", 1),
        else_=0,
    )
    newest = [
        select(
            select(literal(kind).label("kind"), t.c.account_id, t.c.created_us)
            .where(t.c.tie == bindparam(kind), t.c.account_id != bindparam("account_id"))
            .order_by(t.c.created_us.desc(), t.c.account_id)
            .limit(MAX_PEERS)
            .subquery()
        )
        for kind in kinds
    ]
    shared = union_all(*newest).subquery()
    joined = shared.outerjoin(a, a.c.account_id == shared.c.account_id)
    columns = (shared.c.kind, shared.c.account_id, shared.c.created_us, flagged)
    return Prepared(select(*columns).select_from(joined))


def _totals(
    connection: Connection, dialect: Dialect, account_ids: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    if not account_ids:
        return {}
    keys = {account_key(account_id): account_id for account_id in account_ids}
    rows = dialect.select_in(
        connection,
        f"SELECT entity, {', '.join(COUNTERS)} FROM tiles WHERE grain = {Grain.TOTAL.value} "  # noqa: S608
        "AND slot = 0 AND entity",
        list(keys),
    )
    return {keys[row[0]]: tuple(row[1:]) for row in rows}


def set_verdict(connection: Connection, account_id: str, verdict: str | None) -> None:
    table = schema.ACCOUNTS
    connection.execute(
        update(table).where(table.c.account_id == account_id).values(verdict=verdict)
    )


def set_last_action(connection: Connection, account_id: str, action: str) -> None:
    _LAST_ACTION.run(connection, whose=account_id, action=action)


def count_rows(connection: Connection, table_name: str) -> int:
    """Return the number of rows of a table of the schema."""
    counted = select(func.count()).select_from(schema.METADATA.tables[table_name])
    return int(connection.scalar(counted) or 0)


def ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
