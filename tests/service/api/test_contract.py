"""The calls of the contract, over a real socket and a real store."""

from typing import Any

import pytest

DECISION = {
    "decision_id", "subject", "account_id", "as_of", "action", "limits", "risk", "malicious",
    "careless", "forecast", "reasons", "rules", "policy_version", "model_version", "feature_set",
    "valid_until", "degraded",
}  # fmt: skip
CAMPAIGN = {"recipients": 1_000, "stream": "broadcast", "message": "From: a@shop.example\n\nHello"}


def test_putting_an_account_answers_it_with_its_decision(api: Any, account_id: str) -> None:
    facts = {
        "created_at": "2026-11-23T12:00:00+02:00",
        "email_domain": "shop.example",
        "paid": True,
        "declared": {"monthly_volume": 10_000},
    }
    answer = api("PUT", f"/v1/accounts/{account_id}", json=facts)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["created_at"] == "2026-11-23T10:00:00Z"
    assert body["declared"] == {"list_source": None, "monthly_volume": 10_000, "industry": None}
    assert body["country"] is None
    assert set(body["decision"]) == DECISION
    assert body["decision"]["subject"] == {"type": "account", "id": account_id}


def test_a_decision_adds_up_and_is_stored(api: Any, account: str) -> None:
    decision = api("POST", f"/v1/accounts/{account}/score").json()
    assert set(decision) == DECISION
    assert decision["malicious"] + decision["careless"] == decision["risk"]
    assert decision["degraded"] is False
    assert decision["valid_until"] > decision["as_of"]
    stored = api("GET", f"/v1/decisions/{decision['decision_id']}")
    assert stored.status_code == 200
    explained = stored.json()
    assert explained.pop("reasons"), "an allow is explained on demand"
    assert explained == {name: value for name, value in decision.items() if name != "reasons"}


@pytest.mark.parametrize(
    "message",
    [
        "From: News <news@shop.example>\r\nSubject: Hi\r\n\r\nHello there",
        {"from": "news@shop.example", "subject": "Hi", "text": "Hello", "headers": {"X-A": "b"}},
        {},
    ],
)
def test_scoring_a_campaign_reads_the_message_raw_or_in_parts(
    api: Any, account: str, message: Any
) -> None:
    body = {"account_id": account, **CAMPAIGN, "message": message}
    answer = api("POST", f"/v1/campaigns/c-{account}/score", json=body)
    assert answer.status_code == 200, answer.text
    decision = answer.json()
    assert decision["subject"] == {"type": "campaign", "id": f"c-{account}"}
    assert set(decision["forecast"]) == {"hard_bounce_rate", "complaint_rate"}
    assert "CONTENT_UNKNOWN" not in {reason["code"] for reason in decision["reasons"]}


def test_a_campaign_without_message_and_list_is_decided_degraded(api: Any, account: str) -> None:
    body = {"account_id": account, "recipients": 5, "stream": "broadcast", "list_ids": ["nope"]}
    decision = api("POST", f"/v1/campaigns/c-{account}/score", json=body).json()
    assert decision["degraded"] is True
    codes = {reason["code"] for reason in decision["reasons"]}
    assert {"LIST_FACTS_UNKNOWN", "CONTENT_UNKNOWN"} <= codes


def test_scoring_an_unknown_account_is_a_404(api: Any) -> None:
    assert api("POST", "/v1/accounts/never-put/score").status_code == 404
    body = {"account_id": "never-put", **CAMPAIGN}
    assert api("POST", "/v1/campaigns/c-1/score", json=body).status_code == 404


def test_sending_domains_are_stored_in_lower_case(api: Any, account: str) -> None:
    body = {"account_id": account, "spf": "pass", "dmarc": "reject"}
    answer = api("PUT", "/v1/sending-domains/Shop.Example", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "domain": "shop.example",
        "account_id": account,
        "spf": "pass",
        "dkim": None,
        "dmarc": "reject",
        "registered_at": None,
        "verified_at": None,
    }


