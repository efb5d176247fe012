"""Whole days of tiles and decisions, read in pages and put back. Each function runs in a transaction."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select, tuple_

from features.tiles import COUNTERS
from features.windows import Grain
from models.decision import Decision
from service.stores import schema, subject_rows
from service.stores.contract import Row
from service.stores.dialects import Columns, Dialect
from service.stores.prepared import driver_rows

GRAINS: Final = (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY)
_DAY_S: Final = 86_400
_DECISION: Final = msgspec.msgpack.Decoder(Decision)
_COLUMNS: Final = ("entity", "grain", "slot", *COUNTERS)
_ADD: Final = "UPDATE SET " + ", ".join(f"{c} = tiles.{c} + excluded.{c}" for c in COUNTERS)

# Positions in a page: the key of the last row that was read.
TileKey = tuple[int, int, int]
TileRow = tuple[int, ...]


class StoredDecision(Row, frozen=True, kw_only=True):
    """A decision as its table has it; `body` is the decision in MessagePack, `vector` float64."""

    decision_id: str
    subject: str
    account_id: str
    as_of_us: int
    action: str
    body: bytes
    vector: bytes


def tile_page(
    connection: Connection, days: range, after: TileKey | None, limit: int
) -> list[TileRow]:
    """Return tiles of some days (numbered since 1970): entity, grain, slot and counts, by their key."""
    first, last = days.start * _DAY_S, days.stop * _DAY_S - 1
    spans = " OR ".join(
        f"grain = {g.value} AND slot BETWEEN {g.slot(first)} AND {g.slot(last)}" for g in GRAINS
    )
    begun = (
        "" if after is None else "AND (entity, grain, slot) > ({}, {}, {})".format(*map(int, after))
    )
    sql = (
        f"SELECT {', '.join(_COLUMNS)} FROM tiles WHERE ({spans}) {begun} "  # noqa: S608
        f"ORDER BY entity, grain, slot LIMIT {int(limit)}"
    )
    return driver_rows(connection, sql)


def first_day(connection: Connection) -> int | None:
    """Return the number of the first day that has tiles or decisions, None when there is none."""
    tiles, decisions = schema.TILES.c, schema.DECISIONS.c
    of_tiles = connection.scalar(select(func.min(tiles.slot)).where(tiles.grain == Grain.DAY.value))
    of_decisions = connection.scalar(select(func.min(decisions.as_of_us)))
    days = [of_tiles] if of_tiles is not None else []
    days += [of_decisions // (_DAY_S * 1_000_000)] if of_decisions is not None else []
    return min(days, default=None)


def sender_page(
    connection: Connection, after: tuple[str, str] | None, limit: int
) -> tuple[tuple[str, str], ...]:
    """Return accounts with the mailbox providers they had events at, in the order of both."""
    table = schema.PROVIDERS
    query = select(table.c.account_id, table.c.provider).order_by(
        table.c.account_id, table.c.provider
    )
    if after is not None:
        query = query.where(tuple_(table.c.account_id, table.c.provider) > after)
    return tuple((row[0], row[1]) for row in connection.execute(query.limit(limit)))


def account_page(connection: Connection, after: str, limit: int) -> tuple[str, ...]:
    """Return ids of accounts that follow `after`, in order."""
    ids = schema.ACCOUNTS.c.account_id
    return tuple(connection.scalars(select(ids).where(ids > after).order_by(ids).limit(limit)))


def put_tiles(
    connection: Connection, dialect: Dialect, rows: Sequence[TileRow], own: frozenset[int]
) -> int:
    """Put back tiles of one day that are not there; return how many were put.

    A tile that is there stays as it is. The counts of all time of the accounts in `own` grow by the
    day tiles that were put, in the same transaction: so a day counts once, however often it comes.
    """
    by_day = {row[0]: row for row in rows if row[1] == Grain.DAY.value}
    finer = sorted(row for row in rows if row[1] != Grain.DAY.value)
    put = _insert(connection, dialect, finer)
    counted = _insert(connection, dialect, [by_day[entity] for entity in sorted(by_day)])
    totals = [
        (entity, Grain.TOTAL.value, 0, *by_day[entity][3:])
        for entity in sorted(own.intersection(counted))
    ]
    if totals:
        dialect.upsert(connection, schema.TILES, _columns(totals), _ADD)
    return len(put) + len(counted)


def _insert(connection: Connection, dialect: Dialect, rows: Sequence[TileRow]) -> list[int]:
    """Insert the tiles that are not there; return the entity of each that was."""
    if not rows:
        return []
    return dialect.upsert(connection, schema.TILES, _columns(rows), "NOTHING", returning="entity")


def _columns(rows: Sequence[TileRow]) -> Columns:
    return dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True))


def put_senders(connection: Connection, dialect: Dialect, pairs: Sequence[tuple[str, str]]) -> None:
    """Note at which mailbox providers accounts had events."""
    if pairs:
        account_ids, providers = zip(*sorted(set(pairs)), strict=True)
        columns: Columns = {"account_id": account_ids, "provider": providers}
        dialect.upsert(connection, schema.PROVIDERS, columns, "NOTHING")


def decision_page(
    connection: Connection, day: int, after: tuple[int, str] | None, limit: int
) -> tuple[StoredDecision, ...]:
    """Return the decisions of a day (numbered since 1970), the oldest first."""
    t = schema.DECISIONS.c
    day_us = _DAY_S * 1_000_000
    query = select(schema.DECISIONS).where(
        t.as_of_us >= day * day_us, t.as_of_us < (day + 1) * day_us
    )
    if after is not None:
        query = query.where(tuple_(t.as_of_us, t.decision_id) > after)
    found = connection.execute(query.order_by(t.as_of_us, t.decision_id).limit(limit))
    return tuple(StoredDecision(**row) for row in found.mappings())


def put_decisions(
    connection: Connection, dialect: Dialect, decisions: Sequence[StoredDecision]
) -> int:
    """Put back decisions that are not there; return how many were put."""
    ids = schema.DECISIONS.c.decision_id
    asked = sorted({decision.decision_id for decision in decisions})
    present = set(connection.scalars(select(ids).where(ids.in_(asked))))
    new = {d.decision_id: d for d in decisions if d.decision_id not in present}
    if new:
        rows = [msgspec.structs.asdict(new[decision_id]) for decision_id in sorted(new)]
        columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
        dialect.upsert(connection, schema.DECISIONS, columns, "NOTHING")
        subject_rows.note(connection, dialect, [_DECISION.decode(one.body) for one in new.values()])
    return len(new)
