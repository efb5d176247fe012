"""Archives: what goes out comes back to the last bit, once, on both stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from features.catalogue import digest_of
from features.records import Event, Subject
from features.tiles import account_key, account_provider_key, campaign_key
from features.windows import Grain
from models.decision import Decision, SubjectRef
from service.archive import export as exporting
from service.archive import load as loading
from service.archive.export import Exported, export
from service.archive.layout import Kind, UnusableArchive, file_of, number_of
from service.archive.load import load
from service.stores import open_store
from service.stores.contract import StampedEvent
from service.stores.retention import KEPT_DAYS
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, 2, 3, tzinfo=UTC)
TODAY = number_of(NOW.date())
ALL_SLOTS = (0, 2**40)
GRAINS = (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY, Grain.TOTAL)


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store."""
    opened = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    opened.migrate()
    yield opened
    opened.close()


def fill(store: SqlStore, days: int = 4) -> None:
    """Events and decisions of some days before today, and of today."""
    rng = np.random.default_rng(1)
    for ago in range(days, -1, -1):
        for hour in (0, 9):
            at = (NOW - timedelta(days=ago)).replace(hour=hour, minute=0, second=1)
            events = [an_event(f"{ago}-{hour}-{i}", rng) for i in range(30)]
            store.ingest(events, at)
        at = NOW - timedelta(days=ago)
        store.save_decision(a_decision(f"d-{ago}", at))


def an_event(event_id: str, rng: np.random.Generator) -> StampedEvent:
    known = {
        "event_id": event_id,
        "type": str(rng.choice(["sent", "delivered", "hard_bounce"])),
        "account_id": str(rng.choice(["a", "b"])),
        "campaign_id": "c",
        "mailbox_provider": [None, "gmail"][rng.integers(2)],
        "sending_ip": "192.0.2.1",
        "occurred_at": NOW,
    }
    return StampedEvent(event=msgspec.convert(known, Event))


def a_decision(decision_id: str, at: datetime) -> Decision:
    return Decision(
        decision_id=decision_id,
        subject=SubjectRef(type=Subject.CAMPAIGN, id="c"),
        account_id="a",
        as_of=at,
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
        valid_until=at + timedelta(hours=1),
        vector=(1.5, float("nan"), -0.0),
    )


def tiles_of(store: SqlStore, stop_day: int = TODAY) -> dict[str, list[object]]:
    """Every tile of the entities in play that lies before a day, and the accounts' totals."""
    accounts = [account_key("a"), account_key("b")]
    keys = [*accounts, campaign_key("a", "c"), account_provider_key("a", "gmail")]
    found: dict[str, list[object]] = {}
    for grain in GRAINS:
        last = stop_day * 86_400 // grain.value - 1 if grain.value else 0
        rows = store.tiles(keys if grain.value else accounts, grain, 0, last)
        found[grain.name] = [rows.entities.tolist(), rows.slots.tolist(), rows.counts.tolist()]
    return found


def test_closed_days_go_out_and_the_open_one_does_not(store: SqlStore, tmp_path: Path) -> None:
    fill(store)
    done = export(store, tmp_path, None, None, NOW)
    assert (done.days, done.decisions, done.skipped) == (4, 4, 0)
    days = sorted(path.parent.name for path in tmp_path.glob("tiles/*/*.parquet"))
    assert days == [f"day=2026-11-{day}" for day in (19, 20, 21, 22)]
    assert not list(tmp_path.glob(".*")), "nothing is left lying about"
    tiles = pl.read_parquet(tmp_path / "tiles/day=2026-11-20/tiles.parquet")
    own = tiles.filter(pl.col("account") == pl.col("entity"), grain=Grain.DAY.value)
    assert sorted(own["account_id"]) == ["a", "b"]
    assert own["sent"].sum() > 0
    assert set(tiles["provider"]) == {None, "gmail", "unknown"}
    named = tiles.filter(pl.col("account_id").is_not_null())
    assert exporting.senders(store, page=1).equals(exporting.senders(store))
    for row in named.select("account", "account_id", "provider", "entity").unique().iter_rows():
        account, account_id, provider, entity = row
        assert account == account_key(account_id)
        own = account if provider is None else account_provider_key(account_id, provider)
        assert entity == own
    assert tiles["account"].null_count() > 0, "a campaign's tiles have no account"
    told = tiles.filter(pl.col("account").is_not_null())
    assert told["account"].is_sorted()


