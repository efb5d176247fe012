"""The files are those that docs/simulator.md describes, and what they say agrees."""

import csv
import email
import email.policy
from collections import Counter
from datetime import datetime
from typing import Any

import msgspec
import numpy as np

from features.records import Account, Event, ImportSource, SendingDomain, Stream

ARRAYS = {
    "row", "p_hard", "p_complaint", "outcome", "delay", "complaint", "complaint_delay",
    "open_delay", "click_delay", "unsub_delay", "fbl",
}  # fmt: skip


class EventLine(msgspec.Struct, forbid_unknown_fields=True):
    received_at: datetime
    event: Event


def test_accounts_decode_and_are_in_order(world: Any) -> None:
    accounts = msgspec.convert(world.lines("accounts"), list[Account])
    assert len({account.account_id for account in accounts}) == len(accounts) == 120
    assert [a.created_at for a in accounts] == sorted(a.created_at for a in accounts)
    for fact in ("signup_ip", "phone_country", "device_fingerprint", "website", "declared"):
        missing = sum(getattr(account, fact) is None for account in accounts)
        assert 0 < missing < len(accounts), fact


def test_sending_domains_decode(world: Any) -> None:
    known = {line["account_id"] for line in world.lines("accounts")}
    for line in world.lines("sending_domains"):
        record = msgspec.convert({k: v for k, v in line.items() if k != "put_at"}, SendingDomain)
        assert record.account_id in known


def test_events_decode_and_are_ordered_by_received_at(world: Any) -> None:
    campaigns = {line["campaign_id"] for line in world.lines("campaigns")}
    lines = msgspec.convert(world.lines("events"), list[EventLine])
    moments = [line.received_at for line in lines]
    assert moments == sorted(moments)
    assert {line.event.campaign_id for line in lines} - {None} <= campaigns
    kinds = Counter(line.event.type.value for line in lines)
    for kind in ("sent", "delivered", "deferred", "hard_bounce", "soft_bounce", "open", "click"):
        assert kinds[kind] > 0, kind


def test_some_events_come_late_twice_or_never(world: Any) -> None:
    lines = msgspec.convert(world.lines("events"), list[EventLine])
    ids = Counter(line.event.event_id for line in lines)
    doubled = sum(1 for count in ids.values() if count > 1)
    assert 0 < doubled < 0.03 * len(ids)
    late = [
        line
        for line in lines
        if line.event.type == "sent"
        and (line.received_at - line.event.occurred_at).total_seconds() > 4_000
    ]
    assert 0 < len(late) < 0.05 * len(lines)
    sent = sum(1 for line in lines if line.event.type == "sent")
    assert sent != sum(line["recipients"] for line in world.lines("campaigns"))


def test_imports_match_their_files(world: Any) -> None:
    for line in world.lines("imports"):
        assert line["path"] == f"imports/{line['account_id']}/{line['list_id']}.csv"
        ImportSource(line["source"])
        with (world.path / line["path"]).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == line["rows"]
        assert all(set(row) >= {"email"} for row in rows)


def test_recipients_agree_with_campaigns_lists_and_events(world: Any) -> None:
    emails = {}
    for line in world.lines("imports"):
        with (world.path / line["path"]).open(newline="", encoding="utf-8") as file:
            emails[line["list_id"]] = [row["email"].lower() for row in csv.DictReader(file)]
    mailed: dict[str, set[str]] = {}
    for line in world.lines("events"):
        event = line["event"]
        if event["type"] == "sent" and "campaign_id" in event:
            mailed.setdefault(event["campaign_id"], set()).add(event["recipient"].lower())
    checked = 0
    for line in world.lines("campaigns"):
        arrays = world.recipients(line["campaign_id"])
        assert set(arrays) == ARRAYS
        assert {len(array) for array in arrays.values()} == {line["recipients"]}
        assert len(set(arrays["row"].tolist())) == line["recipients"]
        if "list_ids" in line:
            rows = [address for name in line["list_ids"] for address in emails[name]]
            chosen = {rows[row] for row in arrays["row"]}
            assert mailed.get(line["campaign_id"], set()) <= chosen
            checked += 1
    assert checked > 20


def test_recipient_arrays_are_consistent(world: Any) -> None:
    for line in world.lines("campaigns"):
        a = world.recipients(line["campaign_id"])
        assert set(np.unique(a["outcome"])) <= {0, 1, 2, 3, 4}
        assert set(np.unique(a["complaint"])) <= {0, 1, 2}
        assert (a["complaint_delay"] > 0).tolist() == (a["complaint"] > 0).tolist()
        assert not np.any((a["complaint"] == 2) & (a["fbl"] == 0))
        assert not np.any((a["complaint"] > 0) & (a["outcome"] != 0))
        assert not np.any((a["open_delay"] > 0) & (a["outcome"] != 0))
        assert np.all(a["delay"][a["outcome"] != 4] >= 1)
        assert np.all((a["p_hard"] >= 0) & (a["p_hard"] <= 1) & (a["p_complaint"] <= 1))


def test_truth_is_complete_and_apart(world: Any) -> None:
    accounts, campaigns = world.truth("account"), world.truth("campaign")
    assert set(accounts) == {line["account_id"] for line in world.lines("accounts")}
    assert set(campaigns) == {line["campaign_id"] for line in world.lines("campaigns")}
    assert {line["list_id"] for line in world.lines("imports")} <= set(world.truth("list"))
    for line in accounts.values():
        assert (line["bad_from"] is not None) == line["abusive"]
        assert not (line["abusive"] and line["label"] == "legitimate")
        assert not (line["label"] == "malicious" and not line["abusive"])
    for line in campaigns.values():
        if line["abusive"] is not False:
            assert accounts[line["account_id"]]["abusive"]
        p_hard = world.recipients(line["campaign_id"])["p_hard"]
        assert abs(float(p_hard.mean()) - line["p_hard"]) < 1e-5
    for name in ("accounts", "campaigns", "imports", "sending_domains"):
        for line in world.lines(name):
            assert not {"abusive", "label", "kind", "actor", "origin"} & set(line)


def test_messages_parse_in_each_of_their_forms(world: Any) -> None:
    forms = Counter()
    for line in world.lines("campaigns"):
        Stream(line["stream"])
        if "message_path" in line:
            forms["path"] += 1
            raw = (world.path / line["message_path"]).read_bytes()
        elif isinstance(line.get("message"), str):
            forms["raw"] += 1
            raw = line["message"].encode()
        else:
            forms["fields" if "message" in line else "none"] += 1
            continue
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert not message.defects
        assert message["From"].addresses[0].domain
        assert message["Subject"]
        body = message.get_body(("plain", "html"))
        assert body is not None
        assert len(body.get_content()) > 60
        assert "{brand}" not in body.get_content()
    assert min(forms["path"], forms["raw"], forms["fields"]) > 0


def test_history_lies_before_the_first_event(world: Any) -> None:
    first = world.lines("events")[0]["received_at"]
    created = [line["created_at"] for line in world.lines("accounts")]
    assert 0.4 < sum(moment < first for moment in created) / len(created) < 0.95
