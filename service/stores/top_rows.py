"""The first by a count or by risk, with the period before. Each function runs in a transaction."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Subquery,
    case,
    func,
    literal,
    select,
)

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
    each = _each_account(query).subquery()
    rows = [row for row in connection.execute(_grouped(query, each)) if row.now]
    is_tie = query.by not in _COLUMNS
    examples = _accounts(connection, [row.example for row in rows]) if is_tie else {}
    number = float if query.counter == RISK else round
    return tuple(
        Top(
            name=None if is_tie else row.name,
            now=number(row.now), before=number(row.before or 0), accounts=row.accounts,
            example=examples.get(row.example), tie=row.name if is_tie else None,
        )
        for row in rows
    )  # fmt: skip


def _each_account(query: TopQuery) -> Select[Any]:
    """Return the figures of each account that is asked for, with the fact that it is grouped by."""
    figure: ColumnElement[Any]
    added: Any = func.sum
    if query.counter in COUNTERS:
        is_now, figure = _T.slot >= query.slots[1], _T[query.counter]
        joined = schema.ACCOUNTS.join(schema.TILES, _T.entity == _A.entity)
    else:
        is_now = _S.as_of_us >= _us(query, query.slots[1])
        joined = schema.ACCOUNTS.join(schema.SUBJECTS, _S.account_id == _A.account_id)
        figure = _S.risk * _S.size
        if query.counter == RISK:
            figure, added = _S.risk, func.max
    group = _COLUMNS.get(query.by, _A.account_id)
    columns = dict.fromkeys((_A.account_id, group))
    statement = (
        select(
            _A.account_id, group.label("name"),
            added(case((is_now, figure), else_=0)).label("now"),
            added(case((~is_now, figure), else_=0)).label("before"),
        )
        .select_from(joined)
        .where(*_inside(query))
        .group_by(*columns)
    )  # fmt: skip
    return chosen(statement, query.which)


def _grouped(query: TopQuery, each: Subquery) -> Select[Any]:
    """Return the first groups: a name or the key of a tie, figures, how many accounts, one of them."""
    one, name = each.c, each.c.name
    joined: FromClause = each
    if query.by not in _COLUMNS:
        name = _TIES.tie.label("name")
        mine = (_TIES.account_id == one.account_id) & (_TIES.kind == query.by)
        joined = each.join(schema.TIES, mine)
    added = func.max if query.counter == RISK else func.sum
    now: ColumnElement[Any] = added(one.now)
    statement = (
        select(
            name, now.label("now"), added(one.before).label("before"),
            func.count().label("accounts"), func.max(one.account_id).label("example"),
        )
        .select_from(joined)
        .group_by(name)
    )  # fmt: skip
    if query.by == "account":
        # An account is a group of its own.
        now = one.now
        statement = select(
            name, now, one.before, literal(1).label("accounts"), one.account_id.label("example")
        )
    return statement.order_by(now.desc(), name).limit(query.limit)


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
