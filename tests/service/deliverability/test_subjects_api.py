"""Deliverability of accounts, IPs and providers through the API."""

from collections.abc import Iterator
from typing import Any

import pytest

IP = "192.0.2.1"


def events(account: str, provider: str, ip: str, at: str, tag: str, **counts: int) -> list[Any]:
    return [
        {
            "event_id": f"{tag}-{account}-{provider}-{ip}-{kind}-{i}",
            "type": kind,
            "account_id": account,
            "occurred_at": at,
            "mailbox_provider": provider,
            "sending_ip": ip,
        }
        for kind, n in counts.items()
        for i in range(n)
    ]


@pytest.fixture(scope="module")
def api(open_house: Any, serve: Any, tmp_path_factory: Any) -> Iterator[Any]:
    with open_house(tmp_path_factory.mktemp("mail")) as house, serve(house) as served:
        for account in ("good", "bad"):
            body = {"created_at": "2026-01-01T00:00:00Z"}
            served("PUT", f"/v1/accounts/{account}", json=body)
        at = "2026-11-20T10:00:00Z"
        now = house.clock.now
        house.clock.forward(days=-10)
        post(served, events("good", "yahoo", IP, at, "old", sent=400, delivered=399, hard_bounce=1))
        house.clock.now = now
        post(served, events("good", "yahoo", IP, at, "n", sent=500, delivered=498, hard_bounce=2))
        post(served, events("good", "gmail", IP, at, "n", sent=300, delivered=300, complaint=1))
        post(
            served,
            events("bad", "yahoo", IP, at, "n", sent=200, delivered=150, hard_bounce=50)
            + events("bad", "yahoo", IP, at, "n", complaint=2),
        )
        post(served, events("good", "yahoo", "192.0.2.9", at, "n", sent=100, delivered=100))
        house.clock.forward(hours=1)
        yield served


def post(api: Any, batch: list[Any]) -> None:
    answer = api("POST", "/v1/events", json=batch)
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == len(batch)


def test_an_ip_shows_rates_with_intervals(api: Any) -> None:
    body = api("GET", f"/v1/ips/{IP}", "review").json()
    week = body["windows"]["7d"]
    assert week["counts"]["sent"] == 1_000
    hard = week["rates"]["hard_bounce"]
    assert (hard["k"], hard["n"], hard["rate"]) == (52, 1_000, 0.052)
    assert hard["low"] < 0.052 < hard["high"]
    assert hard["population"] == pytest.approx(52 / 1_100)
    assert hard["baseline"] < 0.01
    assert hard["z"] > 5


def test_complaints_are_over_providers_that_report_them(api: Any) -> None:
    body = api("GET", f"/v1/ips/{IP}").json()
    assert body["windows"]["7d"]["rates"]["complaint"]["n"] == 648
    gmail = body["providers"]["gmail"]["rates"]["complaint"]
    assert (gmail["n"], gmail["rate"]) == (0, None)


def test_health_is_a_hundred_less_its_parts(api: Any) -> None:
    for ip in api("GET", "/v1/ips").json()["ips"]:
        for window in ip["windows"].values():
            health = window["health"]
            if window["counts"]["sent"]:
                lost = sum(part["lost"] for part in health["parts"])
                assert health["score"] == pytest.approx(100 - lost, abs=0.06)


def test_the_least_healthy_come_first(api: Any) -> None:
    assert [ip["subject"] for ip in api("GET", "/v1/ips").json()["ips"]] == [IP, "192.0.2.9"]
    names = [p["subject"] for p in api("GET", "/v1/providers").json()["providers"]]
    assert names == ["yahoo", "gmail"]


def test_ips_come_a_page_at_a_time(api: Any) -> None:
    first = api("GET", "/v1/ips?limit=1").json()
    assert ([ip["subject"] for ip in first["ips"]], first["next_cursor"]) == ([IP], IP)
    second = api("GET", f"/v1/ips?limit=1&cursor={IP}").json()
    assert ([ip["subject"] for ip in second["ips"]], second["next_cursor"]) == (["192.0.2.9"], None)
    assert api("GET", "/v1/ips").json()["ips"] == first["ips"] + second["ips"]
    assert api("GET", "/v1/ips?limit=1&cursor=x").json() == first
    assert api("GET", "/v1/ips?limit=1&cursor=192.0.2.9").json()["ips"] == []


def test_an_account_is_set_against_everyone(api: Any) -> None:
    bad = api("GET", "/v1/accounts/bad").json()["mail"]
    good = api("GET", "/v1/accounts/good").json()["mail"]
    rate = bad["windows"]["7d"]["rates"]["hard_bounce"]
    assert rate["low"] > rate["population"]
    assert bad["windows"]["7d"]["health"]["score"] < good["windows"]["7d"]["health"]["score"]
    assert set(good["providers"]) == {"yahoo", "gmail"}


@pytest.mark.parametrize("ip", ["192.0.2.77", "::1"])
def test_an_ip_without_mail_is_not_found(api: Any, ip: str) -> None:
    assert api("GET", f"/v1/ips/{ip}").status_code == 404