def test_a_second_export_goes_on_where_the_first_was_cut_off(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    whole = tmp_path / "whole"
    export(store, whole, None, None, NOW)
    monkeypatch.setattr(exporting, "_HELD", 50)
    monkeypatch.setattr(exporting, "_PAGE", 7)
    cut = tmp_path / "cut"
    export(store, cut, None, TODAY - 2, NOW)
    file_of(cut, Kind.TILES, TODAY - 4).unlink()
    done = export(store, cut, None, None, NOW)
    assert (done.days, done.skipped, done.decisions) == (3, 1, 2)
    for day in range(TODAY - 4, TODAY):
        for kind in Kind:
            one, two = (pl.read_parquet(file_of(a, kind, day)) for a in (whole, cut))
            assert one.equals(two)
    assert export(store, cut, None, None, NOW) == Exported(0, 0, 0, 4)


def test_only_closed_days_are_exported(store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(UnusableArchive, match="2026-11-23 is not closed"):
        export(store, tmp_path, None, TODAY + 1, NOW)
    midnight = datetime(2026, 11, 23, 0, 4, tzinfo=UTC)
    with pytest.raises(UnusableArchive, match="2026-11-22 is not closed"):
        export(store, tmp_path, None, TODAY, midnight)
    assert export(store, tmp_path, None, None, NOW) == Exported()


def test_an_archive_comes_back_into_an_empty_store(
    store: SqlStore, other: SqlStore, tmp_path: Path
) -> None:
    fill(store, days=1)
    export(store, tmp_path, None, None, NOW)
    done = load(other, tmp_path, None, None, NOW)
    expected = tiles_of(store)
    found = tiles_of(other)
    for name in ("FIVE_MINUTES", "HOUR", "DAY"):
        assert found[name] == expected[name]
        assert expected[name][0]
    closed = expected["DAY"]
    accounts = {account_key("a"), account_key("b")}
    of_days = [c for e, c in zip(closed[0], closed[2], strict=True) if e in accounts]  # type: ignore[call-overload]
    assert found["TOTAL"][2] == of_days, "one day went out: all time is that day"
    assert other.providers("a") == store.providers("a")
    assert (done.decisions, done.tiles_there, done.expired) == (1, 0, 0)
    before, after = (s.decision("d-1") for s in (store, other))
    assert before is not None
    assert after is not None
    assert np.array_equal(np.array(before.vector), np.array(after.vector), equal_nan=True)
    assert np.signbit(after.vector[2])
    assert msgspec.structs.replace(before, vector=()) == msgspec.structs.replace(after, vector=())


def test_what_the_columns_of_vectors_are_comes_with_them(
    store: SqlStore, other: SqlStore, tmp_path: Path
) -> None:
    definitions = '[{"name": "one"}, {"name": "two"}]'
    fingerprint = digest_of(definitions)
    store.keep_feature_set(fingerprint, definitions)
    at = NOW - timedelta(days=1)
    store.save_decision(msgspec.structs.replace(a_decision("d", at), feature_set=fingerprint))
    store.save_decision(a_decision("of-a-set-nobody-kept", at))
    export(store, tmp_path, None, None, NOW)
    load(other, tmp_path, None, None, NOW)
    assert other.feature_set(fingerprint) == definitions
    path = tmp_path / "feature_sets" / f"{fingerprint}.json"
    assert [path] == list(path.parent.iterdir())
    for bad in (b"[]", b"\xff"):
        path.write_bytes(bad)
        with pytest.raises(UnusableArchive, match=fingerprint):
            load(other, tmp_path, None, None, NOW)


def test_what_comes_twice_counts_once(store: SqlStore, other: SqlStore, tmp_path: Path) -> None:
    fill(store)
    export(store, tmp_path, None, None, NOW)
    before = tiles_of(store, TODAY + 1)
    again = load(store, tmp_path, None, None, NOW)
    assert (again.tiles, again.decisions, again.decisions_there) == (0, 0, 4)
    assert tiles_of(store, TODAY + 1)["TOTAL"] == before["TOTAL"]
    load(other, tmp_path, None, TODAY - 1, NOW)
    load(other, tmp_path, None, None, NOW)
    once = tiles_of(other)
    twice = load(other, tmp_path, None, None, NOW)
    assert twice.tiles == twice.decisions == 0
    assert tiles_of(other) == once
    assert other.count_rows("decisions") == 4


class _Cut(Exception):
    pass


def test_an_import_that_is_cut_off_counts_nothing_twice(
    store: SqlStore, other: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    export(store, tmp_path, None, None, NOW)
    monkeypatch.setattr(loading, "_TILES", 3)
    real, left = other.put_tiles, [20]

    def put_tiles(*arguments: object) -> int:
        if not left[0]:
            raise _Cut
        left[0] -= 1
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(other, "put_tiles", put_tiles)
    with pytest.raises(_Cut):
        load(other, tmp_path, None, None, NOW)
    monkeypatch.setattr(other, "put_tiles", real)
    load(other, tmp_path, None, None, NOW)
    of_days = tiles_of(other)["DAY"]
    for entity, total in zip(*tiles_of(other)["TOTAL"][::2], strict=True):  # type: ignore[call-overload]
        days = [c for e, c in zip(of_days[0], of_days[2], strict=True) if e == entity]  # type: ignore[call-overload]
        assert total == np.sum(days, axis=0).tolist()


def test_what_was_purged_does_not_come_back_and_count_again(
    store: SqlStore, tmp_path: Path
) -> None:
    fill(store)
    export(store, tmp_path, None, None, NOW)
    before = tiles_of(store, TODAY + 1)["TOTAL"]
    later = NOW + timedelta(days=KEPT_DAYS[Grain.DAY] + 10)
    store.purge(later)
    done = load(store, tmp_path, None, None, later)
    assert done.tiles == 0
    assert done.expired > 0
    assert tiles_of(store, TODAY + 1)["TOTAL"] == before


def damaged(archive: Path, kind: Kind, change: pl.Expr | None) -> None:
    path = file_of(archive, kind, TODAY - 1)
    if change is None:
        path.write_bytes(b"PAR1 not at all")
    else:
        pl.read_parquet(path).with_columns(change).write_parquet(path)


BAD = {
    "no file of an archive": (Kind.TILES, None),
    "a NULL": (Kind.TILES, pl.lit(None, pl.Int64).alias("sent")),
    "of another day": (Kind.TILES, pl.col("slot") + 288),
    "below zero": (Kind.TILES, (pl.col("sent") - 1_000).alias("sent")),
    "there twice": (Kind.TILES, pl.lit(7, pl.Int64).alias("entity")),
    "columns and body disagree": (Kind.DECISIONS, pl.lit("x").alias("decision_id")),
    "decisions of 2026-11-22": (Kind.DECISIONS, pl.lit(b"\xc1").alias("body")),
    "(?s)no file of an archive:.*vector": (Kind.DECISIONS, pl.lit("x").alias("vector")),
}


@pytest.mark.parametrize("message", BAD)
def test_what_no_export_wrote_is_refused(other: SqlStore, tmp_path: Path, message: str) -> None:
    fill(other, days=1)
    export(other, tmp_path, None, None, NOW)
    damaged(tmp_path, *BAD[message])
    with pytest.raises(UnusableArchive, match=message):
        load(other, tmp_path, None, None, NOW)
    with pytest.raises(UnusableArchive, match="no archive"):
        load(other, tmp_path / "none", None, None, NOW)
