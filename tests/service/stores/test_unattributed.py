"""Events without an account are kept once, counted and shown, on every store."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from features.records import EventType, SendingDomain
from features.sources.report import Report, ReportKind
from service.stores.contract import LostCount, LostEvent
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def lost(event_id: str, source: str = "dsn", kind: EventType = EventType.HARD_BOUNCE) -> LostEvent:
    return LostEvent(
        source=source,
        event_id=event_id,
        type=kind,
        occurred_at=NOW,
        recipient_hash=-7,
        diagnostic="550 5.1.1 <address>",
        clues={"from_domain": ("shop.example",), "tag": ("a", "b")},
    )


def test_each_event_is_kept_once(store: SqlStore) -> None:
    assert store.keep_unattributed([lost("1"), lost("2"), lost("1")], NOW) == 2
    assert store.keep_unattributed([lost("2"), lost("3"), lost("2", "arf")], NOW) == 2
    assert store.keep_unattributed([], NOW) == 0
    assert store.count_rows("unattributed") == 4


def test_counts_are_by_source_and_type(store: SqlStore) -> None:
    store.keep_unattributed([lost("1"), lost("2"), lost("3", "arf", EventType.COMPLAINT)], NOW)
    assert store.unattributed_counts() == (
        LostCount(source="arf", type="complaint", count=1),
        LostCount(source="dsn", type="hard_bounce", count=2),
    )


def test_the_newest_come_first_and_whole(store: SqlStore) -> None:
    store.keep_unattributed([lost("old")], NOW)
    later = NOW + timedelta(minutes=1)
    store.keep_unattributed([lost("new"), lost("other", "arf")], later)
    assert {e.event_id for e in store.unattributed(None, 2)} == {"new", "other"}
    first, second = store.unattributed("dsn", 10)
    assert (first.event_id, second.event_id) == ("new", "old")
    assert first.received_at == later
    assert first.clues == {"from_domain": ("shop.example",), "tag": ("a", "b")}


def test_a_sending_domain_has_an_owner(store: SqlStore) -> None:
    store.put_domain(SendingDomain(domain="shop.example", account_id="acme"), NOW)
    assert store.domain_owner("shop.example") == "acme"
    assert store.domain_owner("other.example") is None


def test_reports_are_kept_once(store: SqlStore) -> None:
    report = Report(
        kind=ReportKind.TLS, report_id="1", reporter="r", domain="shop.example", count=3,
        begins_at=NOW, passed=True, facts={"a": "b"},
    )  # fmt: skip
    other = replace(report, domain="other.example")
    assert store.keep_reports([report, report, other], NOW) == 2
    assert store.keep_reports([report], NOW) == 0
    assert store.reports("shop.example", 5) == (report,)
    assert len(store.reports(None, 5)) == 2
