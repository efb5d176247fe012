"""Drops what nothing reads any more, a stretch of keys at a time.

One table of event hashes answers "seen before?" with one look-up; a table for each kept day would
ask as many times as days are kept, for every event, to save this walk once a day. The walk is in
key order, so each page is read and written once, and each stretch is a transaction of its own:
ingest waits for one stretch, never for the walk.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select

from features.windows import Grain
from service.stores import overlap_rows, schema
from service.stores.dialects import Dialect
from service.stores.times import to_us

SEEN_DAYS: Final = 8
# How long tiles stay online; every window and the pages read less.
KEPT_DAYS: Final = {Grain.FIVE_MINUTES: 2, Grain.HOUR: 35, Grain.DAY: 400}
# No page looks further back for who was active where.
ACTIVE_DAYS: Final = 91
# For somebody to say whose they are.
UNATTRIBUTED_DAYS: Final = 35
REPORT_DAYS: Final = 400
# A list that was imported last this long ago is compared with no other list any more.
SKETCH_DAYS: Final = 400
# What policies and models in shadow would have done is compared while they are new.
SHADOW_DAYS: Final = 90
# How long changes can be listed and streamed, and dead letters sent again.
CHANGES_DAYS: Final = 30
# A message that waits for a person goes when its case is decided, and then at the latest.
HELD_DAYS: Final = 30
# What came of each event source, by day.
SOURCE_DAYS: Final = 90
_IDEMPOTENT_FOR: Final = timedelta(hours=24)
_DAY_S: Final = 86_400
_HOUR_S: Final = 3_600
_STRETCH_ROWS: Final = 20_000
# A list has some thousand rows in the index.
_STRETCH_LISTS: Final = 20

Stretch = tuple[Any, int]
T = TypeVar("T")


class Write(Protocol):
    """Runs a job in a transaction."""

    def __call__(self, job: Callable[[Connection], T]) -> T: ...


@dataclass(frozen=True)
class Keep:
    """For how many days what has no rule of its own is kept; each at least 1."""

    seen: int = SEEN_DAYS
    unattributed: int = UNATTRIBUTED_DAYS
    reports: int = REPORT_DAYS
    sketches: int = SKETCH_DAYS

    def __post_init__(self) -> None:
        for name, days in asdict(self).items():
            if days < 1:
                raise ValueError(f"{name} must be kept for a day or more, not {days} days")


@dataclass(frozen=True)
class Rule:
    """What is kept for how many days (None: for good), and the option of `sendwarden purge` that changes it."""

    what: str
    days: int | None
    option: str | None = None


def rules(keep: Keep = Keep()) -> tuple[Rule, ...]:
    """Return what is kept how long, as people say it."""
    tiles = {
        Grain.FIVE_MINUTES: "counts of 5 minutes", Grain.HOUR: "counts of an hour",
        Grain.DAY: "counts of a day",
    }  # fmt: skip
    return (
        *(Rule(words, KEPT_DAYS[grain]) for grain, words in tiles.items()),
        Rule("hashes of events, to know one that comes again", keep.seen, "--seen-days"),
        Rule("who was active where", ACTIVE_DAYS),
        Rule("events without an account", keep.unattributed, "--unattributed-days"),
        Rule("rows of DMARC and TLS reports", keep.reports, "--report-days"),
        Rule("sketches of lists not imported anew", keep.sketches, "--sketch-days"),
        Rule("what came of each source by day", SOURCE_DAYS),
        Rule("changes and their deliveries", CHANGES_DAYS),
        Rule("what policies and models in shadow would have done", SHADOW_DAYS),
        Rule("messages that wait for a person, at the latest", HELD_DAYS),
        Rule("idempotency keys", _IDEMPOTENT_FOR.days),
        Rule("decisions, labels, accounts, known bad lists, incidents, audit log", None),
    )


def purge(write: Write, dialect: Dialect, now: datetime, keep: Keep) -> dict[str, int]:
    """Delete what is too old at `now` from every table that ages; return the rows by table.

    `write` runs a job in a transaction.
    """
    dropped = {table.name: _drop(write, table, old) for table, old in _aged(now, keep)}
    oldest_us = to_us(now - timedelta(days=keep.sketches))
    return dropped | {schema.LIST_SKETCHES.name: _drop_sketches(write, dialect, oldest_us)}


def _drop_sketches(write: Write, dialect: Dialect, oldest_us: int) -> int:
    """Forget the sketches of lists imported before, and their place in the index of overlaps."""
    dropped = 0
    while count := write(partial(overlap_rows.drop_sketches, dialect, oldest_us, _STRETCH_LISTS)):
        dropped += count
    return dropped


def _aged(now: datetime, keep: Keep) -> list[tuple[Table, ColumnElement[bool]]]:
    """Return each table with what is old in it."""
    now_us = to_us(now)
    now_s = now_us // 1_000_000
    keys = schema.IDEMPOTENCY
    oldest_key_us = now_us - _IDEMPOTENT_FOR // timedelta(microseconds=1)
    oldest_change_us = now_us - CHANGES_DAYS * _DAY_S * 1_000_000
    return [
        (schema.SOURCE_COUNTS, schema.SOURCE_COUNTS.c.day < now_s // _DAY_S - SOURCE_DAYS),
        (schema.SEEN, schema.SEEN.c.day < now_s // _DAY_S - keep.seen),
        _old_slots(schema.TILES, now_s),
        _old_slots(schema.FAILED, now_s),
        (keys, keys.c.stored_us < oldest_key_us),
        (
            schema.SHADOW_ACTIONS,
            schema.SHADOW_ACTIONS.c.as_of_us < now_us - SHADOW_DAYS * _DAY_S * 1_000_000,
        ),
        (
            schema.HELD_MESSAGES,
            schema.HELD_MESSAGES.c.stored_us < now_us - HELD_DAYS * _DAY_S * 1_000_000,
        ),
        (
            schema.MODEL_SHADOWS,
            schema.MODEL_SHADOWS.c.as_of_us < now_us - SHADOW_DAYS * _DAY_S * 1_000_000,
        ),
        (schema.CHANGES, schema.CHANGES.c.at_us < oldest_change_us),
        (schema.DELIVERIES, schema.DELIVERIES.c.next_us < oldest_change_us),
        (schema.ACTIVITY, schema.ACTIVITY.c.last_hour < now_s // _HOUR_S - ACTIVE_DAYS * 24),
        _received(schema.UNATTRIBUTED, now - timedelta(days=keep.unattributed)),
        _received(schema.DOMAIN_REPORTS, now - timedelta(days=keep.reports)),
    ]


def _old_slots(table: Table, now_s: int) -> tuple[Table, ColumnElement[bool]]:
    rows = table.c
    return table, or_(
        *(
            and_(rows.grain == grain.value, rows.slot < grain.slot(now_s - days * _DAY_S))
            for grain, days in KEPT_DAYS.items()
        )
    )


def _received(table: Table, before: datetime) -> tuple[Table, ColumnElement[bool]]:
    return table, table.c.received_us < to_us(before)


def _drop(write: Write, table: Table, old: ColumnElement[bool]) -> int:
    """Delete the old rows of a table along its key's first column."""
    last, dropped = write(partial(_drop_stretch, table, old, None))
    while last is not None:
        last, count = write(partial(_drop_stretch, table, old, last))
        dropped += count
    return dropped


def _drop_stretch(
    table: Table, old: ColumnElement[bool], after: Any, connection: Connection
) -> Stretch:
    """Delete the old rows of the next stretch; return its last key, None at the end."""
    key = next(iter(table.primary_key))
    begun = [key > after] if after is not None else []
    ends = select(key).where(*begun).order_by(key).offset(_STRETCH_ROWS).limit(1)
    last = connection.scalar(ends)
    within = [*begun, key <= last] if last is not None else begun
    return last, connection.execute(delete(table).where(old, *within)).rowcount
