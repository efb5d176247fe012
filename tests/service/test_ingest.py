"""Ingest: each event once, recipients only as hashes, no address in what is kept."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.hashing import AddressHasher
from features.records import Event, EventType
from features.tiles import COUNTER_INDEX, account_key
from features.windows import Grain
from service.ingest import Ingest
from service.stores import open_store
from service.stores.contract import RecipientFlag
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, 2, 3, tzinfo=UTC)
HASHER = AddressHasher(b"k" * 32)
SECRET = "zebra.quill"
ADDRESS = f"{SECRET}@hidden.example"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'ingest.db'}?synchronous=off")
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def ingest(store: SqlStore) -> Ingest:
    return Ingest(store, HASHER)


def an_event(event_id: str = "1", **facts: object) -> Event:
    known = {"event_id": event_id, "type": "sent", "account_id": "a", "occurred_at": NOW}
    return msgspec.convert(known | facts, Event)


def flags_of(store: SqlStore, address: str) -> int:
    return store.recipient_flags(np.array([HASHER(address)])).get(HASHER(address), 0)


def counted(store: SqlStore, account_id: str) -> list[int]:
    counts = store.tiles([account_key(account_id)], Grain.TOTAL, 0, 0).counts
    return [int(n) for n in counts.sum(axis=0)]


def test_a_recipient_is_known_by_its_hash(store: SqlStore, ingest: Ingest) -> None:
    ingest([an_event("1", recipient="  Jane@Shop.EXAMPLE ")], NOW)
    ingest([an_event("2", recipient="jane@shop.example", type="complaint")], NOW)
    assert flags_of(store, "jane@shop.example") == RecipientFlag.SENT | RecipientFlag.COMPLAINT


def test_a_callers_own_hash_is_hashed_again(store: SqlStore, ingest: Ingest) -> None:
    """Else a caller could look up, or flag, whom it knows only by our hash."""
    ours = str(HASHER("jane@shop.example"))
    ingest([an_event("1", recipient=ours, type="trap_hit")], NOW)
    assert flags_of(store, "jane@shop.example") == 0
    assert flags_of(store, ours) == RecipientFlag.TRAP


def test_another_key_gives_other_hashes(store: SqlStore) -> None:
    Ingest(store, AddressHasher(b"x" * 32))([an_event(recipient="jane@shop.example")], NOW)
    assert flags_of(store, "jane@shop.example") == 0


def test_events_without_a_recipient_count(store: SqlStore, ingest: Ingest) -> None:
    assert ingest([an_event("1"), an_event("2", type="open")], NOW).accepted == 2
    assert store.count_rows("recipients") == 0


def test_an_empty_batch_is_nothing(ingest: Ingest) -> None:
    assert ingest([], NOW).accepted == 0


def test_texts_are_kept_without_addresses(store: SqlStore, ingest: Ingest) -> None:
    text = f"550 5.1.1 <{ADDRESS}>: unknown\x00 user"
    ingest([an_event(type="hard_bounce", recipient=ADDRESS, diagnostic=text)], NOW)
    (sample,) = store.evidence("a")
    assert sample.text == "550 5.1.1 <<address>>: unknown user"
    assert (sample.kind, sample.seen_at) == ("hard_bounce", NOW)


def test_an_address_as_provider_leaves_its_domain(store: SqlStore, ingest: Ingest) -> None:
    ingest([an_event(mailbox_provider=ADDRESS), an_event("2", mailbox_provider="gmail")], NOW)
    assert store.providers("a") == ("gmail", "hidden.example")


def test_no_address_is_in_the_file_or_the_log(
    store: SqlStore, ingest: Ingest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    texts = {"diagnostic": f"no {ADDRESS}", "mailbox_provider": ADDRESS, "event_id": ADDRESS}
    events = [an_event(**texts, recipient=ADDRESS, type=kind, source=kind) for kind in EventType]
    assert ingest(events, NOW).accepted == len(EventType)
    store.close()
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert any(b"hidden.example" in content for content in files)
    assert not any(SECRET.encode() in content for content in files)
    assert SECRET not in caplog.text


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_time_of_receipt_decides_where_an_event_counts(
    store: SqlStore, ingest: Ingest, when: str
) -> None:
    ingest([an_event(occurred_at=when)], NOW)
    slot = Grain.DAY.slot(int(NOW.timestamp()))
    assert store.tiles([account_key("a")], Grain.DAY, slot, slot).counts.sum() == 1


def test_a_callers_record_is_left_alone(ingest: Ingest) -> None:
    event = an_event(recipient=ADDRESS, diagnostic=f"no {ADDRESS}")
    ingest([event], NOW)
    assert event.recipient == ADDRESS


EVENTS = st.builds(
    an_event,
    st.sampled_from("12345678"),
    type=st.sampled_from(EventType),
    account_id=st.sampled_from("ab"),
    source=st.sampled_from(["canonical", "ses"]),
    recipient=st.sampled_from([None, "x@y.example", "4711"]),
    campaign_id=st.sampled_from([None, "c"]),
    mailbox_provider=st.sampled_from([None, "", "gmail"]),
)
BATCHES = st.lists(st.tuples(st.lists(EVENTS, max_size=12), st.integers(0, 8 * 24)), max_size=6)


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=BATCHES)
def test_the_first_of_equal_events_counts(
    tmp_path_factory: pytest.TempPathFactory,
    copy_of_sqlite: Callable[[Path], str],
    batches: list[tuple[list[Event], int]],
) -> None:
    """Beside a set of all events ever seen, however they are doubled in and across batches."""
    first: dict[tuple[str, str], Event] = {}
    folder = tmp_path_factory.mktemp("once")
    store = open_store(copy_of_sqlite(folder / "once.db"))
    store.migrate()
    for events, hours in batches:
        known = len(first)
        again = [
            index
            for index, event in enumerate(events)
            if first.setdefault((event.source, event.event_id), event) is not event
        ]
        found = Ingest(store, HASHER)(events, NOW + timedelta(hours=hours))
        assert (found.accepted, list(found.duplicates)) == (len(first) - known, again)
    for account_id in "ab":
        expected = [0] * len(EventType)
        for event in first.values():
            expected[COUNTER_INDEX[event.type]] += event.account_id == account_id
        assert counted(store, account_id) == expected
    store.close()
