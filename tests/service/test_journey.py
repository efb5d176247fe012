"""The whole way of an account on both databases, with the shipped text model over HTTP."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.content import TextModel
from models.registry import read_text_model
from service.stores import open_store

PHISHING = (
    "From: Account Security <security@paypa1-verify.example>\r\n"
    "Subject: Your account has been suspended\r\n\r\n"
    "Dear customer, we noticed unusual activity. Verify your password within 24 hours or your "
    "account will be closed: http://192.0.2.7/login\r\n"
)


@pytest.fixture
def api(
    open_house: Callable[..., Any], serve: Callable[..., Any], store_url: str, tmp_path: Path
) -> Iterator[Any]:
    artefact = read_text_model()
    assert artefact is not None
    options = {"store": open_store(store_url), "text_model": TextModel.from_bytes(artefact)}
    with open_house(tmp_path, **options) as house, serve(house) as served:
        yield served


def test_an_account_signs_up_imports_scores_sends_and_is_judged(api: Any) -> None:
    def call(method: str, path: str, **options: Any) -> Any:
        api.house.clock.forward(minutes=6)
        answer = api(method, path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    put = {"created_at": "2026-11-01T00:00:00Z", "paid": False, "signup_ip": "2001:db8::7"}
    assert call("PUT", "/v1/accounts/a-1", json=put)["decision"]["action"] == "allow"
    call("PUT", "/v1/sending-domains/paypa1-verify.example", json={"account_id": "a-1"})
    rows = "\n".join(["email", *(f"p{n}@mail.example" for n in range(300))])
    path = "/v1/accounts/a-1/lists/l-1/imports?source=file"
    listed = call("POST", path, content=rows, headers={"Content-Type": "text/csv"})
    assert listed["valid"] == 300
    order = {
        "account_id": "a-1",
        "recipients": 666,
        "stream": "broadcast",
        "list_ids": ["l-1"],
        "message": PHISHING,
    }
    decision = call("POST", "/v1/campaigns/c-1/score", json=order)
    assert (decision["action"], decision["degraded"]) == ("terminate", False)
    events = [
        {
            "event_id": f"e-{n}",
            "type": kind,
            "account_id": "a-1",
            "campaign_id": "c-1",
            "occurred_at": "2026-11-23T10:00:00Z",
            "recipient": f"p{n}@mail.example",
            "diagnostic": f"550 <p{n}@mail.example> unknown \u2603",
        }
        for n, kind in enumerate(["sent"] * 20 + ["hard_bounce"] * 5)
    ]
    assert call("POST", "/v1/events", json=events)["accepted"] == 25
    view = call("GET", "/v1/accounts/a-1")
    assert view["standing"]["action"] == "terminate"
    assert view["windows"]["1h"]["counts"]["hard_bounce"] == 5
    verdict = {"verdict": "abusive", "action": "terminate", "category": "phishing"}
    path = f"/v1/decisions/{decision['decision_id']}/verdict"
    assert call("POST", path, json=verdict)["category"] == "phishing"
    other = {"created_at": "2026-11-20T00:00:00Z", "signup_ip": "2001:db8::8"}
    call("PUT", "/v1/accounts/a-2", json=other)
    linked = call("GET", "/v1/accounts/a-2")["linked"]
    assert {"tie": "signup_net", "accounts": 1, "flagged": 1, "recent": 0} in linked
    found = call("GET", "/v1/decisions", params={"account_id": "a-1"})["decisions"]
    assert [d["subject"]["type"] for d in found] == ["campaign", "list", "account"]


def test_the_text_model_judges_what_is_scored(api: Any) -> None:
    api("PUT", "/v1/accounts/a-1", json={"created_at": "2026-01-01T00:00:00Z"})
    order = {"account_id": "a-1", "recipients": 5, "stream": "broadcast", "message": PHISHING}
    decision_id = api("POST", "/v1/campaigns/c-1/score", json=order).json()["decision_id"]
    stored = api.house.store.decision(decision_id)
    names = api.house.warden._parts.catalogue.names(stored.subject.type)
    row = dict(itertools.zip_longest(names, stored.vector))
    assert row["content_text_judged"] == 1
    assert row["content_text_malicious"] > 0.5
