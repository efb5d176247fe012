"""What came of each event source, by day, and what receivers of changes have got, on every store."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from features.records import Event
from service.outbox.changes import Change
from service.outbox.endpoints import Delivery, Endpoint
from service.stores import schema
from service.stores.contract import SourceCount, StampedEvent
from service.stores.retention import SOURCE_DAYS
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, 2, 3, tzinfo=UTC)
TODAY = int(NOW.timestamp()) // 86_400


def an_event(event_id: str) -> StampedEvent:
    facts = {"event_id": event_id, "type": "sent", "account_id": "a", "occurred_at": NOW}
    return StampedEvent(event=msgspec.convert(facts, Event))


def counts(store: SqlStore, first_day: int = TODAY) -> list[tuple[str, int, dict[str, int]]]:
    """Source, day and what is not zero."""
    return [
        (
            day.count.source,
            day.day,
            {n: v for n in schema.SOURCE_COUNTERS if (v := getattr(day.count, n))},
        )
        for day in store.source_days(first_day)
    ]


def test_a_payload_is_counted_with_its_events(store: SqlStore) -> None:
    heard = SourceCount(source="ses", rejected=1, unattributed=2, fault="no event")
    store.ingest([an_event("1"), an_event("2"), an_event("1")], NOW, heard)
    store.ingest([an_event("2"), an_event("3")], NOW + timedelta(seconds=5), heard)
    store.ingest([], NOW, SourceCount(source="dmarc", reports=4))
    store.ingest([an_event("9")], NOW)
    assert counts(store) == [
        ("dmarc", TODAY, {"payloads": 1, "reports": 4}),
        ("ses", TODAY, {"payloads": 2, "accepted": 3, "duplicates": 2, "rejected": 2, "unattributed": 4}),
    ]  # fmt: skip


def test_events_that_are_not_stored_count_nothing(store: SqlStore) -> None:
    bad = StampedEvent(event=msgspec.structs.replace(an_event("2").event, account_id=None))  # type: ignore[arg-type]
    with pytest.raises(Exception):  # noqa: B017, PT011 - each database has its own
        store.ingest([an_event("1"), bad], NOW, SourceCount(source="ses"))
    assert counts(store) == []


def test_the_last_event_and_the_last_fault_are_known_whatever_comes_after(store: SqlStore) -> None:
    def refused(why: str) -> SourceCount:
        return SourceCount(source="ses", refused=1, fault=why)

    store.ingest([an_event("1")], NOW - timedelta(days=3), SourceCount(source="ses"))
    store.ingest([an_event("2")], NOW, SourceCount(source="ses"))
    store.ingest([an_event("3")], NOW - timedelta(hours=1), SourceCount(source="ses"))
    store.count_source(refused("late\x00 \ud800"), NOW + timedelta(hours=1))
    store.count_source(refused("early"), NOW)
    (last,) = store.source_last()
    assert (last.last_at, last.first_day) == (NOW, TODAY - 3)
    assert (last.fault, last.fault_at) == ("late ?", NOW + timedelta(hours=1))
    store.count_source(refused("x" * 900), NOW + timedelta(hours=2))
    assert len(store.source_last()[0].fault) == 300


def test_a_source_that_was_only_refused_has_no_last_event(store: SqlStore) -> None:
    store.count_source(SourceCount(source="mailgun", refused=1, fault="x"), NOW)
    (last,) = store.source_last()
    assert (last.last_at, last.first_day) == (None, None)


def test_payloads_that_come_at_once_are_all_counted(store: SqlStore) -> None:
    def take(number: int) -> None:
        at = NOW + timedelta(microseconds=number)
        store.ingest([an_event(f"e{number}")], at, SourceCount(source="ses"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(40)))
    assert counts(store) == [("ses", TODAY, {"payloads": 40, "accepted": 40})]


def test_counts_go_when_they_are_old(store: SqlStore) -> None:
    store.ingest([an_event("1")], NOW, SourceCount(source="ses"))
    store.purge(NOW + timedelta(days=SOURCE_DAYS))
    assert len(counts(store)) == 1
    store.purge(NOW + timedelta(days=SOURCE_DAYS + 1))
    assert counts(store) == []
    assert store.source_last() == ()


def a_delivery(change_id: int, **changes: object) -> Delivery:
    made = Delivery(
        webhook_id="w", change_id=change_id, account_id="a", attempts=1, next_at=NOW, error="500"
    )
    return msgspec.structs.replace(made, **changes)


def test_a_receiver_is_known_by_what_it_got_and_did_not(store: SqlStore) -> None:
    store.put_endpoint(
        Endpoint(webhook_id="w", url="https://x.example", secret=b"", created_at=NOW)
    )
    change = Change(type="alert.opened", account_id="a", at=NOW, data={})
    store.add_changes([change] * 6)
    queued = [
        a_delivery(3), a_delivery(4, state="dead", error="gone", next_at=NOW + timedelta(hours=1)),
        a_delivery(5, attempts=0, error="waits for an earlier one", next_at=NOW + timedelta(days=1)),
    ]  # fmt: skip
    store.advance("w", 5, queued, 2, NOW)
    (state,) = store.endpoint_states()
    assert (state.delivered, state.delivered_at) == (2, NOW)
    assert (state.waiting, state.dead, state.behind) == (2, 1, 1)
    assert (state.error, state.next_at) == ("gone", NOW)
    store.settle(a_delivery(3), None, NOW + timedelta(minutes=1))
    store.settle(a_delivery(5), a_delivery(5, error="503", next_at=NOW + timedelta(hours=9)))
    (state,) = store.endpoint_states()
    assert (state.delivered, state.delivered_at) == (3, NOW + timedelta(minutes=1))
    assert (state.waiting, state.error) == (1, "503")


def test_the_store_says_what_it_is(store: SqlStore, request: pytest.FixtureRequest) -> None:
    facts = store.facts()
    assert facts.kind in request.node.name
    assert facts.revision
    assert facts.size_bytes > 50_000
