"""`POST /v1/campaigns/{id}/release` over a real socket."""

import json
from datetime import timedelta
from typing import Any

import pytest

ANSWER = {
    "campaign_id", "account_id", "granted", "state", "stage", "evidence", "reasons",
    "check_again_at", "backlog", "dropped", "held_since", "volume", "sample",
}  # fmt: skip


def _scored(api: Any, account: str, recipients: int = 1_000, stream: str = "broadcast") -> str:
    campaign = f"r-{account}-{recipients}-{stream}"
    body = {
        "account_id": account,
        "recipients": recipients,
        "stream": stream,
        "message": "From: a@shop.example\n\nHello",
    }
    answer = api("POST", f"/v1/campaigns/{campaign}/score", json=body)
    assert answer.status_code == 200, answer.text
    return campaign


def _release(api: Any, campaign: str, want: int) -> Any:
    answer = api("POST", f"/v1/campaigns/{campaign}/release", json={"want": want})
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == ANSWER
    return answer.json()


def test_a_campaign_goes_out_in_stages_and_bounces_stop_it(api: Any, account: str) -> None:
    campaign = _scored(api, account)
    first = _release(api, campaign, 1_000)
    assert 0 < first["granted"] <= 100
    assert first["stage"] == 1
    assert first["check_again_at"] is not None
    assert _release(api, campaign, 1_000)["granted"] == 0, "the stage is used up"
    now = api.house.clock()
    lines = [
        json.dumps({
            "event_id": f"{campaign}-{i}", "type": "hard_bounce", "account_id": account,
            "campaign_id": campaign, "occurred_at": now.isoformat(),
        })
        for i in range(first["granted"] // 2)
    ]  # fmt: skip
    sent = api(
        "POST", "/v1/events", content="\n".join(lines),
        headers={"Content-Type": "application/x-ndjson"},
    )  # fmt: skip
    assert sent.json()["accepted"] == len(lines)
    api.house.clock.now += timedelta(minutes=10)
    stopped = _release(api, campaign, 1_000)
    assert (stopped["granted"], stopped["state"]) == (0, "stopped")
    assert stopped["reasons"][0]["code"] == "HARD_BOUNCES"
    evidence = {one["signal"]: one for one in stopped["evidence"]}
    assert evidence["hard_bounce"]["k"] == len(lines)
    assert evidence["hard_bounce"]["log_e_value"] > 0


def test_a_campaign_that_was_never_scored_is_not_found(api: Any) -> None:
    answer = api("POST", "/v1/campaigns/never/release", json={"want": 1})
    assert answer.status_code == 404
    assert "score" in answer.json()["detail"]


def test_what_is_wanted_is_a_count(api: Any, account: str) -> None:
    campaign = _scored(api, account)
    for body in ({"want": -1}, {"want": "5"}, {}, {"want": 1, "more": 2}, {"want": 10**12}):
        answer = api("POST", f"/v1/campaigns/{campaign}/release", json=body)
        assert answer.status_code == 422, body


def test_a_release_needs_a_key_that_may_score(api: Any, account: str) -> None:
    campaign = _scored(api, account)
    answer = api("POST", f"/v1/campaigns/{campaign}/release", "review", json={"want": 1})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("action", "broadcast", "transactional"),
    [
        ("terminate", "stopped", "stopped"),
        ("review", "holding", "done"),
        ("throttle", "running", "done"),
    ],
)
def test_a_verdict_on_the_account_reaches_campaigns_that_are_out(
    api: Any, account: str, action: str, broadcast: str, transactional: str
) -> None:
    """A hold of broadcasts leaves transactional mail running; lifted, a campaign goes on."""
    bulk = _scored(api, account)
    receipts = _scored(api, account, recipients=40, stream="transactional")
    assert _release(api, bulk, 10)["granted"] == 10
    decision = api("POST", f"/v1/accounts/{account}/score").json()["decision_id"]
    verdict = f"/v1/decisions/{decision}/verdict"
    given = api("POST", verdict, json={"verdict": "abusive", "action": action})
    assert given.status_code == 200, given.text

    barred = {name: _release(api, name, 40) for name in (bulk, receipts)}
    assert barred[bulk]["state"] == broadcast
    assert barred[receipts]["state"] == transactional
    for answer in barred.values():
        is_barred = answer["state"] in ("stopped", "holding")
        assert (answer["granted"] == 0) is is_barred
        codes = [reason["code"] for reason in answer["reasons"]]
        assert ("ACCOUNT_STANDING" in codes) is is_barred

    api.house.clock.now += timedelta(minutes=1)
    lifted = api("POST", verdict, json={"verdict": "legitimate"})
    assert lifted.status_code == 200, lifted.text
    again = _release(api, bulk, 10)
    assert (again["granted"], again["state"]) == (10, "running")
