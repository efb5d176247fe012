"""What accounts share: kept, counted for features, and told by name. Each function runs in a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, case, literal, select, union_all

from features.facts import NEAR_TEMPLATES, Peers, TieKind
from features.records import Account
from features.tiles import COUNTERS, account_key
from features.windows import Grain
from service.stores import look_rows, overlap_rows, schema
from service.stores.contract import Row, Tied, TiedAccount
from service.stores.dialects import Columns, Dialect
from service.stores.prepared import Prepared
from service.stores.times import from_us, to_us

RECENT: Final = timedelta(days=7)
MAX_PEERS: Final = 200
MAX_SUMMED_PEERS: Final = 50
# What one person can hardly help sharing, and what so many accounts share is not one person's.
_CLOSE: Final = (
    TieKind.SIGNUP_IP, TieKind.DEVICE, TieKind.PAYMENT, TieKind.WEBSITE, TieKind.SENDING_DOMAIN,
    TieKind.TEMPLATE,
)  # fmt: skip
_RARE: Final = 20
_ACCOUNT_CREATED: Final = Prepared(
    select(schema.ACCOUNTS.c.created_us).where(
        schema.ACCOUNTS.c.account_id == bindparam("account_id")
    )
)
# What an account shares is looked at for so many things, the newest first.
_MOST_TIES: Final = 40
# Counted to this many accounts: what more than that share says nothing.
MOST_COUNTED: Final = 200
_MOST_NAMED: Final = 25
_MOST_LISTS: Final = 3
LIST_OVERLAP: Final = "list_overlap"
NEAR_TEMPLATE: Final = "near_template"
_NEAR: Final = tuple(kind.value for kind in NEAR_TEMPLATES)
_MOST_NEAR: Final = 20
_T: Final = schema.TIES.c
_S: Final = schema.LIST_SKETCHES.c


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


def tied(connection: Connection, dialect: Dialect, account_id: str) -> tuple[Tied, ...]:
    """Return what an account shares with others, what the fewest share first."""
    own = [
        *_own(connection, account_id, _T.kind.not_in(_NEAR), _MOST_TIES),
        *_own(connection, account_id, _T.kind.in_(_NEAR), _MOST_NEAR),
    ]
    found = [(kind, _others(connection, tie, account_id)) for kind, tie in own]
    shared = _told_once([(kind, others) for kind, others in found if others])
    overlaps = _overlaps(connection, dialect, account_id)
    named = {a for _, others in shared for a in others[:_MOST_NAMED]} | set(overlaps)
    known = _accounts(connection, named)
    ties = [
        Tied(
            kind=kind,
            accounts=len(others),
            peers=tuple(known[a] for a in others[:_MOST_NAMED] if a in known),
        )
        for kind, others in shared
    ]
    if overlaps:
        peers = tuple(known[a] for a in overlaps if a in known)
        ties.append(Tied(kind=LIST_OVERLAP, accounts=len(overlaps), peers=peers))
    return tuple(sorted(ties, key=lambda one: (one.accounts, one.kind)))


def _own(
    connection: Connection, account_id: str, which: ColumnElement[bool], most: int
) -> list[tuple[str, int]]:
    rows = connection.execute(
        select(_T.kind, _T.tie)
        .where(_T.account_id == account_id, which)
        .order_by(_T.since_us.desc(), _T.tie)
        .limit(most)
    )
    return [(kind, tie) for kind, tie in rows]


def _told_once(shared: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Return near copies of a template once: they share several keys, and exact ones the whole."""
    told: dict[tuple[str, tuple[str, ...]], None] = {}
    for kind, others in shared:
        told[NEAR_TEMPLATE if kind in _NEAR else kind, tuple(others)] = None
    exact = {others for kind, others in told if kind == TieKind.TEMPLATE}
    return [
        (kind, list(others))
        for kind, others in told
        if kind != NEAR_TEMPLATE or others not in exact
    ]


def _others(connection: Connection, tie: int, account_id: str) -> list[str]:
    chosen = (
        select(_T.account_id)
        .where(_T.tie == tie, _T.account_id != account_id)
        .order_by(_T.created_us.desc(), _T.account_id)
        .limit(MOST_COUNTED)
    )
    return list(connection.scalars(chosen))


def _overlaps(connection: Connection, dialect: Dialect, account_id: str) -> list[str]:
    """Return the accounts whose lists share addresses with the newest lists of this one."""
    sketches = connection.scalars(
        select(_S.hashes)
        .where(_S.account_id == account_id)
        .order_by(_S.stored_us.desc())
        .limit(_MOST_LISTS)
    ).all()
    found: dict[str, float] = {}
    for body in sketches:
        sketch = overlap_rows.read_sketch(body)
        for one in overlap_rows.overlaps(connection, dialect, account_id, sketch, _MOST_NAMED):
            if one.account_id:
                found[one.account_id] = max(found.get(one.account_id, 0.0), one.containment)
    return sorted(found, key=lambda key: (-found[key], key))


def _accounts(connection: Connection, ids: Iterable[str]) -> dict[str, TiedAccount]:
    a = schema.ACCOUNTS.c
    rows = connection.execute(
        select(a.account_id, a.created_us, a.verdict, a.last_action).where(
            a.account_id.in_(sorted(ids))
        )
    )
    return {
        row.account_id: TiedAccount(
            account_id=row.account_id,
            created_at=from_us(row.created_us),
            verdict=row.verdict,
            last_action=row.last_action,
        )
        for row in rows
    }
