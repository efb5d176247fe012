"""Events into tiles, flags, milestones and evidence: what one ingest transaction does."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import BindParameter, Connection, bindparam, select

from features.hashing import key64
from features.records import Event, EventType
from features.tiles import (
    COUNTER_INDEX,
    COUNTERS,
    GRAINS,
    EntityKind,
    account_key,
    entities_of,
)
from features.windows import Grain
from service.stores import schema, source_rows
from service.stores.activity_rows import keep_activity
from service.stores.contract import (
    Evidence,
    IngestCount,
    RecipientFlag,
    SourceCount,
    StampedEvent,
)
from service.stores.dialects import Columns, Dialect
from service.stores.failure_rows import keep_failures
from service.stores.prepared import Prepared
from service.stores.times import from_us, to_us

_SECOND_US: Final = 1_000_000
_DAY_US: Final = 86_400 * _SECOND_US
_THOUSAND: Final = 1_000
_SAMPLES: Final = 3
_ADD: Final = "UPDATE SET " + ", ".join(f"{c} = tiles.{c} + excluded.{c}" for c in COUNTERS)
_FLAGS: Final = {
    EventType.HARD_BOUNCE: RecipientFlag.HARD_BOUNCE,
    EventType.COMPLAINT: RecipientFlag.COMPLAINT,
    EventType.UNSUBSCRIBE: RecipientFlag.UNSUBSCRIBE,
    EventType.TRAP_HIT: RecipientFlag.TRAP,
    EventType.SENT: RecipientFlag.SENT,
}
_OWN: Final[BindParameter[str]] = bindparam("account_id")
_PROVIDER_NAMES: Final = Prepared(
    select(schema.PROVIDERS.c.provider)
    .where(schema.PROVIDERS.c.account_id == _OWN)
    .order_by(schema.PROVIDERS.c.provider)
)
_FIRST_SENDS: Final = Prepared(
    select(schema.MILESTONES.c.first_sent_us, schema.MILESTONES.c.thousandth_sent_us).where(
        schema.MILESTONES.c.account_id == _OWN
    )
)

Counted = list[StampedEvent]


def ingest(
    connection: Connection,
    dialect: Dialect,
    events: Sequence[StampedEvent],
    received_at: datetime,
    heard: SourceCount | None = None,
) -> IngestCount:
    """Count the events that were not counted before; all of it or nothing."""
    fresh, duplicates = _unseen(connection, dialect, events, to_us(received_at))
    if fresh:
        counts = _tile_counts(fresh, to_us(received_at) // _SECOND_US)
        _add_tiles(connection, dialect, counts)
        keep_failures(connection, dialect, fresh, to_us(received_at) // _SECOND_US)
        _keep_flags(connection, dialect, fresh)
        _keep_milestones(connection, dialect, fresh, to_us(received_at))
        _keep_providers(connection, dialect, fresh)
        _keep_evidence(connection, dialect, fresh, to_us(received_at))
        keep_activity(connection, dialect, fresh, received_at)
    if heard is not None:
        counted = replace(heard, payloads=1, accepted=len(fresh), duplicates=len(duplicates))
        source_rows.count(connection, dialect, counted, received_at)
    return IngestCount(accepted=len(fresh), duplicates=duplicates)


def _unseen(
    connection: Connection, dialect: Dialect, events: Sequence[StampedEvent], received_us: int
) -> tuple[Counted, tuple[int, ...]]:
    """Remember the events' hashes; an insert that meets one, even uncommitted, drops the event."""
    first: dict[int, int] = {}
    for index, stamped in enumerate(events):
        first.setdefault(key64(stamped.event.source, stamped.event.event_id), index)
    hashes = sorted(first)
    if not hashes:
        return [], ()
    columns: Columns = {"hash": hashes, "day": [received_us // _DAY_US] * len(hashes)}
    inserted = dialect.upsert(connection, schema.SEEN, columns, "NOTHING", returning="hash")
    kept = {first[h] for h in inserted}
    duplicates = tuple(index for index in range(len(events)) if index not in kept)
    return [events[index] for index in sorted(kept)], duplicates


@lru_cache(maxsize=65_536)
def _entities(
    account_id: str, campaign_id: str | None, provider: str | None, ip: str | None
) -> tuple[tuple[EntityKind, int], ...]:
    event = Event(
        event_id="-",
        type=EventType.SENT,
        account_id=account_id,
        campaign_id=campaign_id,
        mailbox_provider=provider,
        sending_ip=ip,
        occurred_at=from_us(0),
    )
    return tuple(entities_of(event))


def _tile_counts(events: Counted, received_s: int) -> dict[tuple[int, int, int], list[int]]:
    """Sum the batch by (entity, grain, slot): a thousand events become a few hundred rows."""
    alike = Counter(
        (e.account_id, e.campaign_id, e.mailbox_provider, e.sending_ip, e.type)
        for e in (stamped.event for stamped in events)
    )
    by_entity: dict[tuple[EntityKind, int], list[int]] = {}
    for (*whose, kind), times in alike.items():
        counter = COUNTER_INDEX[kind]
        for entity in _entities(*whose):
            counts = by_entity.get(entity)
            if counts is None:
                counts = by_entity[entity] = [0] * len(COUNTERS)
            counts[counter] += times
    slots = {
        kind: [(grain.value, grain.slot(received_s)) for grain in grains]
        for kind, grains in GRAINS.items()
    }
    return {
        (key, grain, slot): counts
        for (kind, key), counts in by_entity.items()
        for grain, slot in slots[kind]
    }


def _add_tiles(
    connection: Connection, dialect: Dialect, counts: dict[tuple[int, int, int], list[int]]
) -> None:
    keys = sorted(counts)
    columns: dict[str, Sequence[Any]] = dict(
        zip(("entity", "grain", "slot"), zip(*keys, strict=True), strict=True)
    )
    columns.update(zip(COUNTERS, zip(*(counts[key] for key in keys), strict=True), strict=True))
    dialect.upsert(connection, schema.TILES, columns, _ADD)


def _keep_flags(connection: Connection, dialect: Dialect, events: Counted) -> None:
    flags: dict[int, int] = defaultdict(int)
    for stamped in events:
        flag = _FLAGS.get(stamped.event.type)
        if flag is not None and stamped.recipient_hash is not None:
            flags[stamped.recipient_hash] |= flag
    if flags:
        hashes = sorted(flags)
        columns: Columns = {"hash": hashes, "flags": [flags[h] for h in hashes]}
        change = "UPDATE SET flags = recipients.flags | excluded.flags"
        dialect.upsert(connection, schema.RECIPIENTS, columns, change)


def _keep_milestones(
    connection: Connection, dialect: Dialect, events: Counted, received_us: int
) -> None:
    senders = sorted({s.event.account_id for s in events if s.event.type is EventType.SENT})
    if not senders:
        return
    columns: Columns = {"account_id": senders, "first_sent_us": [received_us] * len(senders)}
    dialect.upsert(connection, schema.MILESTONES, columns, "NOTHING")
    table = schema.MILESTONES
    entities = {account_key(account_id): account_id for account_id in senders}
    rows = dialect.select_in(
        connection,
        f"SELECT entity FROM tiles WHERE grain = {Grain.TOTAL.value} AND slot = 0 "  # noqa: S608
        f"AND sent >= {_THOUSAND} AND sent < {_THOUSAND + len(events)} AND entity",
        sorted(entities),
    )
    # Only this batch's sends can have passed the thousandth, so what is far past it is left alone.
    for account_id in sorted(entities[row[0]] for row in rows):
        connection.execute(
            table.update()
            .where(table.c.account_id == account_id, table.c.thousandth_sent_us.is_(None))
            .values(thousandth_sent_us=received_us)
        )


def _keep_providers(connection: Connection, dialect: Dialect, events: Counted) -> None:
    pairs = sorted({(s.event.account_id, s.event.mailbox_provider or "unknown") for s in events})
    account_ids, providers = zip(*pairs, strict=True)
    columns: Columns = {"account_id": account_ids, "provider": providers}
    dialect.upsert(connection, schema.PROVIDERS, columns, "NOTHING")


def _keep_evidence(
    connection: Connection, dialect: Dialect, events: Counted, received_us: int
) -> None:
    """Keep a few diagnostic texts an account and kind; the text picks its place, so they differ."""
    texts: dict[tuple[str, str, int], str] = {}
    for stamped in events:
        event = stamped.event
        if event.diagnostic:
            place = key64(event.diagnostic) % _SAMPLES
            texts[event.account_id, event.type.value, place] = event.diagnostic
    if not texts:
        return
    keys = sorted(texts)
    account_ids, kinds, places = zip(*keys, strict=True)
    columns: Columns = {
        "account_id": account_ids,
        "kind": kinds,
        "place": places,
        "seen_us": [received_us] * len(keys),
        "text": [texts[key].replace("\x00", "") for key in keys],
    }
    change = "UPDATE SET seen_us = excluded.seen_us, text = excluded.text"
    dialect.upsert(connection, schema.EVIDENCE, columns, change)


def providers(connection: Connection, account_id: str) -> tuple[str, ...]:
    return tuple(row[0] for row in _PROVIDER_NAMES.rows(connection, account_id=account_id))


def milestones(connection: Connection, account_id: str) -> tuple[datetime | None, datetime | None]:
    row = _FIRST_SENDS.row(connection, account_id=account_id)
    if row is None:
        return None, None
    return from_us(row[0]), None if row[1] is None else from_us(row[1])


def evidence(connection: Connection, account_id: str) -> tuple[Evidence, ...]:
    table = schema.EVIDENCE
    rows = connection.execute(
        select(table.c.kind, table.c.seen_us, table.c.text)
        .where(table.c.account_id == account_id)
        .order_by(table.c.kind, table.c.place)
    )
    return tuple(
        Evidence(account_id=account_id, kind=kind, seen_at=from_us(seen), text=text)
        for kind, seen, text in rows
    )
