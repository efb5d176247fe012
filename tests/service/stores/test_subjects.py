"""Campaigns and lists by their newest decisions, in both stores: filters, orders, pages, overlaps."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from features.lists.sketch import bottom_k
from features.records import Account, ImportSource, ListImport, Subject
from models.decision import Decision, Seen, SubjectRef
from service.stores.contract import Label, SubjectQuery
from service.stores.sql import SqlStore
from service.stores.tie_rows import LIST_OVERLAP

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def put(
    store: SqlStore, account_id: str, name: str, risk: float, size: int, minutes: int = 0,
    subject: Subject = Subject.CAMPAIGN, action: str = "allow",
) -> None:  # fmt: skip
    at = NOW + timedelta(minutes=minutes)
    store.save_decision(
        Decision(
            decision_id=f"{account_id}-{name}-{minutes}", subject=SubjectRef(type=subject, id=name),
            account_id=account_id, as_of=at, action=action, limits=None, risk=risk, malicious=0.0,
            careless=risk, forecast=None, reasons=(), rules=(), policy_version="p",
            model_version="m", feature_set="f", valid_until=at, seen=Seen(recipients=size),
        )
    )  # fmt: skip


def names(store: SqlStore, **asked: Any) -> list[str]:
    query = SubjectQuery(**{"subject": Subject.CAMPAIGN, **asked})
    return [one.id for one in store.find_subjects(query).subjects]


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    store.put_account(Account(account_id="a", created_at=NOW), {}, NOW)
    put(store, "a", "one", 0.9, 100, 0, action="review")
    put(store, "a", "two", 0.2, 900, 1)
    put(store, "b", "three", 0.5, 500, 2)
    put(store, "b", "a list", 0.7, 5, 3, Subject.LIST)
    store.add_label(
        Label(label_id="l", decision_id="a-one-0", account_id="a", verdict="abusive", known_at=NOW)
    )
    return store


def test_the_most_comes_first(filled: SqlStore) -> None:
    assert names(filled) == ["three", "two", "one"]
    assert names(filled, order="risk") == ["one", "three", "two"]
    assert names(filled, order="size") == ["two", "three", "one"]
    assert names(filled, subject=Subject.LIST) == ["a list"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"account_id": "a"}, ["two", "one"]),
        ({"id": "three"}, ["three"]),
        ({"action": "review"}, ["one"]),
        ({"verdict": "abusive"}, ["two", "one"]),
        ({"least_risk": 0.5}, ["three", "one"]),
        ({"since": NOW + timedelta(minutes=1)}, ["three", "two"]),
        ({"until": NOW + timedelta(minutes=1)}, ["one"]),
        ({"account_id": "a", "action": "terminate"}, []),
    ],
)
def test_filters(filled: SqlStore, asked: dict[str, Any], found: list[str]) -> None:
    assert names(filled, **asked) == found


def test_decisions_put_back_from_an_archive_are_found(filled: SqlStore) -> None:
    put(filled, "a", "one", 0.4, 120, 9)
    before = filled.find_subjects(SubjectQuery(subject=Subject.CAMPAIGN))
    day = int(NOW.timestamp()) // 86_400
    kept = filled.decision_page(day, None, 100)
    assert len(kept) == 5
    for table in ("decisions", "subjects"):
        filled.write(lambda c, name=table: c.execute(sa.text(f"DELETE FROM {name}")))
    assert filled.put_decisions(kept) == 5
    assert filled.find_subjects(SubjectQuery(subject=Subject.CAMPAIGN)) == before


def test_the_newest_decision_counts_in_whatever_order_they_come(store: SqlStore) -> None:
    put(store, "a", "one", 0.9, 100, 5, action="review")
    put(store, "a", "one", 0.1, 100, 2)
    (one,) = store.find_subjects(SubjectQuery(subject=Subject.CAMPAIGN)).subjects
    assert (one.risk, one.action, one.decision_id) == (0.9, "review", "a-one-5")
    put(store, "a", "one", 0.3, 70, 9)
    (one,) = store.find_subjects(SubjectQuery(subject=Subject.CAMPAIGN)).subjects
    assert (one.risk, one.size) == (0.3, 70)


@pytest.mark.parametrize("order", ["newest", "risk", "size"])
def test_pages_miss_nothing_and_repeat_nothing(store: SqlStore, order: str) -> None:
    for number in range(23):
        put(
            store, f"a{number % 3}", f"c{number}", (number % 4) / 10 + 1 / 3, number % 5, number % 2
        )
    seen: list[str] = []
    cursor = None
    while True:
        query = SubjectQuery(subject=Subject.CAMPAIGN, order=order, cursor=cursor, limit=5)
        page = store.find_subjects(query)
        seen += [one.id for one in page.subjects]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 23
    assert sorted(seen) == sorted(f"c{n}" for n in range(23))


@pytest.mark.parametrize(
    "cursor", ["", "x", "risk~0.5~a~b", "newest~nan~a~b", "newest~1e400~a~b", "newest~1~~b",
               f"newest~{2**70}~a~b", "newest~~~"],
)  # fmt: skip
def test_a_foreign_cursor_is_refused(store: SqlStore, cursor: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the store's word for any such cursor
        store.find_subjects(SubjectQuery(subject=Subject.CAMPAIGN, cursor=cursor))


def test_what_lists_share_is_found_from_what_is_stored(store: SqlStore) -> None:
    rng = np.random.default_rng(4)
    own = rng.integers(-(2**63), 2**63, 6_000, dtype=np.int64)
    other = np.concatenate([own[:3_000], rng.integers(-(2**63), 2**63, 1_000, dtype=np.int64)])
    for account_id, hashes in (("a", own), ("b", other)):
        store.put_account(Account(account_id=account_id, created_at=NOW), {}, NOW)
        record = ListImport(
            import_id=account_id, account_id=account_id, list_id="l", source=ImportSource.FILE,
            imported_at=NOW, rows=hashes.size, valid=hashes.size, invalid=0, duplicates=0,
            numbers={},
        )  # fmt: skip
        store.add_import(record, bottom_k(hashes))
    (found,) = store.list_overlaps("a", "l")
    assert found.account_id == "b"
    assert found.containment == pytest.approx(0.5, abs=4 * found.standard_error + 0.01)
    (tie,) = store.tied("a")
    assert (tie.kind, [peer.account_id for peer in tie.peers]) == (LIST_OVERLAP, ["b"])
    assert store.list_overlaps("a", "none") == ()


def _fill_again(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "service/stores/migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.stamp(config, "0021")
    command.upgrade(config, "0024")
    command.stamp(config, "head")


def test_an_older_log_is_found_after_the_migration(filled: SqlStore, store_url: str) -> None:
    before = [filled.find_subjects(SubjectQuery(subject=s)) for s in Subject]
    put(filled, "a", "one", 0.4, 120, 9)
    after = filled.find_subjects(SubjectQuery(subject=Subject.CAMPAIGN))
    filled.write(lambda c: c.execute(sa.text("DROP TABLE subjects")))
    # Only the migration that makes the table runs again: what came after it is there.
    filled.write(_fill_again)
    assert filled.find_subjects(SubjectQuery(subject=Subject.CAMPAIGN)) == after
    assert filled.find_subjects(SubjectQuery(subject=Subject.LIST)) == before[1]
