"""What came of each event source by day. Each function runs in a transaction.

A source's day is many rows, added up when read: of concurrent ingests few wait for the same one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, case, func, select

from service.stores import schema
from service.stores.contract import SourceCount, SourceDay, SourceLast
from service.stores.dialects import Columns, Dialect
from service.stores.times import from_us, to_us

_SHARDS: Final = 16
_DAY_US: Final = 86_400 * 1_000_000
_MAX_FAULT: Final = 300
_T: Final = schema.SOURCE_COUNTS.c


def _later(column: str, of: str) -> str:
    """Return the clause that keeps a column's value of the later time."""
    table = schema.SOURCE_COUNTS.name
    return (
        f"{column} = CASE WHEN excluded.{of} > {table}.{of} "
        f"THEN excluded.{column} ELSE {table}.{column} END"
    )


_ADD: Final = "UPDATE SET " + ", ".join(
    [f"{name} = source_counts.{name} + excluded.{name}" for name in schema.SOURCE_COUNTERS]
    + [_later("last_us", "last_us"), _later("fault", "fault_us"), _later("fault_us", "fault_us")]
)


def count(connection: Connection, dialect: Dialect, found: SourceCount, at: datetime) -> None:
    """Add what a payload came to. Written last in a transaction, so that its row is held briefly."""
    at_us = to_us(at)
    shard = at_us % _SHARDS if dialect.name == "postgresql" else 0
    counts = {name: [getattr(found, name)] for name in schema.SOURCE_COUNTERS}
    columns: dict[str, Any] = {
        "source": [found.source[:64]],
        "day": [at_us // _DAY_US],
        "shard": [shard],
        **counts,
        "last_us": [at_us if found.heard else 0],
        "fault_us": [at_us if found.fault else 0],
        "fault": [_clean(found.fault) if found.fault else None],
    }
    values: Columns = columns
    dialect.upsert(connection, schema.SOURCE_COUNTS, values, _ADD)


def _clean(text: str) -> str:
    return text[:_MAX_FAULT].replace("\x00", "").encode("utf-8", "replace").decode()


def days(connection: Connection, first_day: int) -> tuple[SourceDay, ...]:
    """Return the counts by source and day since a day, in that order."""
    sums = [func.sum(_T[name]) for name in schema.SOURCE_COUNTERS]
    rows = connection.execute(
        select(_T.source, _T.day, *sums)
        .where(_T.day >= first_day)
        .group_by(_T.source, _T.day)
        .order_by(_T.source, _T.day)
    )
    return tuple(
        SourceDay(
            day=day,
            count=_counted(source, map(int, counts)),
        )
        for source, day, *counts in rows
    )


def _counted(source: str, counts: Iterable[int]) -> SourceCount:
    found: dict[str, Any] = dict(zip(schema.SOURCE_COUNTERS, counts, strict=True))
    return SourceCount(source=source, **found)


def last(connection: Connection) -> tuple[SourceLast, ...]:
    """Return when each source was first and last heard of, and its last fault."""
    rows = connection.execute(
        select(
            _T.source,
            func.min(case((_T.last_us > 0, _T.day))),
            func.max(_T.last_us),
            func.max(_T.fault_us),
        )
        .group_by(_T.source)
        .order_by(_T.source)
    ).all()
    return tuple(
        SourceLast(
            source=source,
            first_day=first_day,
            last_at=from_us(last_us) if last_us else None,
            fault_at=from_us(fault_us) if fault_us else None,
            fault=_fault(connection, source, fault_us) if fault_us else "",
        )
        for source, first_day, last_us, fault_us in rows
    )


def _fault(connection: Connection, source: str, fault_us: int) -> str:
    day = fault_us // _DAY_US
    chosen = select(_T.fault).where(_T.source == source, _T.day == day, _T.fault_us == fault_us)
    return connection.scalar(chosen.order_by(_T.shard).limit(1)) or ""
