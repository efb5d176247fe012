"""Overlaps of lists in both stores: what is found, how exact it is said to be, and whose it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from features.lists.sketch import Hashes, bottom_k
from features.records import Account, ImportSource, ListImport
from service.stores import fact_rows, migrate, open_store, overlap_rows
from service.stores.contract import Label, Overlap
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def draw(n: int, seed: int) -> Hashes:
    return np.random.default_rng(seed).integers(-(2**63), 2**63, n, dtype=np.int64)


def add(store: SqlStore, account_id: str, list_id: str, hashes: Hashes) -> None:
    record = ListImport(
        import_id=f"{account_id}-{list_id}-{int(hashes[:1].sum())}",
        account_id=account_id,
        list_id=list_id,
        source=ImportSource.FILE,
        imported_at=NOW,
        rows=hashes.size,
        valid=hashes.size,
        invalid=0,
        duplicates=0,
        numbers={},
    )
    store.add_import(record, bottom_k(hashes))


def found(store: SqlStore, hashes: Hashes, account_id: str = "new") -> dict[str, Overlap]:
    return {o.list_id: o for o in store.overlaps(account_id, bottom_k(hashes), 100)}


def assert_within(overlap: Overlap, share: float, errors: float = 4) -> None:
    assert overlap.containment == pytest.approx(share, abs=errors * overlap.standard_error + 1e-12)


def test_small_lists_are_compared_exactly(store: SqlStore) -> None:
    rows = draw(500, 1)
    add(store, "a", "l", rows[:400])
    overlap = found(store, rows[300:])["l"]
    assert (overlap.account_id, overlap.containment, overlap.standard_error) == ("a", 0.5, 0.0)
    assert overlap.contains == 0.25
    assert overlap.compared == 200
    assert store.overlaps("a", rows[300:]) == ()
    assert store.overlaps("new", rows[400:]) == ()
    assert store.overlaps("new", rows[:0]) == ()


@pytest.mark.parametrize(
    ("size", "of", "noise"),
    [(20_000, 200_000, 8_571), (2_000, 30_000, 857), (300, 5_000, 128), (60_000, 60_000, 0)],
)
def test_a_slice_with_noise_is_found(store: SqlStore, size: int, of: int, noise: int) -> None:
    """A slice of a list, with 30 % other rows shuffled in."""
    sold = draw(of, 2)
    add(store, "seller", "sold", sold)
    overlap = found(store, np.concatenate((sold[:size], draw(noise, 3))))["sold"]
    assert_within(overlap, size / (size + noise))
    assert overlap.standard_error < 0.06
    assert overlap.contains == pytest.approx(size / of, rel=0.3)


def test_a_merge_is_found_in_all_its_parts(store: SqlStore) -> None:
    parts = {f"part-{n}": draw(3_000 * n, 10 + n) for n in (1, 2, 4)}
    for name, rows in parts.items():
        add(store, name, name, rows)
    merged = found(store, np.concatenate(list(parts.values())))
    assert set(merged) == set(parts)
    for name, rows in parts.items():
        assert_within(merged[name], rows.size / 21_000)
        assert merged[name].contains > 0.8


def test_errors_are_as_large_as_they_say(store: SqlStore) -> None:
    """The distance from the truth, in standard errors, over many pairs of lists."""
    scores = []
    for n in range(40):
        theirs = draw(4_000 + 500 * n, 100 + n)
        add(store, f"a-{n}", f"l-{n}", theirs)
        share = 0.05 + 0.02 * n
        take = int(share * 6_000)
        mine = np.concatenate((theirs[:take], draw(6_000 - take, 200 + n)))
        overlap = found(store, mine)[f"l-{n}"]
        scores.append((overlap.containment - take / 6_000) / overlap.standard_error)
    assert abs(np.mean(scores)) < 0.5
    assert 0.6 < np.std(scores) < 1.3


def test_a_share_above_five_percent_is_found_among_many(store: SqlStore) -> None:
    """200 strangers of all sizes, each with a chance row in common, hide one with 8 %."""
    mine = draw(10_000, 4)
    for n in range(200):
        add(
            store,
            f"s-{n}",
            f"s-{n}",
            np.concatenate((mine[n : n + 3], draw(100 + 37 * n, 300 + n))),
        )
    add(store, "thief", "thief", np.concatenate((mine[:800], draw(15_000, 5))))
    shares = found(store, mine)
    assert_within(shares["thief"], 0.08)
    assert max(o.containment for name, o in shares.items() if name != "thief") < 0.05


def test_ubiquitous_addresses_count_nowhere(store: SqlStore) -> None:
    """40 testers' addresses are on every list; they are no overlap of a small one."""
    testers = draw(40, 6)
    for n in range(25):
        add(store, f"a-{n}", f"l-{n}", np.concatenate((testers, draw(300, 400 + n))))
    friend = draw(60, 7)
    add(store, "friend", "friend", friend)
    shares = found(store, np.concatenate((testers, friend, draw(60, 8))))
    assert set(shares) == {"friend"}
    assert shares["friend"].containment == 0.5


def test_a_pool_that_many_bought_is_not_taken_for_ubiquitous(store: SqlStore) -> None:
    pool = draw(400, 9)
    for n in range(25):
        add(store, f"a-{n}", f"l-{n}", pool[: 300 + n])
    assert len(found(store, np.concatenate((pool, draw(200, 10))))) == 25


