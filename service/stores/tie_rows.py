"""Who shares what with an account, by name: the ties of `fact_rows` the other way round."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from features.facts import NEAR_TEMPLATES, TieKind
from service.stores import overlap_rows, schema
from service.stores.contract import Tied, TiedAccount
from service.stores.dialects import Dialect
from service.stores.times import from_us

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
