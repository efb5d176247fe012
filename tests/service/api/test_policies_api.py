"""Policies over HTTP: who may, what is wrong with a text, and what a fault in a request says."""

from typing import Any

import pytest

from models.policy import default_policy_text
from tests.service.conftest import policy_text

MAKE = {"account_id": "a-1", "kind": "snooze", "expires_at": "2026-11-24T10:00:00Z"}


@pytest.fixture
def draft(api: Any) -> str:
    answer = api("POST", "/v1/policies", scope="review", json={"text": policy_text(), "note": "n"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["stage"], answer.json()["author"]) == ("checked", "key review")
    policy_id: str = answer.json()["policy_id"]
    return policy_id


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("publish", {"why": "x"}, 403),
        ("canary", {"share": 0.1}, 403),
        ("withdraw", None, 403),
        ("backtest", {}, 200),
        ("shadow", None, 409),
    ],
)
def test_who_reviews_tries_out_and_who_administers_publishes(
    api: Any, draft: str, act: str, body: Any, status: int
) -> None:
    options = {} if body is None else {"json": body}
    answer = api("POST", f"/v1/policies/{draft}/{act}", scope="review", **options)
    assert answer.status_code == status, answer.text


def test_every_fault_is_told_with_its_line(api: Any) -> None:
    text = default_policy_text().replace("throttle: 0.12", "throtle: 0.12")
    answer = api("POST", "/v1/policies/check", scope="review", json={"text": text}).json()
    assert not answer["usable"]
    (fault,) = answer["faults"]
    assert (fault["line"], fault["suggestion"]) == (20, "did you mean 'throttle'?")
    kept = api("POST", "/v1/policies", json={"text": text}).json()
    assert (kept["stage"], kept["version"]) == ("draft", None)
    assert kept["faults"] == answer["faults"]
    assert (
        api("POST", f"/v1/policies/{kept['policy_id']}/publish", json={"why": "x"}).status_code
        == 422
    )


def test_the_report_stays_with_the_version_and_goes_with_its_text(api: Any, draft: str) -> None:
    tried = api("POST", f"/v1/policies/{draft}/backtest", json={"since": "2026-11-01T00:00:00Z"})
    assert tried.json()["backtest"]["since"] == "2026-11-01T00:00:00+00:00"
    assert tried.json()["stage"] == "backtested"
    text = policy_text().replace("0.87", "0.88")
    edited = api("PUT", f"/v1/policies/{draft}", json={"text": text}).json()
    assert (edited["stage"], edited["backtest"], edited["note"]) == ("checked", None, "n")
    assert draft in {one["policy_id"] for one in api("GET", "/v1/policies").json()["policies"]}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/policies", {}, 422),
        ("/v1/policies", {"text": "x", "force": True}, 422),
        ("/v1/policies", {"text": "a\x00b"}, 422),
        ("/v1/policies", {"text": "x" * 200_001}, 422),
        ("/v1/policies", {"text": "x" * 3_000_000}, 413),
        ("/v1/exemptions", MAKE | {"kind": "king"}, 422),
        ("/v1/exemptions", MAKE | {"expires_at": "2036-01-01T00:00:00Z"}, 422),
        ("/v1/exemptions", MAKE | {"rules": ["Not A Rule"]}, 422),
        ("/v1/exemptions", MAKE | {"rules": "x"}, 422),
        ("/v1/policies/check", {"text": "\ud83d".encode("utf-16", "surrogatepass").hex()}, 200),
    ],
)
def test_a_bad_request_is_told_so(api: Any, path: str, body: dict[str, Any], status: int) -> None:
    answer = api("POST", path, json=body)
    assert answer.status_code == status, answer.text


def test_an_exemption_is_made_listed_and_ended(api: Any) -> None:
    assert api("POST", "/v1/exemptions", scope="review", json=MAKE).status_code == 403
    made = api("POST", "/v1/exemptions", json=MAKE | {"rules": ["case_open"], "note": "x"}).json()
    assert (made["in_force"], made["rules"], made["made_by"]) == (True, ["case_open"], "key admin")
    listed = api("GET", "/v1/exemptions?account_id=a-1", scope="review").json()["exemptions"]
    assert made["exemption_id"] in {one["exemption_id"] for one in listed}
    ended = api("POST", f"/v1/exemptions/{made['exemption_id']}/end").json()
    assert (ended["in_force"], ended["ended_by"]) == (False, "key admin")
    again = api("POST", f"/v1/exemptions/{made['exemption_id']}/end")
    assert again.status_code == 409
