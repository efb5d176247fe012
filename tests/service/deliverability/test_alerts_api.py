"""Alerts and their causes through the API, from events alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.deliverability import counts


@pytest.fixture
def api(open_house: Any, serve: Any, tmp_path: Any) -> Iterator[Any]:
    with open_house(tmp_path) as house, serve(house) as served:
        yield served


def post(api: Any, tag: str, account: str, ip: str, provider: str, **events: int) -> None:
    batch = [
        {
            "event_id": f"{tag}-{account}-{ip}-{provider}-{kind}-{i}",
            "type": kind,
            "account_id": account,
            "occurred_at": "2026-11-23T09:00:00Z",
            "mailbox_provider": provider,
            "sending_ip": ip,
        }
        for kind, n in events.items()
        for i in range(n)
    ]
    assert api("POST", "/v1/events", json=batch).json()["accepted"] == len(batch)


def look(api: Any) -> tuple[set[str], set[str]]:
    body = api("POST", "/v1/alerts/look", "review").json()
    return {c["key"] for c in body["opened"]}, {c["key"] for c in body["closed"]}


def test_an_alert_opens_once_names_its_cause_and_closes_by_itself(api: Any) -> None:
    post(api, "1", "good", "192.0.2.1", "yahoo", sent=2_000, delivered=1_990, hard_bounce=10)
    post(api, "1", "bad", "192.0.2.1", "gmail", sent=600, delivered=300, hard_bounce=300)
    api.house.clock.forward(minutes=10)
    opened, closed = look(api)
    assert opened == {
        "alert:account:bad:hard_bounce",
        "alert:ip:192.0.2.1:hard_bounce",
        "alert:platform:all:hard_bounce",
        "alert:provider:gmail:hard_bounce",
    }
    assert closed == set()
    assert look(api) == (set(), set()), "what is open is not told again"
    alerts = {c["key"]: c for c in api("GET", "/v1/alerts").json()["incidents"]}
    of_ip = alerts["alert:ip:192.0.2.1:hard_bounce"]["facts"]
    assert (of_ip["k"], of_ip["n"], of_ip["limit"]) == (310, 2_600, 0.05)
    assert of_ip["causes"][0]["account_id"] == "bad"
    assert of_ip["causes"][0]["share"] > 0.95
    of_all = alerts["alert:platform:all:hard_bounce"]["facts"]
    assert of_all["causes"][0]["account_id"] == "bad"
    assert of_all["causes"][0]["share"] > 0.95
    assert alerts["alert:account:bad:hard_bounce"]["account_id"] == "bad"
    api.house.clock.forward(hours=30)
    assert look(api) == (set(), opened)
    assert api("GET", "/v1/alerts").json()["incidents"] == []
    assert len(api("GET", "/v1/alerts?open=false").json()["incidents"]) == 4


def test_small_samples_alarm_nobody(api: Any) -> None:
    post(api, "2", "small", "192.0.2.1", "yahoo", sent=13, hard_bounce=1)
    post(api, "2", "tiny", "192.0.2.2", "yahoo", sent=60, delivered=50, hard_bounce=10)
    api.house.clock.forward(minutes=10)
    assert look(api) == (set(), set())


def test_causes_rank_the_accounts_by_their_share_of_the_excess(api: Any) -> None:
    post(
        api,
        "3",
        "worst",
        "192.0.2.7",
        "yahoo",
        sent=300,
        delivered=210,
        complaint=9,
        hard_bounce=90,
    )
    post(api, "3", "bad", "192.0.2.7", "yahoo", sent=300, delivered=270, hard_bounce=30)
    post(api, "3", "clean", "192.0.2.7", "yahoo", sent=900, delivered=899, hard_bounce=1)
    post(api, "3", "elsewhere", "192.0.2.8", "yahoo", sent=300, delivered=100, hard_bounce=200)
    api.house.clock.forward(minutes=10)
    on_ip = api("GET", "/v1/ips/192.0.2.7/causes").json()["causes"]
    assert [c["account_id"] for c in on_ip["hard_bounce"]] == ["worst", "bad"]
    assert sum(c["share"] for c in on_ip["hard_bounce"]) == pytest.approx(1)
    assert [c["account_id"] for c in on_ip["complaint"]] == ["worst"]
    there = api("GET", "/v1/providers/yahoo/causes?window=7d").json()["causes"]
    assert [c["account_id"] for c in there["hard_bounce"]] == ["elsewhere", "worst", "bad"]


def test_causes_on_an_ip_that_nobody_sent_from_are_not_found(api: Any) -> None:
    for ip in ("203.0.113.99", "::1", "999.1.1.1"):
        assert api("GET", f"/v1/ips/{ip}/causes").status_code == 404, ip
        assert api("GET", f"/v1/ips/{ip}").status_code == 404, ip


def test_nobody_is_left_out_where_accounts_fill_more_than_a_page(
    api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "PAGE", 7)
    for i in range(20):
        post(api, "4", f"good-{i:02}", "192.0.2.1", f"p{i % 10}", sent=2, delivered=2)
    post(api, "4", "zzz", "192.0.2.1", "yahoo", sent=300, hard_bounce=300)
    api.house.clock.forward(minutes=10)
    opened, _ = look(api)
    assert {"alert:account:zzz:hard_bounce", "alert:provider:yahoo:hard_bounce"} <= opened
    causes = api("GET", "/v1/ips/192.0.2.1/causes").json()["causes"]
    assert [c["account_id"] for c in causes["hard_bounce"]] == ["zzz"]
