"""The same key and body answer the same decision, also when they come at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any


def campaign(account: str, **fields: Any) -> dict[str, Any]:
    return {"account_id": account, "recipients": 10, "stream": "broadcast", **fields}


def count(api: Any, account: str) -> int:
    found = api("GET", "/v1/decisions", params={"account_id": account, "limit": 1_000}).json()
    return len(found["decisions"])


def test_a_retry_answers_the_same_decision(api: Any, account: str) -> None:
    headers = {"Idempotency-Key": f"k-{account}"}
    path = f"/v1/campaigns/c-{account}/score"
    first = api("POST", path, json=campaign(account), headers=headers)
    api.house.clock.forward(hours=23)
    again = api("POST", path, json=campaign(account), headers=headers)
    assert again.status_code == 200
    assert again.json() == first.json()
    api.house.clock.forward(hours=2)
    later = api("POST", path, json=campaign(account), headers=headers)
    assert later.json()["decision_id"] != first.json()["decision_id"]


def test_what_means_the_same_is_the_same_body(api: Any, account: str) -> None:
    headers = {"Idempotency-Key": f"k-{account}", "Content-Type": "application/json"}
    path = f"/v1/campaigns/c-{account}/score"
    bodies = [
        f'{{"account_id": "{account}", "recipients": 10, "stream": "broadcast"}}',
        f'{{"stream":"broadcast","account_id":"{account}","recipients":10}}',
    ]
    ids = {
        api("POST", path, content=body, headers=headers).json()["decision_id"] for body in bodies
    }
    assert len(ids) == 1


def test_the_key_with_another_body_or_path_is_a_409(api: Any, account: str) -> None:
    headers = {"Idempotency-Key": f"k-{account}"}
    path = f"/v1/campaigns/c-{account}/score"
    assert api("POST", path, json=campaign(account), headers=headers).status_code == 200
    other = api("POST", path, json=campaign(account, recipients=11), headers=headers)
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    elsewhere = api("POST", f"/v1/accounts/{account}/score", headers=headers)
    assert elsewhere.status_code == 409


def test_keys_of_different_callers_do_not_meet(api: Any, account: str) -> None:
    headers = {"Idempotency-Key": f"k-{account}"}
    path = f"/v1/accounts/{account}/score"
    mine = api("POST", path, scope="score", headers=headers).json()
    theirs = api("POST", path, scope="admin", headers=headers).json()
    assert mine["decision_id"] != theirs["decision_id"]


def test_at_once_is_one_decision(api: Any, account: str) -> None:
    before = count(api, account)
    headers = {"Idempotency-Key": f"k-{account}"}
    path = f"/v1/campaigns/c-{account}/score"
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: api("POST", path, json=campaign(account), headers=headers), range(24)
            )
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert count(api, account) == before + 1
