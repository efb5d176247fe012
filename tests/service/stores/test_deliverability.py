"""Activity, incidents and warm-ups on every store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from features.records import Event
from features.tiles import COUNTERS, account_key
from features.windows import Grain
from service.desk.chain import verify
from service.desk.records import Deed
from service.errors import IncidentMoved, WarmUpMoved
from service.stores import open_store, schema
from service.stores.contract import (
    ActiveKind,
    Handling,
    Incident,
    IncidentChange,
    IncidentQuery,
    Note,
    StampedEvent,
    WarmUp,
    WarmUpChange,
)
from service.stores.sql import SqlStore

KEY = b"k" * 32
NOW = datetime(2026, 11, 23, 10, 2, 3, tzinfo=UTC)
HOUR = int(NOW.timestamp()) // 3600


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()


def an_event(event_id: str, account_id: str, provider: str | None, ip: str | None) -> StampedEvent:
    facts = {"event_id": event_id, "type": "sent", "account_id": account_id, "occurred_at": NOW}
    made = msgspec.convert(facts | {"mailbox_provider": provider, "sending_ip": ip}, Event)
    return StampedEvent(event=made)


def test_activity_is_kept_by_pair_and_moves_forward_only(store: SqlStore) -> None:
    store.ingest([an_event("1", "a", "p", "192.0.2.1"), an_event("2", "b", None, None)], NOW)
    store.ingest([an_event("3", "a", "p", "192.0.2.1")], NOW + timedelta(hours=2))
    store.ingest([an_event("4", "a", "p", "192.0.2.1")], NOW - timedelta(hours=2))
    found = store.active(ActiveKind.ACCOUNT, 0)
    assert [(a.subject, a.part, a.last_hour) for a in found] == [
        ("a", "p", HOUR + 2),
        ("b", "unknown", HOUR),
    ]
    assert [a.part for a in store.active(ActiveKind.IP, 0, subject="192.0.2.1")] == ["p"]
    assert [a.subject for a in store.active(ActiveKind.ACCOUNT_IP, 0, part="192.0.2.1")] == ["a"]
    assert store.active(ActiveKind.ACCOUNT, HOUR + 3) == ()
    assert len(store.active(ActiveKind.ACCOUNT, 0, limit=1)) == 1


def test_subjects_and_parts_of_activity_are_found_by_name(store: SqlStore) -> None:
    pairs = [("192.0.2.2", "Gmail.com"), ("192.0.2.1", "p"), ("192.0.2.1", "q")]
    store.ingest([an_event(str(n), "a", p, ip) for n, (ip, p) in enumerate(pairs)], NOW)
    assert store.active_subjects(ActiveKind.IP, HOUR) == ("192.0.2.1", "192.0.2.2")
    assert store.active_subjects(ActiveKind.IP, HOUR + 1) == ()
    found = store.active_at(ActiveKind.IP, HOUR, ["gmail.com", "q"])
    assert [(a.subject, a.part) for a in found] == [("192.0.2.1", "q"), ("192.0.2.2", "Gmail.com")]


def test_tiles_are_added_up_between_cuts(store: SqlStore) -> None:
    for hours in (0, 1, 2, 5, 6, 9):
        store.ingest([an_event(f"{hours}-{n}", "a", "p", None) for n in range(hours + 1)], NOW + timedelta(hours=hours))  # fmt: skip
    keys = [account_key("a"), account_key("nobody")]
    plain = store.tiles(keys, Grain.HOUR, HOUR + 1, HOUR + 8)
    assert plain.counts.sum() == 2 + 3 + 6 + 7
    rows = store.tiles(keys, Grain.HOUR, HOUR + 1, HOUR + 8, [HOUR + 6, HOUR + 3])
    assert rows.slots.tolist() == [HOUR + 1, HOUR + 3, HOUR + 6]
    assert rows.counts[:, COUNTERS.index("sent")].tolist() == [2 + 3, 6, 7]
    assert rows.counts.dtype == plain.counts.dtype
    whole = store.tiles(keys, Grain.HOUR, HOUR, HOUR + 9, [])
    assert (whole.slots.tolist(), whole.counts.sum()) == ([HOUR], 1 + 2 + 3 + 6 + 7 + 10)
    assert store.failures(keys, Grain.HOUR, HOUR, HOUR + 9, [HOUR + 1]).counts.shape == (0, 17)


def an_incident(incident_id: str, key: str = "k", **changes: object) -> Incident:
    made = Incident(
        incident_id=incident_id, kind="alert", key=key, severity=2, opened_at=NOW, updated_at=NOW,
        facts={"n": 3},
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def test_one_case_of_a_key_is_open_at_a_time(store: SqlStore) -> None:
    first = store.put_incident(an_incident("1"))
    assert store.put_incident(an_incident("2")) == first
    assert store.incident("2") is None
    closed = store.put_incident(an_incident("1", closed_at=NOW + timedelta(hours=1)))
    assert store.incident("1") == closed
    assert store.put_incident(an_incident("2")).incident_id == "2"
    assert [c.incident_id for c in store.incidents(IncidentQuery(is_open=True))] == ["2"]
    assert [c.incident_id for c in store.incidents(IncidentQuery(is_open=False))] == ["1"]


def test_cases_are_found_by_kind_and_account_newest_first(store: SqlStore) -> None:
    store.put_incident(an_incident("1", "a", account_id="x"))
    store.put_incident(an_incident("2", "b", kind="report", opened_at=NOW + timedelta(minutes=1)))
    assert [c.incident_id for c in store.incidents(IncidentQuery())] == ["2", "1"]
    assert [c.incident_id for c in store.incidents(IncidentQuery(kind="report"))] == ["2"]
    assert [c.incident_id for c in store.incidents(IncidentQuery(account_id="x"))] == ["1"]
    assert len(store.incidents(IncidentQuery(limit=1))) == 1


def test_incidents_come_a_page_at_a_time_the_worst_first(store: SqlStore) -> None:
    for n in range(6):
        opened = NOW + timedelta(hours=n)
        store.put_incident(an_incident(str(n), f"k{n}", severity=1 + n % 3, opened_at=opened))

    def found(**asked: object) -> str:
        query = msgspec.structs.replace(IncidentQuery(worst_first=True), **asked)
        return "".join(c.incident_id for c in store.incidents(query))

    assert found() == "304152"
    assert [found(limit=4, offset=n) for n in (0, 4, 8)] == ["3041", "52", ""]
    assert found(severity=2) == "41"
    assert found(severity=2, worst_first=False, offset=1) == "1"


def a_deed(act: str) -> Deed:
    return Deed(at=NOW, actor="ann", act=act, target="x")


def chained(store: SqlStore) -> list[str]:
    """The acts of the audit log, whose chain holds."""
    verify(KEY, store.entries())
    return [entry.deed.act for entry in store.entries()]


def test_what_people_did_survives_what_machines_see(store: SqlStore) -> None:
    first = store.put_incident(an_incident("1"))
    handling = Handling(notes=(Note(at=NOW, by="ann", text="seen"),))
    noted = msgspec.structs.replace(first, handling=handling)
    store.record(KEY, a_deed("note"), IncidentChange(before=first, after=noted))
    # A look that read the incident before the note writes what it found.
    seen = store.put_incident(an_incident("1", facts={"n": 4}))
    assert (seen.facts, seen.handling) == ({"n": 4}, handling)
    stored = store.incident("1")
    assert stored == seen
    done = msgspec.structs.replace(noted, closed_at=NOW, updated_at=NOW)
    store.record(KEY, a_deed("close"), IncidentChange(before=noted, after=done))
    after = store.put_incident(an_incident("1", facts={"n": 5}))
    assert (after.closed_at, after.facts) == (NOW, {"n": 4}), "a late look opens nothing again"
    assert store.put_incident(an_incident("2")).incident_id == "2"
    assert chained(store) == ["note", "close"]
    kinds = [change.type for change in store.changes(0, 10)]
    assert kinds == ["alert.opened", "alert.closed", "alert.opened"]


def test_of_two_people_who_change_an_incident_the_second_is_refused(store: SqlStore) -> None:
    first = store.put_incident(an_incident("1"))
    one, two = (
        msgspec.structs.replace(first, handling=Handling(notes=(Note(at=NOW, by=who, text="x"),)))
        for who in ("ann", "bob")
    )
    store.record(KEY, a_deed("note"), IncidentChange(before=first, after=one))
    with pytest.raises(IncidentMoved):
        store.record(KEY, a_deed("note"), IncidentChange(before=first, after=two))
    stored = store.incident("1")
    assert stored is not None
    assert stored.handling == one.handling
    assert chained(store) == ["note"], "what was refused is not in the log"


def test_incidents_stored_before_handling_read_as_untouched(store: SqlStore) -> None:
    made = msgspec.to_builtins(an_incident("1"))
    del made["handling"]
    old = msgspec.msgpack.encode(msgspec.convert(made, dict))
    store.put_incident(an_incident("1"))
    store.write(
        lambda c: c.execute(
            schema.INCIDENTS.update().values(body=old).where(schema.INCIDENTS.c.incident_id == "1")
        )
    )
    found = store.incident("1")
    assert found is not None
    assert found.handling == Handling()


def test_warm_ups_are_started_changed_and_ended_by_record(store: SqlStore) -> None:
    made = WarmUp(ip="192.0.2.1", provider="gmail", target_per_day=50_000, started_at=NOW)
    larger = msgspec.structs.replace(
        made, target_per_day=90_000, holds=((NOW.date(), NOW.date() + timedelta(days=2)),)
    )
    store.record(KEY, a_deed("start"), WarmUpChange(before=None, after=made))
    with pytest.raises(WarmUpMoved):
        store.record(KEY, a_deed("start"), WarmUpChange(before=None, after=larger))
    store.record(KEY, a_deed("change"), WarmUpChange(before=made, after=larger))
    assert store.warm_ups() == store.warm_ups("192.0.2.1") == (larger,)
    assert store.warm_ups("192.0.2.2") == ()
    with pytest.raises(WarmUpMoved):
        store.record(KEY, a_deed("end"), WarmUpChange(before=made, after=None))
    store.record(KEY, a_deed("end"), WarmUpChange(before=larger, after=None))
    assert store.warm_ups() == ()
    with pytest.raises(WarmUpMoved):
        store.record(KEY, a_deed("end"), WarmUpChange(before=larger, after=None))
    assert chained(store) == ["start", "change", "end"]


def test_what_was_active_long_ago_is_purged(store: SqlStore) -> None:
    store.ingest([an_event("1", "old", "p", "192.0.2.1")], NOW)
    store.ingest([an_event("2", "new", "p", None)], NOW + timedelta(days=80))
    store.purge(NOW + timedelta(days=92))
    assert [a.subject for a in store.active(ActiveKind.ACCOUNT, 0)] == ["new"]
    assert store.active(ActiveKind.IP, 0) == ()


def test_pages_of_activity_hold_every_pair_once(store: SqlStore) -> None:
    names = [("a", "x"), ("a", "y"), ("b", "x"), ("c", "y"), ("c", "z")]
    store.ingest([an_event(f"{a}{p}", a, p, None) for a, p in names], NOW)
    store.ingest([an_event("old", "a", "w", None)], NOW - timedelta(hours=5))
    found, after = [], None
    while page := store.active_page(ActiveKind.ACCOUNT, HOUR, after=after, limit=2):
        found += [(pair.subject, pair.part) for pair in page]
        after = page[-1]
    assert found == names
    of_y = store.active_page(ActiveKind.ACCOUNT, HOUR, part="y")
    assert [pair.subject for pair in of_y] == ["a", "c"]
    assert store.active_parts(ActiveKind.ACCOUNT, 0, 9) == ("x", "y", "z", "w")
    assert store.active_parts(ActiveKind.ACCOUNT, HOUR, 2) == ("x", "y")