def test_too_little_to_compare_is_no_overlap(store: SqlStore) -> None:
    """Of 100 addresses about one lies under the threshold of a sketch of 400,000."""
    large = draw(400_000, 11)
    add(store, "a", "l", large)
    assert found(store, large[:100]) == {}


def test_a_list_is_known_by_its_newest_import(store: SqlStore) -> None:
    rows = draw(900, 12)
    add(store, "a", "l", rows[:600])
    add(store, "a", "l", rows[300:])
    assert store.count_rows("list_sketches") == 1
    assert store.count_rows("list_hashes") == 512
    assert found(store, rows[:300]) == {}
    assert_within(found(store, rows[600:])["l"], 1.0)


def test_an_empty_list_empties_the_index(store: SqlStore) -> None:
    add(store, "a", "l", draw(10, 13))
    add(store, "a", "l", draw(0, 13))
    assert store.count_rows("list_hashes") == 0
    assert found(store, draw(10, 13)) == {}


def test_reading_stops_early_and_estimates_hold(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = draw(2_000, 14)
    for n in range(10):
        add(store, f"a-{n}", f"l-{n}", rows[:1_000])
    monkeypatch.setattr(overlap_rows, "_MAX_POSTINGS", 2_000)
    shares = found(store, rows)
    assert len(shares) == 10
    assert {o.compared < 600 for o in shares.values()} == {True}
    for overlap in shares.values():
        assert_within(overlap, 0.5)


def test_known_bad_lists(store: SqlStore) -> None:
    rows = draw(400, 15)
    store.put_known_list("leads-2025", rows[:100], NOW)
    store.put_known_list("leads-2025", rows[:200], NOW + timedelta(days=1))
    (known,) = store.known_lists()
    assert (known.name, known.addresses, known.added_at) == (
        "leads-2025", 200, NOW + timedelta(days=1),
    )  # fmt: skip
    (overlap,) = store.overlaps("a", rows)
    assert (overlap.known_bad, overlap.list_id, overlap.containment) == (True, "leads-2025", 0.5)
    assert store.drop_known_list("leads-2025")
    assert not store.drop_known_list("leads-2025")
    assert (store.overlaps("a", rows), store.known_lists()) == ((), ())
    assert store.count_rows("list_hashes") == 0


def test_owners(store: SqlStore) -> None:
    for name in ("abuser", "cleared", "cut-off", "quiet"):
        store.put_account(Account(account_id=name, created_at=NOW), {}, NOW)
    for name, verdict in (("abuser", "abusive"), ("cleared", "legitimate")):
        label = Label(
            label_id=name, decision_id="d", account_id=name, verdict=verdict, known_at=NOW
        )
        store.add_label(label)
    store.write(lambda c: fact_rows.set_last_action(c, "cut-off", "terminate"))
    store.write(lambda c: fact_rows.set_last_action(c, "cleared", "terminate"))
    owners = store.owners(["abuser", "cleared", "cut-off", "quiet", "unknown"])
    assert {name: owner.abuser for name, owner in owners.items()} == {
        "abuser": True, "cleared": False, "cut-off": True, "quiet": False,
    }  # fmt: skip


def migrations_of(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def up_to(connection: Connection, version: str) -> int:
    command.upgrade(migrations_of(connection), version)
    return 0


def down_to(connection: Connection, version: str) -> int:
    command.downgrade(migrations_of(connection), version)
    return 0


def test_lists_of_an_older_version_are_found(empty_store_url: str) -> None:
    """A store of version 4 is brought up to version 5, back and up to date."""
    store = open_store(empty_store_url)
    rows = draw(900, 16)
    old = np.sort(rows[:600].view(np.uint64)).astype("<u8").tobytes()
    store.write(lambda c: up_to(c, "0004"))
    insert = text("INSERT INTO sketches VALUES ('a', 'l', 'i', :body)").bindparams(body=old)
    store.write(lambda c: c.execute(insert).rowcount)
    store.write(lambda c: up_to(c, "0005"))
    assert_within(found(store, rows)["l"], 2 / 3)
    store.write(lambda c: down_to(c, "0004"))
    store.migrate()
    assert found(store, rows) == {}
    store.close()


def test_former_hashes_are_forgotten_and_known_lists_stay_by_name(store_url: str) -> None:
    store = open_store(store_url)
    store.migrate()
    rows = draw(900, 17)
    add(store, "a", "l", rows)
    store.put_known_list("leads", bottom_k(rows), NOW)
    flag = text("INSERT INTO recipients VALUES (:hash, 1)").bindparams(hash=int(rows[0]))
    store.write(lambda c: c.execute(flag).rowcount)
    store.write(lambda c: down_to(c, "0025"))
    store.migrate()
    assert found(store, rows) == {}
    assert store.recipient_flags(rows) == {}
    assert [(known.name, known.addresses) for known in store.known_lists()] == [("leads", 0)]
    store.put_known_list("leads", bottom_k(rows), NOW)
    assert found(store, rows)["leads"].containment == 1.0
    store.close()


def test_forgotten_hashes_are_told_of(store_url: str, caplog: pytest.LogCaptureFixture) -> None:
    store = open_store(store_url)
    store.migrate()
    store.write(lambda c: down_to(c, "0025"))
    store.migrate()
    assert not caplog.records
    add(store, "a", "l", draw(10, 18))
    store.put_known_list("leads", bottom_k(draw(10, 19)), NOW)
    store.write(lambda c: down_to(c, "0025"))
    assert "the sketches of 1 lists are forgotten" in caplog.text
    assert "scan these known lists again: leads" in caplog.text
    store.close()
