"""Earned volume over a real socket: limits hold across campaigns, fleets share, backlogs are shown."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

START = 10_000  # of an unpaid account, in the shipped policy


def _put(api: Any, account_id: str, **facts: Any) -> str:
    created_at = (api.house.clock() - timedelta(days=1)).isoformat()
    body = {"created_at": created_at, "paid": False, **facts}
    answer = api("PUT", f"/v1/accounts/{account_id}", json=body)
    assert answer.status_code == 200, answer.text
    return account_id


def _score(api: Any, account_id: str, campaign: str, recipients: int, stream: str) -> None:
    body = {
        "account_id": account_id, "recipients": recipients, "stream": stream,
        "message": "From: a@shop.example\n\nHello",
    }  # fmt: skip
    answer = api("POST", f"/v1/campaigns/{campaign}/score", json=body)
    assert answer.status_code == 200, answer.text


def _ask(api: Any, campaign: str, want: int = 10**6) -> Any:
    answer = api("POST", f"/v1/campaigns/{campaign}/release", json={"want": want})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _grants(api: Any, campaigns: list[str], hours: float) -> dict[str, int]:
    """Ask for all campaigns every 20 minutes."""
    granted = dict.fromkeys(campaigns, 0)
    for _ in range(int(hours * 3)):
        for campaign in campaigns:
            granted[campaign] += _ask(api, campaign)["granted"]
        api.house.clock.now += timedelta(minutes=20)
    return granted


@pytest.fixture
def morning(api: Any) -> None:
    """Go on to the next midnight."""
    api.house.clock.now = (api.house.clock() + timedelta(days=1)).replace(hour=0, minute=0)


def _allowance(api: Any, account_id: str) -> int:
    return int(api("GET", f"/v1/accounts/{account_id}").json()["volume"]["allowance"])


@pytest.mark.usefixtures("morning")
def test_all_campaigns_of_an_account_share_its_day(api: Any, account_id: str) -> None:
    _put(api, account_id)
    campaigns = [f"{account_id}-{i}" for i in range(4)]
    for campaign in campaigns:
        _score(api, account_id, campaign, 40_000, "broadcast")
    allowance = _allowance(api, account_id)
    assert 200 <= allowance <= START
    assert sum(_grants(api, campaigns, 20).values()) <= allowance
    spent = _ask(api, campaigns[0])
    assert spent["granted"] == 0
    assert spent["volume"]["granted"] <= spent["volume"]["allowance"]


@pytest.mark.usefixtures("morning")
def test_transactional_mail_does_not_wait_for_the_volume_of_broadcasts(
    api: Any, account_id: str
) -> None:
    _put(api, account_id)
    bulk, receipts = f"{account_id}-bulk", f"{account_id}-receipts"
    _score(api, account_id, bulk, 40_000, "broadcast")
    _grants(api, [bulk], 20)
    held = _ask(api, bulk)
    assert (held["granted"], held["state"]) == (0, "holding")
    assert "VOLUME_USED_UP" in [reason["code"] for reason in held["reasons"]]
    _score(api, account_id, receipts, 30, "transactional")
    receipt = _ask(api, receipts, 30)
    assert (receipt["granted"], receipt["volume"]) == (30, None)


@pytest.mark.usefixtures("morning")
def test_a_fleet_of_fresh_trials_shares_one_volume(api: Any, account_id: str) -> None:
    """Twelve trial accounts from one device, asked for in parallel."""
    fleet = [_put(api, f"{account_id}-{i}", device_fingerprint=account_id) for i in range(12)]
    paid = _put(api, f"{account_id}-paid", device_fingerprint=account_id, paid=True)
    alone = _put(api, f"{account_id}-alone", device_fingerprint=f"{account_id}-other")
    for member in [*fleet, paid, alone]:
        _score(api, member, f"c-{member}", 40_000, "broadcast")
    allowance = max(_allowance(api, member) for member in fleet)
    with ThreadPoolExecutor(12) as pool:
        for _ in range(30):
            answers = list(pool.map(lambda member: _ask(api, f"c-{member}"), fleet))
            api.house.clock.now += timedelta(minutes=40)
    total = answers[0]["volume"]
    assert total["shared_with"] == 11
    assert total["granted"] <= allowance
    assert {answer["volume"]["granted"] for answer in answers} == {total["granted"]}
    assert _ask(api, f"c-{paid}")["volume"]["shared_with"] == 0
    assert _ask(api, f"c-{alone}")["volume"]["granted"] < total["granted"]


@pytest.mark.usefixtures("morning")
def test_a_held_campaign_is_shown_as_a_backlog(api: Any, account_id: str) -> None:
    _put(api, account_id)
    campaign = f"{account_id}-held"
    _score(api, account_id, campaign, 3_000, "broadcast")
    granted = _ask(api, campaign)["granted"]
    decision = api("POST", f"/v1/accounts/{account_id}/score").json()["decision_id"]
    verdict = f"/v1/decisions/{decision}/verdict"
    api("POST", verdict, json={"verdict": "abusive", "action": "review"})
    held = _ask(api, campaign)
    assert (held["state"], held["backlog"]) == ("holding", 3_000 - granted)
    assert held["held_since"] is not None
    shown = api("GET", f"/v1/accounts/{account_id}").json()["backlog"]
    assert [(b["campaign_id"], b["mails"]) for b in shown] == [(campaign, 3_000 - granted)]
    api.house.clock.now += timedelta(days=4)
    api("POST", verdict, json={"verdict": "legitimate"})
    late = _ask(api, campaign)
    assert (late["state"], late["dropped"], late["granted"]) == ("stopped", 3_000 - granted, 0)
    assert late["reasons"][0]["code"] == "PAST_ITS_USE"
    assert api("GET", f"/v1/accounts/{account_id}").json()["backlog"] == []
