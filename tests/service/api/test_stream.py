"""Webhooks, changes and the stream over a real socket."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest


def _change_standing(api: Any, account: str, action: str) -> None:
    decision = api("POST", f"/v1/accounts/{account}/score").json()["decision_id"]
    api.house.clock.now += timedelta(seconds=1)
    verdict = {"verdict": "careless", "action": action}
    answer = api("POST", f"/v1/decisions/{decision}/verdict", json=verdict)
    assert answer.status_code == 200, answer.text


def _read(api: Any, count: int, query: str = "", last: str | None = None) -> list[dict[str, Any]]:
    """Read so many events of the stream."""
    headers = {"Authorization": f"Bearer {api.keys['score']}"}
    headers |= {"Last-Event-ID": last} if last is not None else {}
    found: list[dict[str, Any]] = []
    url = f"{api.url}/v1/stream{query}"
    with httpx.stream("GET", url, headers=headers, timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        event: dict[str, Any] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                event[name] = value
            elif not line and event:
                found.append({**event, "data": json.loads(event["data"])})
                event = {}
            if len(found) == count:
                break
    return found


def test_the_stream_goes_on_where_it_was_left(api: Any, account: str) -> None:
    for action in ("throttle", "review", "throttle"):
        _change_standing(api, account, action)
    all_three = _read(api, 3, f"?account_id={account}", last="0")
    assert [e["data"]["data"]["after"] for e in all_three] == ["throttle", "review", "throttle"]
    assert {e["event"] for e in all_three} == {"account.standing_changed"}
    rest = _read(api, 2, f"?account_id={account}", last=all_three[0]["id"])
    assert rest == all_three[1:]
    listed = api("GET", f"/v1/changes?account_id={account}&after={all_three[0]['id']}").json()
    assert [str(c["change_id"]) for c in listed["changes"]] == [e["id"] for e in rest]


def test_webhooks_are_added_listed_and_removed(api: Any) -> None:
    body = {"url": "https://esp.example/hook", "types": ["alert.opened"]}
    added = api("POST", "/v1/webhooks", "admin", json=body)
    assert added.status_code == 200, added.text
    assert added.json()["secret"].startswith("whsec_")
    name = added.json()["webhook_id"]
    listed = api("GET", "/v1/webhooks", "admin").json()["webhooks"]
    mine = next(one for one in listed if one["webhook_id"] == name)
    assert (mine["url"], mine["secret"]) == (body["url"], None)
    path = f"/v1/webhooks/{name}"
    assert api("GET", f"{path}/undelivered", "admin").json() == {"deliveries": []}
    assert api("POST", f"{path}/redeliver", "admin").json() == {"redelivered": 0}
    assert api("DELETE", path, "admin").json()["webhook_id"] == name
    assert api("DELETE", path, "admin").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"url": "ftp://x.example"}, 409),
        ({"url": "https://x.example", "types": ["nonsense"]}, 409),
        ({"url": ""}, 422),
        ({"url": "https://x.example", "more": 1}, 422),
        ({}, 422),
    ],
)
def test_bad_webhooks_are_refused(api: Any, body: dict[str, Any], status: int) -> None:
    assert api("POST", "/v1/webhooks", "admin", json=body).status_code == status


def test_webhooks_need_admin_and_the_stream_a_reader(api: Any) -> None:
    assert api("GET", "/v1/webhooks", "review").status_code == 403
    assert api("GET", "/v1/stream", "ingest").status_code == 403
    assert api("GET", "/v1/stream?after=1", "score").status_code == 422
    bad = api("GET", "/v1/stream", "score", headers={"Last-Event-ID": "x"})
    assert bad.status_code == 422
