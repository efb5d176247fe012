"""The desk over the API: the same cases, leases and two reviewers as on the pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.desk.chain import verify
from service.desk.sign_in import Keys
from service.keys import create_key
from tests.service.conftest import Api


@pytest.fixture
def second(api: Api) -> Callable[..., Any]:
    """Calls by another holder of a key with the scope `review`."""
    name = f"second-{len(api.keys)}"
    secret = len(api.keys).to_bytes(32, "big")
    api.keys[name] = create_key(api.house.store, name, ["review"], secret, api.house.clock())
    return lambda method, path, **options: api(method, path, scope=name, **options)


@pytest.fixture
def case_id(api: Api, account: str) -> str:
    """An account's open case."""
    scored = api(
        "POST",
        f"/v1/campaigns/c-{account}/score",
        json={"account_id": account, "recipients": 555, "stream": "broadcast"},
    )
    assert scored.json()["action"] == "review", scored.text
    (case,) = api("GET", f"/v1/cases?account_id={account}", scope="review").json()["cases"]
    assert case["decision_id"] == scored.json()["decision_id"]
    found: str = case["case_id"]
    return found


def _standing(api: Api, account: str) -> Any:
    return api("GET", f"/v1/accounts/{account}").json()["standing"]


def test_two_keys_never_collide_and_terminate_needs_both(
    api: Api, second: Callable[..., Any], account: str, case_id: str
) -> None:
    at = f"/v1/cases/{case_id}"
    end = {"verdict": "abusive", "action": "terminate", "category": "phishing"}
    before = _standing(api, account)
    claimed = api("POST", f"{at}/claim", scope="review")
    assert claimed.json()["held_by"] == "key:review"
    assert second("POST", f"{at}/claim").status_code == 409
    assert second("POST", f"{at}/decide", json=end).status_code == 409
    proposed = api("POST", f"{at}/decide", scope="review", json=end).json()
    assert (proposed["state"], proposed["proposed_by"]) == ("open", "key:review")
    assert _standing(api, account) == before
    assert api("POST", f"{at}/decide", scope="review", json=end).status_code == 409
    decided = second("POST", f"{at}/decide", json=end).json()
    assert (decided["state"], decided["outcome"]) == ("decided", "abusive, terminate")
    assert _standing(api, account)["action"] == "terminate"
    refused = api("POST", f"{at}/undo", scope="review")
    assert refused.status_code == 403, "another's verdict is taken back by a lead"
    api.house.clock.forward(seconds=1)
    assert api("POST", f"{at}/undo", scope="admin").json()["state"] == "open"
    assert _standing(api, account) == before
    deeds = [entry.deed.act for entry in reversed(api.house.store.newest_entries(case_id))]
    assert deeds == ["case.claim", "case.propose_terminate", "case.decide", "case.undo"]
    assert verify(Keys(b"k" * 32).audit, api.house.store.entries(limit=10_000))


def test_snooze_assign_and_filters(api: Api, account: str, case_id: str) -> None:
    at = f"/v1/cases/{case_id}"

    def listed(query: str) -> Any:
        answer = api("GET", f"/v1/cases?account_id={account}&{query}", scope="review")
        assert answer.status_code == 200, answer.text
        return [case["case_id"] for case in answer.json()["cases"]]

    assert api("POST", f"{at}/snooze", scope="review", json={"how_long": "4h"}).status_code == 200
    assert listed("snoozed=with") == [case_id]
    assert listed("snoozed=without") == listed("state=decided") == listed("action=terminate") == []
    assert listed("state=all&action=review") == [case_id]
    unknown = api("POST", f"{at}/assign", scope="review", json={"to": "nobody"})
    assert unknown.status_code == 422
    assert "nobody is called" in unknown.json()["detail"]
    assert api("POST", f"{at}/assign", scope="review", json={"to": None}).status_code == 200
    assert listed("assigned_to=ann") == []
    decided = api("POST", f"{at}/decide", scope="review", json={"verdict": "careless"})
    assert decided.json()["outcome"] == "careless"
    assert listed("state=decided") == [case_id]


