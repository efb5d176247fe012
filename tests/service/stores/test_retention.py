"""What is past its time goes, and nothing else, on every store."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from features.lists.sketch import Hashes, bottom_k
from features.records import EventType, ImportSource, ListImport
from features.sources.report import Report, ReportKind
from service.stores.contract import LostEvent
from service.stores.retention import Keep
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=100)


def a_list(seed: int) -> Hashes:
    return np.random.default_rng(seed).integers(-(2**63), 2**63, 2_000, dtype=np.int64)


def put_list(store: SqlStore, list_id: str, hashes: Hashes, at: datetime) -> None:
    known = {"import_id": f"{list_id}{at}", "account_id": "a", "list_id": list_id}
    counted = {"rows": 1, "valid": 1, "invalid": 0, "duplicates": 0, "numbers": {}}
    record = ListImport(source=ImportSource.FILE, imported_at=at, **known, **counted)  # type: ignore[arg-type]
    store.add_import(record, bottom_k(hashes))


def test_events_without_account_go(store: SqlStore) -> None:
    lost = LostEvent(source="dsn", event_id="1", type=EventType.HARD_BOUNCE, occurred_at=NOW)
    store.keep_unattributed([lost], NOW)
    store.keep_unattributed([msgspec.structs.replace(lost, event_id="2")], LATER)
    assert store.purge(NOW + timedelta(days=35))["unattributed"] == 0
    assert store.purge(LATER)["unattributed"] == 1
    assert [event.event_id for event in store.unattributed(None, 10)] == ["2"]
    assert store.purge(LATER + timedelta(days=2), Keep(unattributed=1))["unattributed"] == 1


def test_reports_go(store: SqlStore) -> None:
    old, new = (
        Report(kind=ReportKind.TLS, report_id=i, reporter="r", domain="d.example", count=1)
        for i in "12"
    )
    store.keep_reports([old], NOW)
    store.keep_reports([new], LATER)
    assert store.purge(LATER)["domain_reports"] == 0
    assert store.purge(LATER, Keep(reports=99))["domain_reports"] == 1
    assert store.reports(None, 10) == (new,)


def test_sketches_of_lists_long_not_imported_go_and_their_index_with_them(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.stores.retention._STRETCH_LISTS", 2)
    shared, known = a_list(0), a_list(1)
    for number in range(5):
        put_list(store, f"old-{number}", shared, NOW)
    put_list(store, "again", shared, NOW)
    put_list(store, "again", shared, LATER)
    store.put_known_list("for sale", known, NOW)
    assert store.purge(LATER, Keep(sketches=99))["list_sketches"] == 5
    assert [found.list_id for found in store.overlaps("b", bottom_k(shared))] == ["again"]
    assert [found.list_id for found in store.overlaps("b", bottom_k(known))] == ["for sale"]
    assert store.count_rows("list_sketches") == 2
    per_list = store.count_rows("list_hashes") // 2
    put_list(store, "old-0", shared, LATER)
    assert store.count_rows("list_hashes") == 3 * per_list
    assert len(store.overlaps("b", bottom_k(shared))) == 2


@pytest.mark.parametrize("name", ["seen", "unattributed", "reports", "sketches"])
def test_less_than_a_day_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be kept for a day or more"):
        Keep(**{name: 0})
