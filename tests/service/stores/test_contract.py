"""The store contract, on every store."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from features.facts import TieKind
from features.records import (
    Account,
    Event,
    EventType,
    ImportSource,
    ListImport,
    SendingDomain,
    Subject,
)
from features.tiles import COUNTER_INDEX, account_key, account_provider_key, campaign_key
from features.windows import Grain
from models.decision import Decision, SubjectRef
from service.errors import IdempotencyConflict, Unavailable
from service.stores import open_store
from service.stores.contract import (
    ApiKey,
    Appeal,
    DecisionQuery,
    Label,
    RecipientFlag,
    StampedEvent,
)
from service.stores.retention import Keep
from service.stores.schema import METADATA
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, 2, 3, tzinfo=UTC)
ALL_SLOTS = (0, 2**40)


def an_account(account_id: str = "a", **facts: object) -> Account:
    return msgspec.convert({"account_id": account_id, "created_at": NOW, **facts}, Account)


def an_event(event_id: str, kind: str = "sent", account_id: str = "a", **facts: object) -> Event:
    known = {"event_id": event_id, "type": kind, "account_id": account_id, "occurred_at": NOW}
    return msgspec.convert(known | facts, Event)


def stamped(event: Event, recipient_hash: int | None = None) -> StampedEvent:
    return StampedEvent(event=event, recipient_hash=recipient_hash)


def a_decision(decision_id: str = "d1", **changes: object) -> Decision:
    made = Decision(
        decision_id=decision_id,
        subject=SubjectRef(type=Subject.ACCOUNT, id="a"),
        account_id="a",
        as_of=NOW,
        action="allow",
        limits=None,
        risk=0.25,
        malicious=0.2,
        careless=0.05,
        forecast=None,
        reasons=(),
        rules=("r",),
        policy_version="p",
        model_version="m",
        feature_set="f",
        valid_until=NOW + timedelta(hours=1),
        vector=(1.5, float("nan"), -0.0),
    )
    return msgspec.structs.replace(made, **changes)


def an_import(import_id: str, list_id: str = "l", at: datetime = NOW) -> ListImport:
    return ListImport(
        import_id=import_id,
        account_id="a",
        list_id=list_id,
        source=ImportSource.FILE,
        imported_at=at,
        rows=3,
        valid=2,
        invalid=1,
        duplicates=0,
        numbers={"list_role_share": 0.5, "list_engaged_age_days": float("nan")},
    )


def total(store: SqlStore, entity: int, kind: EventType, grain: Grain = Grain.TOTAL) -> int:
    rows = store.tiles([entity], grain, *ALL_SLOTS)
    return int(rows.counts[:, COUNTER_INDEX[kind]].sum())


def test_migrations_make_the_tables_of_the_schema(store: SqlStore) -> None:
    def differences(connection: object) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), METADATA)  # type: ignore[arg-type]

    assert store.read(differences) == []
    store.migrate()


def test_processes_that_start_together_migrate_once(empty_store_url: str) -> None:
    stores = [open_store(empty_store_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: each.migrate(), stores))
    for each in stores:
        assert each.count_rows("accounts") == 0
        each.close()


def test_an_account_is_replaced_and_its_history_kept(store: SqlStore) -> None:
    store.put_account(an_account(plan="trial"), {}, NOW)
    store.put_account(an_account(plan="pro"), {}, NOW + timedelta(days=1))
    found = store.account("a")
    assert found is not None
    assert found.plan == "pro"
    assert store.account("other") is None
    assert store.count_rows("account_history") == 2


def test_sending_domains_of_an_account(store: SqlStore) -> None:
    for domain in ("b.example", "a.example"):
        store.put_domain(SendingDomain(domain=domain, account_id="a"), NOW)
    store.put_domain(SendingDomain(domain="b.example", account_id="c"), NOW + timedelta(1))
    assert [d.domain for d in store.domains("a")] == ["a.example"]
    assert [d.domain for d in store.domains("c")] == ["b.example"]


def test_the_newest_import_of_each_list_counts(store: SqlStore) -> None:
    sketch = np.array([1, 2], dtype=np.int64)
    store.add_import(an_import("new", at=NOW + timedelta(days=1)), sketch)
    store.add_import(an_import("old"), sketch)
    store.add_import(an_import("other", "l2"), sketch)
    assert [i.import_id for i in store.imports("a")] == ["new", "other"]
    assert [i.import_id for i in store.imports("a", ["l2", "unknown"])] == ["other"]
    numbers = store.imports("a", ["l"])[0].numbers
    assert numbers["list_role_share"] == 0.5
    assert np.isnan(numbers["list_engaged_age_days"])


def test_peers_share_a_tie(store: SqlStore) -> None:
    ties = {TieKind.DEVICE: 7, TieKind.PAYMENT: 8}
    store.put_account(an_account("a"), ties, NOW)
    store.put_account(an_account("b"), {TieKind.DEVICE: 7}, NOW)
    store.put_account(
        an_account("c", created_at=NOW - timedelta(days=30)), {TieKind.DEVICE: 7}, NOW
    )
    store.ingest([stamped(an_event("1", "trap_hit", "b"))], NOW)
    store.add_label(a_label("c", "abusive"))
    peers = store.peers(an_account("a"), ties)
    device = peers[TieKind.DEVICE]
    assert (device.accounts, device.flagged, device.recent) == (2, 1, 1)
    assert device.totals[COUNTER_INDEX[EventType.TRAP_HIT]] == 1
    assert peers[TieKind.PAYMENT].accounts == 0


def test_a_legitimate_verdict_outweighs_a_termination_in_peers(store: SqlStore) -> None:
    store.put_account(an_account("b"), {TieKind.DEVICE: 7}, NOW)
    store.save_decision(a_decision(account_id="b", action="terminate"))
    flagged = lambda: store.peers(an_account("a"), {TieKind.DEVICE: 7})[TieKind.DEVICE].flagged  # noqa: E731
    assert flagged() == 1
    store.add_label(a_label("b", "legitimate"))
    assert flagged() == 0


def test_ties_that_come_later(store: SqlStore) -> None:
    store.put_account(an_account("b"), {}, NOW)
    store.add_ties("b", {TieKind.TEMPLATE: -5}, NOW)
    store.add_ties("b", {TieKind.TEMPLATE: -5}, NOW)
    assert store.peers(an_account("a"), {TieKind.TEMPLATE: -5})[TieKind.TEMPLATE].accounts == 1


def test_events_are_counted_into_every_tile(store: SqlStore) -> None:
    facts = {"campaign_id": "c", "mailbox_provider": "p", "sending_ip": "192.0.2.1"}
    store.ingest([stamped(an_event(str(i), **facts)) for i in range(5)], NOW)
    store.ingest([stamped(an_event("x", "hard_bounce", **facts))], NOW)
    slot = Grain.FIVE_MINUTES.slot(int(NOW.timestamp()))
    rows = store.tiles([account_key("a")], Grain.FIVE_MINUTES, slot, slot)
    assert rows.slots.tolist() == [slot]
    assert rows.counts[0].tolist() == [5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert total(store, campaign_key("a", "c"), EventType.SENT) == 5
    provider = account_provider_key("a", "p")
    assert total(store, provider, EventType.SENT, Grain.HOUR) == 5
    assert store.tiles([provider], Grain.HOUR, 0, 1).slots.size == 0
    assert store.providers("a") == ("p",)


def test_tiles_come_sorted_by_entity_and_slot(store: SqlStore) -> None:
    for day in (2, 0, 1):
        for account_id in ("a", "b"):
            event = stamped(an_event(f"{day}", account_id=account_id, source=account_id))
            store.ingest([event], NOW + timedelta(days=day))
    rows = store.tiles([account_key("a"), account_key("b")], Grain.DAY, *ALL_SLOTS)
    pairs = list(zip(rows.entities.tolist(), rows.slots.tolist(), strict=True))
    assert pairs == sorted(pairs)
    assert len(pairs) == 6


def test_an_event_counts_once(store: SqlStore) -> None:
    batch = [stamped(an_event("1")), stamped(an_event("2")), stamped(an_event("1"))]
    first = store.ingest(batch, NOW)
    assert (first.accepted, first.duplicates) == (2, (2,))
    again = store.ingest(batch, NOW + timedelta(days=3))
    assert (again.accepted, again.duplicates) == (0, (0, 1, 2))
    other_source = [stamped(an_event("1", source="ses"))]
    assert store.ingest(other_source, NOW).accepted == 1
    assert total(store, account_key("a"), EventType.SENT) == 3


def test_recipients_keep_flags(store: SqlStore) -> None:
    store.ingest([stamped(an_event("1"), 11), stamped(an_event("2", "hard_bounce"), 11)], NOW)
    store.ingest([stamped(an_event("3", "complaint"), 11), stamped(an_event("4", "open"), 12)], NOW)
    flags = store.recipient_flags(np.array([11, 12, -13], dtype=np.int64))
    known = RecipientFlag.SENT | RecipientFlag.HARD_BOUNCE | RecipientFlag.COMPLAINT
    assert flags == {11: known}


def test_milestones(store: SqlStore) -> None:
    assert store.milestones("a") == (None, None)
    store.ingest([stamped(an_event("o", "open"))], NOW)
    assert store.milestones("a") == (None, None)
    store.ingest([stamped(an_event(str(i))) for i in range(999)], NOW)
    assert store.milestones("a") == (NOW, None)
    later = NOW + timedelta(hours=3)
    store.ingest([stamped(an_event("thousandth"))], later)
    store.ingest([stamped(an_event("next"))], later + timedelta(hours=1))
    assert store.milestones("a") == (NOW, later)


def test_the_thousandth_mail_may_come_with_others(store: SqlStore) -> None:
    store.ingest([stamped(an_event(str(i))) for i in range(700)], NOW)
    later = NOW + timedelta(hours=1)
    store.ingest([stamped(an_event(str(i))) for i in range(600, 2_600)], later)
    assert store.milestones("a") == (NOW, later)
    store.ingest([stamped(an_event(str(i))) for i in range(2_600, 3_600)], NOW + timedelta(1))
    assert store.milestones("a") == (NOW, later)


def test_a_batch_of_very_many_accounts(store: SqlStore) -> None:
    """More keys than the database takes as parameters of one statement."""
    takes = {"postgresql": 65_535, "sqlite": 32_766}  # SQLite: unless it was built to take more
    count = takes[store.dialect.name] + 200
    events = [stamped(an_event(str(i), account_id=f"a{i}"), i) for i in range(count)]
    assert store.ingest(events, NOW).accepted == count
    assert store.milestones(f"a{count - 1}") == (NOW, None)


def test_hashes_at_the_ends_of_their_range(store: SqlStore) -> None:
    ends = [-(2**63), -1, 0, 2**63 - 1]
    store.ingest([stamped(an_event(str(h)), h) for h in ends], NOW)
    flags = store.recipient_flags(np.array(ends, dtype=np.int64))
    assert flags == dict.fromkeys(ends, RecipientFlag.SENT)


def test_few_samples_of_evidence_are_kept(store: SqlStore) -> None:
    events = [stamped(an_event(str(i), "hard_bounce", diagnostic=f"550 no {i}")) for i in range(50)]
    store.ingest(events, NOW)
    kept = store.evidence("a")
    assert 1 <= len(kept) <= 3
    assert all(sample.text.startswith("550 no") for sample in kept)


def test_a_failing_batch_leaves_nothing(store: SqlStore) -> None:
    good, bad = stamped(an_event("1")), stamped(an_event("2"), recipient_hash=2**70)
    with pytest.raises(Exception, match=r"(?i)int|range|overflow"):
        store.ingest([good, bad], NOW)
    assert total(store, account_key("a"), EventType.SENT) == 0
    assert store.ingest([good], NOW).accepted == 1


def test_the_same_batch_from_many_threads_counts_once(store: SqlStore) -> None:
    batch = [stamped(an_event(str(i), account_id=f"a{i % 7}"), i) for i in range(200)]
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: store.ingest(batch, NOW).accepted, range(8)))
    assert sum(counts) == 200
    assert sum(total(store, account_key(f"a{i}"), EventType.SENT) for i in range(7)) == 200


def test_batches_that_cross_do_not_block_each_other(store: SqlStore) -> None:
    def send(worker: int) -> int:
        ids = range(60) if worker % 2 else range(59, -1, -1)
        batch = [stamped(an_event(f"{worker}-{i}", account_id=f"a{i}"), i) for i in ids]
        return store.ingest(batch, NOW).accepted

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(16))) == 16 * 60
    assert sum(total(store, account_key(f"a{i}"), EventType.SENT) for i in range(60)) == 16 * 60


def test_a_decision_comes_back_whole(store: SqlStore) -> None:
    made = a_decision()
    store.save_decision(made)
    found = store.decision("d1")
    assert found is not None
    assert np.array_equal(found.vector, made.vector, equal_nan=True)
    assert msgspec.structs.replace(found, vector=()) == msgspec.structs.replace(made, vector=())
    assert store.decision("unknown") is None


def test_decisions_page_newest_first(store: SqlStore) -> None:
    for i in range(7):
        action = "review" if i % 2 else "allow"
        store.save_decision(
            a_decision(f"d{i}", as_of=NOW + timedelta(seconds=i // 2), action=action)
        )
    seen: list[str] = []
    cursor = None
    while True:
        page = store.decisions(DecisionQuery(account_id="a", limit=3, cursor=cursor))
        seen += [d.decision_id for d in page.decisions]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["d6", "d5", "d4", "d3", "d2", "d1", "d0"]
    held = store.decisions(DecisionQuery(action="review")).decisions
    assert [d.decision_id for d in held] == ["d5", "d3", "d1"]
    recent = store.decisions(DecisionQuery(since=NOW + timedelta(seconds=3)))
    assert [d.decision_id for d in recent.decisions] == ["d6"]
    assert store.decisions(DecisionQuery(account_id="none")).decisions == ()


@pytest.mark.parametrize("cursor", ["", "x", "1~", "9" * 30 + "~d"])
def test_a_cursor_of_somebody_else_is_a_value_error(store: SqlStore, cursor: str) -> None:
    with pytest.raises(ValueError, match=r"cursor|invalid literal"):
        store.decisions(DecisionQuery(cursor=cursor))


def test_the_latest_decision_of_a_subject(store: SqlStore) -> None:
    on_list = SubjectRef(type=Subject.LIST, id="l")
    store.save_decision(a_decision("d1"))
    store.save_decision(a_decision("d2", subject=on_list, as_of=NOW + timedelta(seconds=1)))
    latest, on_account = store.latest_decision("a"), store.latest_decision("a", Subject.ACCOUNT)
    assert latest is not None
    assert latest.decision_id == "d2"
    assert on_account is not None
    assert on_account.decision_id == "d1"
    assert store.latest_decision("b") is None


def test_the_same_idempotency_key_answers_the_same_decision(store: SqlStore) -> None:
    first = store.save_decision(a_decision("d1"), idempotency=("k", "body"))
    again = store.save_decision(a_decision("d2"), idempotency=("k", "body"))
    assert (first.decision_id, again.decision_id) == ("d1", "d1")
    assert store.decision("d2") is None
    found = store.find_idempotent("k", "body", NOW)
    assert found is not None
    assert found.decision_id == "d1"
    with pytest.raises(IdempotencyConflict):
        store.save_decision(a_decision("d3"), idempotency=("k", "other body"))
    with pytest.raises(IdempotencyConflict):
        store.find_idempotent("k", "other body", NOW)


def test_an_idempotency_key_expires_after_a_day(store: SqlStore) -> None:
    store.save_decision(a_decision("d1"), idempotency=("k", "body"))
    later = NOW + timedelta(hours=25)
    assert store.find_idempotent("k", "body", later) is None
    taken = store.save_decision(a_decision("d2", as_of=later), idempotency=("k", "other"))
    assert taken.decision_id == "d2"


def test_racing_requests_with_one_key_make_one_decision(store: SqlStore) -> None:
    barrier = threading.Barrier(12)

    def ask(i: int) -> str:
        barrier.wait()
        return store.save_decision(a_decision(f"d{i}"), idempotency=("k", "b")).decision_id

    with ThreadPoolExecutor(12) as pool:
        assert len(set(pool.map(ask, range(12)))) == 1
    assert store.count_rows("decisions") == 1


def test_campaigns_seen(store: SqlStore) -> None:
    for i, recipients in enumerate([10, 500, 30]):
        subject = SubjectRef(type=Subject.CAMPAIGN, id=f"c{i}")
        store.save_decision(a_decision(f"d{i}", subject=subject), recipients=recipients)
    seen = store.campaigns_seen("a", "c1")
    assert (seen.campaigns, seen.max_recipients) == (2, 30)
    assert store.campaigns_seen("b", "").campaigns == 0


def a_label(account_id: str, verdict: str) -> Label:
    return Label(
        label_id=f"label-{account_id}-{verdict}",
        decision_id="d",
        account_id=account_id,
        verdict=verdict,
        known_at=NOW,
    )


def test_labels_and_appeals(store: SqlStore) -> None:
    store.add_label(a_label("a", "careless"))
    store.add_label(a_label("b", "abusive"))
    assert [label.account_id for label in store.labels()] == ["a", "b"]
    assert [label.verdict for label in store.labels("b")] == ["abusive"]
    store.add_appeal(
        Appeal(
            appeal_id="x",
            decision_id="d",
            account_id="a",
            appealed_at=NOW,
            cause="old list",
            change_made="removed it",
            prevention="double opt-in",
        )
    )
    assert store.count_rows("appeals") == 1


def test_api_keys(store: SqlStore) -> None:
    store.add_key(ApiKey(key_hash="h", name="pipeline", scopes=("score",), created_at=NOW))
    found = store.key("h")
    assert found is not None
    assert found.scopes == ("score",)
    assert store.key("other") is None
    assert store.revoke_key("pipeline", NOW) is True
    assert store.revoke_key("pipeline", NOW) is False
    (only,) = store.keys()
    assert only.revoked_at == NOW


def test_purge_drops_what_no_window_reads(store: SqlStore) -> None:
    store.ingest([stamped(an_event("1"))], NOW)
    store.purge(NOW + timedelta(days=3))
    assert store.tiles([account_key("a")], Grain.FIVE_MINUTES, *ALL_SLOTS).slots.size == 0
    assert total(store, account_key("a"), EventType.SENT, Grain.HOUR) == 1
    store.purge(NOW + timedelta(days=500))
    assert total(store, account_key("a"), EventType.SENT, Grain.DAY) == 0
    assert total(store, account_key("a"), EventType.SENT) == 1
    assert store.count_rows("seen") == 0


def test_purge_walks_stretches(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.stores.retention._STRETCH_ROWS", 3)
    old = [stamped(an_event(f"old-{i}", account_id=f"a{i}")) for i in range(20)]
    store.ingest(old, NOW)
    later = NOW + timedelta(days=3)
    store.ingest([stamped(an_event(f"new-{i}")) for i in range(10)], later)
    store.purge(later, Keep(seen=2))
    assert store.count_rows("seen") == 10
    assert store.ingest(old[:5], later).accepted == 5
    assert store.tiles([account_key("a1")], Grain.FIVE_MINUTES, *ALL_SLOTS).slots.size == 1


def test_purge_forgets_idempotency_keys_after_a_day(store: SqlStore) -> None:
    store.save_decision(a_decision("d1"), idempotency=("k", "body"))
    store.purge(NOW + timedelta(hours=23))
    assert store.count_rows("idempotency") == 1
    store.purge(NOW + timedelta(hours=25))
    assert store.count_rows("idempotency") == 0
    with pytest.raises(ValueError, match="day"):
        store.purge(NOW, Keep(seen=0))


def test_what_was_written_is_there_after_opening_again(store: SqlStore, store_url: str) -> None:
    store.ingest([stamped(an_event("1"))], NOW)
    store.close()
    again = open_store(store_url)
    again.migrate()
    assert total(again, account_key("a"), EventType.SENT) == 1
    assert again.ingest([stamped(an_event("1"))], NOW).accepted == 0
    again.close()


def test_absurd_times_are_kept(store: SqlStore) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    store.put_account(an_account("old", created_at=first), {TieKind.DEVICE: 1}, first)
    store.put_account(an_account("new", created_at=last), {TieKind.DEVICE: 1}, last)
    found = store.account("old")
    assert found is not None
    assert found.created_at == first


def test_a_store_that_is_away_says_so() -> None:
    away = open_store("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    with pytest.raises(Unavailable):
        away.ping()
    away.close()


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite"):
        open_store("oracle://x")