def test_decisions_come_newest_first_in_pages(api: Any, account: str) -> None:
    made = []
    for _ in range(5):
        api.house.clock.forward(minutes=1)
        made.append(api("POST", f"/v1/accounts/{account}/score").json()["decision_id"])
    query = {"account_id": account, "limit": 2}
    found: list[str] = []
    while True:
        page = api("GET", "/v1/decisions", params=query).json()
        found += [decision["decision_id"] for decision in page["decisions"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found[:5] == made[::-1]
    assert len(found) == 6, "the sign-up decision is the oldest"


def test_decisions_are_filtered(api: Any, account: str) -> None:
    body = {"account_id": account, **CAMPAIGN, "recipients": 666}
    terminated = api("POST", f"/v1/campaigns/c-{account}/score", json=body).json()
    assert terminated["action"] == "terminate"
    query = {"account_id": account, "action": "terminate"}
    found = api("GET", "/v1/decisions", params=query).json()["decisions"]
    assert [decision["decision_id"] for decision in found] == [terminated["decision_id"]]
    later = {"account_id": account, "since": "2199-01-01T00:00:00Z"}
    assert api("GET", "/v1/decisions", params=later).json()["decisions"] == []


def test_a_verdict_is_a_label_and_lifts_what_was_in_force(api: Any, account: str) -> None:
    body = {"account_id": account, **CAMPAIGN, "recipients": 666}
    decision = api("POST", f"/v1/campaigns/c-{account}/score", json=body).json()
    view = api("GET", f"/v1/accounts/{account}").json()
    assert view["standing"]["action"] == "terminate"
    assert view["standing"]["decision_id"] == decision["decision_id"]
    assert api("POST", f"/v1/accounts/{account}/score").json()["action"] == "terminate"
    api.house.clock.forward(minutes=1)
    verdict = {"verdict": "legitimate", "note": "called them, jane@shop.example answered"}
    answer = api("POST", f"/v1/decisions/{decision['decision_id']}/verdict", json=verdict)
    assert answer.status_code == 200, answer.text
    assert answer.json()["verdict"] == "legitimate"
    assert "jane@" not in answer.text, "addresses are taken out of notes"
    api.house.clock.forward(minutes=1)
    assert api("GET", f"/v1/accounts/{account}").json()["standing"]["action"] == "allow"
    assert api("POST", f"/v1/accounts/{account}/score").json()["action"] == "allow"


def test_a_verdict_that_contradicts_itself_is_a_409(api: Any, account: str) -> None:
    decision_id = api("POST", f"/v1/accounts/{account}/score").json()["decision_id"]
    verdict = {"verdict": "legitimate", "action": "terminate"}
    answer = api("POST", f"/v1/decisions/{decision_id}/verdict", json=verdict)
    assert answer.status_code == 409


def test_an_appeal_is_stored(api: Any, account: str) -> None:
    decision_id = api("POST", f"/v1/accounts/{account}/score").json()["decision_id"]
    plea = {"cause": "old list", "change_made": "removed it", "prevention": "confirmed opt-in"}
    answer = api("POST", f"/v1/decisions/{decision_id}/appeal", json=plea)
    assert answer.status_code == 200, answer.text
    assert answer.json()["decision_id"] == decision_id
    assert api("POST", "/v1/decisions/none/appeal", json=plea).status_code == 404


def event(number: int, account_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "event_id": f"{account_id}-{number}",
        "type": "sent",
        "account_id": account_id,
        "occurred_at": "2026-11-23T09:59:00Z",
        "mailbox_provider": "gmail.example",
        **fields,
    }


def test_events_count_once_and_bad_rows_are_told(api: Any, account: str) -> None:
    rows = [event(1, account), event(2, account, type="nonsense"), event(3, account)]
    answer = api("POST", "/v1/events", json=rows)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["accepted"], body["duplicates"]) == (2, 0)
    assert [row["index"] for row in body["rejected"]] == [1]
    again = api("POST", "/v1/events", json=rows).json()
    assert (again["accepted"], again["duplicates"]) == (0, 2)


def test_an_account_is_viewed_with_its_deliverability(api: Any, account: str) -> None:
    kinds = ["sent"] * 4 + ["delivered"] * 3 + ["hard_bounce"]
    rows = [event(n, account, type=kind) for n, kind in enumerate(kinds)]
    assert api("POST", "/v1/events", json=rows).json()["accepted"] == 8
    api.house.clock.forward(minutes=10)
    assert api("GET", f"/v1/accounts/{account}").json()["windows"]["1h"]["counts"]["sent"] == 4
    api.house.clock.forward(hours=1)
    view = api("GET", f"/v1/accounts/{account}").json()
    assert view["windows"]["1h"]["counts"]["sent"] == 0
    assert view["windows"]["1h"]["hard_bounce_rate"] is None
    assert view["windows"]["24h"]["hard_bounce_rate"] == 0.25
    assert view["windows"]["24h"]["delivered_rate"] == 0.75
    assert view["providers"]["gmail.example"]["counts"]["delivered"] == 3
    assert view["latest_decision_id"]


def test_advice_is_plain_and_computes_what_a_change_would_do(api: Any, account: str) -> None:
    api("POST", f"/v1/accounts/{account}/score")
    card = api("GET", f"/v1/accounts/{account}/advice").json()
    assert card["headline"].startswith("Your mail is going out")
    assert card["changes"]
    for change in card["changes"]:
        assert change["advice"]
        if change["effect"] is not None:
            assert 0 <= change["effect"]["risk_after"] <= 1
    assert any(change["effect"] is not None for change in card["changes"])


def test_health_readiness_and_metrics_are_open(api: Any, account: str) -> None:
    assert api.http.get("/healthz").json() == {"status": "ok"}
    ready = api.http.get("/readyz").json()
    assert ready["status"] == "ready"
    text = api.http.get("/metrics")
    assert text.headers["content-type"].startswith("text/plain")
    assert 'sendwarden_decisions_total{action="allow",subject="account"}' in text.text
    assert 'route="/v1/accounts/{account_id}"' in text.text
    assert ready["model_version"] in text.text
    assert account not in text.text, "metrics hold no ids"