def test_the_queue_is_read_in_pieces(api: Api, case_id: str) -> None:
    seen: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = api("GET", f"/v1/cases?state=all&limit=1&offset={offset}", scope="review").json()
        seen += [case["case_id"] for case in page["cases"]]
        offset = page["next_offset"]
    assert len(seen) == len(set(seen)) == page["total"]
    assert case_id in seen


def test_next_claims_until_nothing_is_free(api: Api, second: Callable[..., Any]) -> None:
    while (case := second("POST", "/v1/cases/next").json()["case"]) is not None:
        done = second("POST", f"/v1/cases/{case['case_id']}/decide", json={"verdict": "legitimate"})
        assert done.json()["state"] == "decided"


@pytest.mark.parametrize(("path", "body"), [
    ("decide", {"verdict": "abusive", "because": "x"}), ("decide", {"verdict": "nice"}),
    ("decide", {"verdict": "legitimate", "action": "terminate"}), ("snooze", {"how_long": "9d"}),
    ("assign", {}), ("assign", {"to": "\x00"}),
])  # fmt: skip
def test_faults_change_nothing(api: Api, case_id: str, path: str, body: dict[str, Any]) -> None:
    before = api("GET", f"/v1/cases/{case_id}", scope="review").json()
    answer = api("POST", f"/v1/cases/{case_id}/{path}", scope="review", json=body)
    assert answer.status_code == 422, answer.text
    assert api("GET", f"/v1/cases/{case_id}", scope="review").json() == before


@pytest.mark.parametrize("scope", ["score", "ingest"])
def test_the_desk_needs_the_scope_review(api: Api, scope: str) -> None:
    assert api("GET", "/v1/cases", scope=scope).status_code == 403
    assert api("POST", "/v1/cases/next", scope=scope).status_code == 403


def test_where_only_the_pages_cut_off_a_key_cannot_even_propose(
    open_house: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    with open_house(tmp_path, api_terminates=False) as house, serve(house) as api:
        api("PUT", "/v1/accounts/a", json={"created_at": "2026-01-01T00:00:00Z"})
        order = {"account_id": "a", "recipients": 555, "stream": "broadcast"}
        api("POST", "/v1/campaigns/c/score", json=order)
        (case,) = api("GET", "/v1/cases").json()["cases"]
        end = {"verdict": "abusive", "action": "terminate"}
        assert api("POST", f"/v1/cases/{case['case_id']}/decide", json=end).status_code == 409
        assert api("GET", f"/v1/cases/{case['case_id']}").json()["proposed_by"] is None


def test_the_message_of_a_case_is_read_with_a_note_in_the_log(api: Any, account: str) -> None:
    message = {"from": "a@b.example", "subject": "hi", "html": "<script>x</script><p>words"}
    body = {"account_id": account, "recipients": 555, "stream": "broadcast", "message": message}
    case_id = api("POST", f"/v1/campaigns/m-{account}/score", json=body).json()["decision_id"]
    path = f"/v1/cases/{case_id}/message"
    assert api("GET", path, "score").status_code == 403
    found = api("GET", path, "review").json()
    assert (found["sender"], found["subject"], found["page"]) == ("a@b.example", "hi", "<p>words</p>")  # fmt: skip
    assert "<script>" in found["source"]
    assert api("GET", f"{path}?decision_id=none", "review").status_code == 404
    entry = api.house.store.newest_entries(case_id)[0].deed
    assert (entry.act, entry.actor) == ("message.read", "key:review")


def test_insight_and_ties_are_told(api: Api, account: str, case_id: str) -> None:
    found = api("GET", f"/v1/cases/{case_id}/insight", "review").json()
    assert {one["action"]: one["waits"] + one["goes"] + one["ends"] for one in found["effects"]} == dict.fromkeys(("allow", "throttle", "review", "terminate"), 555)  # fmt: skip
    assert "POLICY_RULE" in found["shared"]
    assert api("GET", f"/v1/accounts/{account}/ties", "review").json() == {"account_id": account, "ties": []}  # fmt: skip
    assert api("GET", "/v1/overview", "score").status_code == 403
    assert api("GET", "/v1/overview", "review").json()["open_cases"] >= 1
