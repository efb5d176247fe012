"""The first by a count or by risk, with the period before. Each function runs in a transaction."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, func, select

from features.records import Account, Subject
from features.tiles import COUNTERS, account_provider_key, provider_key
from service.stores import schema
from service.stores.account_rows import ACCOUNT, chosen
from service.stores.activity_rows import active_parts
from service.stores.contract import ActiveKind, Top, TopQuery, WhichAccounts
from service.stores.dialects import Dialect

RISK: Final = "risk"
EXPECTED: Final = "expected_abusive"
PROVIDER: Final = "provider"
_A: Final = schema.ACCOUNTS.c
_T: Final = schema.TILES.c
_S: Final = schema.SUBJECTS.c
_TIES: Final = schema.TIES.c
_COLUMNS: Final = {"account": _A.account_id, "plan": _A.plan, "country": _A.country}
# Providers that are ranked: the newest, then those of most accounts.
_MOST_PROVIDERS: Final = 1_000
_SECOND_US: Final = 1_000_000


def top(connection: Connection, dialect: Dialect, query: TopQuery) -> tuple[Top, ...]:
    """Return the first of a group by a count or by risk. Raises `ValueError` for what is neither."""
    if query.counter not in (*COUNTERS, RISK, EXPECTED):
        raise ValueError(f"no count is called {query.counter!r}")
    if query.by == PROVIDER:
        return _by_provider(connection, dialect, query)
    by_tie = query.by not in _COLUMNS
    group = _TIES.tie if by_tie else _COLUMNS[query.by]
    source = schema.ACCOUNTS
    joined: FromClause = source
    if by_tie:
        joined = source.join(schema.TIES, _TIES.account_id == _A.account_id)
    now, before, joined = _figures(query, joined)
    statement = (
        select(
            group.label("name"), now.label("now"), before.label("before"),
            func.count(_A.account_id.distinct()).label("accounts"),
            func.max(_A.account_id).label("example"),
        )
        .select_from(joined)
        .where(*_inside(query), *((_TIES.kind == query.by,) if by_tie else ()))
        .group_by(group)
        .order_by(now.desc(), group)
        .limit(query.limit)
    )  # fmt: skip
    rows = [row for row in connection.execute(chosen(statement, query.which)) if row.now]
    examples = _accounts(connection, [row.example for row in rows]) if by_tie else {}
    number = float if query.counter == RISK else round
    return tuple(
        Top(
            name=None if by_tie else row.name,
            now=number(row.now), before=number(row.before or 0), accounts=row.accounts,
            example=examples.get(row.example), tie=row.name if by_tie else None,
        )
        for row in rows
    )  # fmt: skip


def _figures(query: TopQuery, joined: FromClause) -> tuple[Any, Any, FromClause]:
    """Return the figure of the period, that of the one before, and what they are taken from."""
    middle = query.slots[1]
    if query.counter in COUNTERS:
        tiles = joined.join(schema.TILES, _T.entity == _A.entity)
        counter = _T[query.counter]
        return *_split(_T.slot >= middle, counter, func.sum), tiles
    subjects = joined.join(schema.SUBJECTS, _S.account_id == _A.account_id)
    is_now = _S.as_of_us >= _us(query, middle)
    if query.counter == RISK:
        return *_split(is_now, _S.risk, func.max), subjects
    return *_split(is_now, _S.risk * _S.size, func.sum), subjects


def _split(is_now: ColumnElement[bool], figure: ColumnElement[Any], adding: Any) -> tuple[Any, Any]:
    return adding(case((is_now, figure), else_=0)), adding(case((~is_now, figure), else_=0))


def _inside(query: TopQuery) -> tuple[ColumnElement[bool], ...]:
    """Return what keeps to the two periods, and for counts to the accounts that were active."""
    first, _, last = query.slots
    if query.counter not in COUNTERS:
        return (
            _S.subject == Subject.CAMPAIGN.value,
            _S.as_of_us >= _us(query, first), _S.as_of_us < _us(query, last),
        )  # fmt: skip
    active = schema.ACTIVITY.c
    busy = select(active.subject).where(
        active.kind == ActiveKind.ACCOUNT, active.last_hour >= query.active_hour
    )
    return (
        _T.grain == query.grain, _T.slot >= first, _T.slot < last, _A.account_id.in_(busy),
    )  # fmt: skip


def _us(query: TopQuery, slot: int) -> int:
    return slot * query.grain * _SECOND_US


def _accounts(connection: Connection, ids: Sequence[str]) -> dict[str, Account]:
    rows = connection.execute(select(_A.account_id, _A.body).where(_A.account_id.in_(ids)))
    return {row.account_id: ACCOUNT.decode(row.body) for row in rows}


def _by_provider(connection: Connection, dialect: Dialect, query: TopQuery) -> tuple[Top, ...]:
    """Rank mailbox providers by the mail of everyone, or of the accounts chosen."""
    if query.counter not in COUNTERS:
        raise ValueError("risk is of campaigns, which go to many providers")
    if query.which == WhichAccounts():
        names = active_parts(connection, ActiveKind.ACCOUNT, query.active_hour, _MOST_PROVIDERS)
        keys = {provider_key(name): name for name in names}
    else:
        keys = _pairs(connection, query)
    counted: dict[str, list[int]] = {}
    for entity, now, before in _counts(connection, dialect, query, list(keys)):
        sums = counted.setdefault(keys[entity], [0, 0])
        sums[0] += now
        sums[1] += before
    order = sorted(counted, key=lambda name: (-counted[name][0], name))[: query.limit]
    return tuple(
        Top(name=name, now=counted[name][0], before=counted[name][1])
        for name in order
        if counted[name][0]
    )


def _pairs(connection: Connection, query: TopQuery) -> dict[int, str]:
    """Return the provider of each pair of a chosen account and a provider, by the pair's key."""
    active: Any = schema.ACTIVITY.c
    joined = schema.ACTIVITY.join(schema.ACCOUNTS, _A.account_id == active.subject)
    statement = (
        select(active.subject, active.part)
        .select_from(joined)
        .where(active.kind == ActiveKind.ACCOUNT, active.last_hour >= query.active_hour)
    )
    rows: Select[Any] = chosen(statement, query.which)
    return {account_provider_key(name, part): part for name, part in connection.execute(rows)}


def _counts(
    connection: Connection, dialect: Dialect, query: TopQuery, keys: Sequence[int]
) -> list[Any]:
    """Return (entity, now, before) of some entities."""
    first, middle, last = map(int, query.slots)
    name = COUNTERS[COUNTERS.index(query.counter)]

    def added(condition: str) -> str:
        return f"CAST(SUM(CASE WHEN {condition} THEN {name} ELSE 0 END) AS BIGINT)"

    return dialect.select_in(
        connection,
        f"SELECT entity, {added(f'slot >= {middle}')}, {added(f'slot < {middle}')} FROM tiles "  # noqa: S608
        f"WHERE grain = {int(query.grain)} AND slot >= {first} AND slot < {last} AND entity",
        keys,
        "GROUP BY entity",
    )
