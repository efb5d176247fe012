"""A warm-up through the API: events move it, day by day."""

from typing import Any

import pytest
from typer.testing import CliRunner


def post(api: Any, kind: str, count: int, tag: str) -> None:
    batch = [
        {
            "event_id": f"{tag}-{kind}-{i}",
            "type": kind,
            "account_id": "a",
            "occurred_at": "2026-11-23T09:00:00Z",
            "mailbox_provider": "gmail",
            "sending_ip": "192.0.2.50",
        }
        for i in range(count)
    ]
    assert api("POST", "/v1/events", json=batch).json()["accepted"] == count


def test_a_warm_up_climbs_and_backs_off(api: Any) -> None:
    path = "/v1/ips/192.0.2.50/warm-up/gmail"
    first = api("PUT", path, "review", json={"target_per_day": 50_000}).json()
    assert (first["stage"], first["today"], first["left"]) == (1, 200, 200)
    post(api, "sent", 200, "d1")
    post(api, "delivered", 199, "d1")
    assert api("GET", "/v1/warm-ups").json()["warm_ups"][0]["left"] == 0
    api.house.clock.forward(days=1)
    second = api("GET", "/v1/warm-ups?ip=192.0.2.50").json()["warm_ups"][0]
    assert (second["stage"], second["last"], second["today"]) == (2, "climbed", 240)
    post(api, "sent", 100, "d2")
    post(api, "deferred", 60, "d2")
    slowed = api("GET", "/v1/warm-ups").json()["warm_ups"][0]
    assert (slowed["slowed"], slowed["today"], slowed["left"]) == (True, 120, 20)
    api.house.clock.forward(days=1)
    fallen = api("GET", "/v1/warm-ups").json()["warm_ups"][0]
    assert (fallen["stage"], fallen["last"]) == (1, "backed_off")
    again = api("PUT", path, "review", json={"target_per_day": 90_000}).json()
    assert again["started_at"] == first["started_at"], "a new target does not start over"
    assert api("DELETE", path, "review").status_code == 200
    assert api("GET", "/v1/warm-ups").json() == {"warm_ups": []}


def test_only_the_desk_starts_a_warm_up(api: Any) -> None:
    path = "/v1/ips/192.0.2.50/warm-up/gmail"
    assert api("PUT", path, "score", json={"target_per_day": 5}).status_code == 403
    assert api("PUT", path, json={"target_per_day": 0}).status_code == 422


def test_the_command_prints_and_starts_a_plan(tmp_path: Any, monkeypatch: Any) -> None:
    from sendwarden.cli.warmup import app

    monkeypatch.setenv("SENDWARDEN_HOME", str(tmp_path))
    run = CliRunner().invoke
    planned = run(app, ["plan", "--target", "50000", "--ip", "192.0.2.1", "--provider", "gmail"])
    assert planned.exit_code == 0, planned.output
    assert "stage   1:           200 mails a day" in planned.output
    shown = run(app, ["status"])
    assert shown.output == ("192.0.2.1 gmail: stage 1/30, today 200, left 200 (first day)\n"), (
        shown.output
    )


@pytest.mark.parametrize(("stream", "granted"), [("broadcast", 3), ("transactional", 15)])
def test_a_campaign_is_granted_what_its_warming_ip_has_left(
    api: Any, account: str, stream: str, granted: int
) -> None:
    ip = "192.0.2.61" if stream == "broadcast" else "192.0.2.62"
    api("PUT", f"/v1/ips/{ip}/warm-up/gmail", "review", json={"target_per_day": 50_000})
    event = {
        "type": "delivered",
        "account_id": account,
        "occurred_at": "2026-11-23T09:00:00Z",
        "mailbox_provider": "gmail",
        "sending_ip": ip,
    }
    batch = [event | {"event_id": f"{stream}-{i}"} for i in range(197)]
    assert api("POST", "/v1/events", json=batch).json()["accepted"] == 197
    campaign = f"c-{stream}"
    order = {"account_id": account, "recipients": 15, "stream": stream}
    assert api("POST", f"/v1/campaigns/{campaign}/score", json=order).status_code == 200
    path = f"/v1/campaigns/{campaign}/release"
    answer = api("POST", path, json={"want": 15})
    assert answer.json()["granted"] == granted, answer.text
    more = [event | {"event_id": f"{stream}-more-{i}"} for i in range(3)]
    api("POST", "/v1/events", json=more)
    after = api("POST", path, json={"want": 15})
    assert after.status_code == 200
    assert after.json()["granted"] == 0
