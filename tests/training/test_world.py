"""A world of any making is read to its end, in time order, and what was odd is said."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import training.event_lines as event_lines
from features.records import AuthResult, EventType, ImportSource, Stream
from training.event_lines import ordered_events
from training.lenient import parse_time, safe_id
from training.oddities import Oddities
from training.truth import read_truth
from training.world import RANK, AccountPut, CampaignDue, EventReceived, World

START = datetime(2026, 3, 1, tzinfo=UTC)


def test_facts_come_in_time_order_with_events_last_at_one_instant(odd_world: World) -> None:
    facts = list(odd_world.facts())
    keys = [(fact.at, RANK[type(fact)]) for fact in facts]
    assert keys == sorted(keys)
    assert all(fact.at.tzinfo is UTC for fact in facts)


def test_accounts_keep_what_fits_and_lose_what_does_not(odd_world: World) -> None:
    accounts = odd_world.accounts
    assert set(accounts) == {"late", "bakery", "naive", "epoch", "timeless", "sp_ace__-" + safe_id("sp ace/ü")[9:]}  # fmt: skip
    assert accounts["bakery"].created_at == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert accounts["bakery"].paid is True
    assert accounts["bakery"].declared is not None
    assert accounts["bakery"].declared.monthly_volume is None
    assert accounts["bakery"].declared.industry == "food"
    assert accounts["naive"].paid is None
    assert accounts["epoch"].created_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert accounts["timeless"].created_at == datetime(2026, 3, 1, 7, tzinfo=UTC)


def test_domains_and_imports_survive_gaps(odd_world: World) -> None:
    assert [d.domain.spf for d in odd_world.domains] == [AuthResult.PASS, None]
    assert [(i.list_id, i.source) for i in odd_world.imports] == [
        ("l1", ImportSource.FILE),
        ("l9", ImportSource.API),
    ]


def test_campaigns_carry_their_own_message_whatever_came_before(odd_world: World) -> None:
    due = {f.campaign_id: f for f in odd_world.facts() if isinstance(f, CampaignDue)}
    assert set(due) == {"c1", "c2", "c3", "c4", "c5"}
    assert due["c1"].message == b"Subject: hi\r\n\r\nhello"
    assert due["c1"].list_ids == ("l1",)
    assert due["c1"].stream is Stream.BROADCAST
    assert due["c2"].message is not None
    assert b"Subject: Bread X: y\r\n" in due["c2"].message
    assert due["c3"].recipients == 7
    assert due["c3"].message is None
    assert due["c4"].stream is Stream.TRANSACTIONAL
    assert due["c5"].at == datetime(2026, 3, 1, 7, tzinfo=UTC)


def test_events_are_unpacked_sorted_and_mended(odd_world: World) -> None:
    events = [f for f in odd_world.facts() if isinstance(f, EventReceived)]
    assert [e.event.event_id for e in events] == ["e1", "e2", "e3", "e5"]
    assert events[2].event.occurred_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert events[2].event.smtp_code is None
    assert events[3].event.type is EventType.DELIVERED


def test_every_oddity_is_told(odd_world: World) -> None:
    list(odd_world.facts())
    read_truth(odd_world.folder, odd_world.odd)
    told = "\n".join(odd_world.odd.lines())
    for part in (
        "not a JSON object", "no usable created_at", "no domain or account", "unknown source",
        "list file is missing", "message file is missing", "no usable recipients", "twice",
        "no usable scheduled_at", "not a campaign", "not in the order", "is not JSON",
        "not an event", "unusable smtp_code", "unknown type",
    ):  # fmt: skip
        assert part in told, part


def test_an_empty_folder_is_a_world_without_facts(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert list(world.facts()) == []
    assert not read_truth(tmp_path, world.odd)
    with pytest.raises(FileNotFoundError, match="not a directory"):
        World(tmp_path / "none")


def test_truth_is_read_where_it_makes_sense(odd_world: World) -> None:
    truth = read_truth(odd_world.folder, Oddities())
    assert truth.accounts["late"].actor == "gang"
    assert truth.campaigns["c2"].abusive is None
    assert truth.campaigns["c2"].p_hard != truth.campaigns["c2"].p_hard
    assert truth.lists["bakery", "l1"].unasked == 0.9


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-03-01T00:00:00Z", START),
        ("2026-03-01T02:00:00+02:00", START),
        ("2026-03-01", START),
        (1772323200, START),
        (1772323200000, START),
        ("yesterday", None),
        (float("nan"), None),
        (True, None),
        ("0001-01-01T00:00:00+23:59", None),
    ],
)
def test_times_of_many_kinds(given: object, expected: datetime | None) -> None:
    assert parse_time(given) == expected


def test_a_long_unordered_file_is_sorted_in_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_lines, "CHUNK_LINES", 7)
    moments = [START + timedelta(minutes=i) for i in range(50)]
    random.Random(3).shuffle(moments)
    path = tmp_path / "events.ndjson"
    path.write_text("".join(_event_line(i, at) + "\n" for i, at in enumerate(moments)))
    found = [at for at, _ in ordered_events(path, Oddities())]
    assert found == sorted(moments)


def test_a_gzip_cut_in_the_middle_ends_there(odd_world: World) -> None:
    path = odd_world.folder / "events.ndjson.gz"
    path.write_bytes(path.read_bytes()[:-20])
    list(odd_world.facts())
    assert any("cannot be read to its end" in line for line in odd_world.odd.lines())


def test_accounts_come_before_what_refers_to_them_at_one_instant(tmp_path: Path) -> None:
    at = "2026-03-01T00:00:00Z"
    (tmp_path / "accounts.ndjson").write_text(json.dumps({"account_id": "a", "created_at": at}))
    (tmp_path / "campaigns.ndjson").write_text(
        json.dumps({"campaign_id": "c", "account_id": "a", "recipients": 1, "scheduled_at": at})
    )
    (tmp_path / "events.ndjson").write_text(_event_line(1, START))
    kinds = [type(fact) for fact in World(tmp_path).facts()]
    assert kinds == [AccountPut, CampaignDue, EventReceived]


def _event_line(i: int, at: datetime) -> str:
    event = {"event_id": f"e{i}", "type": "sent", "account_id": "a", "occurred_at": at.isoformat()}
    return json.dumps({"received_at": at.isoformat(), "event": event})
