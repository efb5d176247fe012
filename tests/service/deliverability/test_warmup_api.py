"""A warm-up through the API: events move it, day by day."""

from typing import Any

import pytest
from typer.testing import CliRunner

from service.desk.chain import verify
from service.desk.sign_in import Keys


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


PATH = "/v1/ips/192.0.2.{}/warm-up/gmail"


def day_of_mail(api: Any, ip: str, tag: str, count: int = 200) -> None:
    """A good day: the mail is sent and delivered, and the day is over."""
    for kind in ("sent", "delivered"):
        batch = [
            {
                "event_id": f"{tag}-{kind}-{i}", "type": kind, "account_id": "a",
                "occurred_at": "2026-11-23T09:00:00Z", "mailbox_provider": "gmail", "sending_ip": ip,
            }
            for i in range(count)
        ]  # fmt: skip
        assert api("POST", "/v1/events", json=batch).json()["accepted"] == count
    api.house.clock.forward(days=1)


def test_a_held_warm_up_stays_at_its_stage_and_climbs_once_resumed(api: Any) -> None:
    path, ip = PATH.format(70), "192.0.2.70"
    api("PUT", path, "review", json={"target_per_day": 50_000})
    held = api("POST", f"{path}/hold", "review").json()
    assert (held["stage"], held["held_since"] is not None) == (1, True)
    assert api("POST", f"{path}/hold").status_code == 409
    day_of_mail(api, ip, "h1")
    day_of_mail(api, ip, "h2")
    still = api("GET", f"/v1/warm-ups?ip={ip}").json()["warm_ups"][0]
    assert (still["stage"], still["last"], still["today"]) == (1, "held", 200)
    assert [day["held"] for day in still["days"]] == [True, True, True]
    larger = api("PUT", path, "review", json={"target_per_day": 60_000}).json()
    assert larger["held_since"] == held["held_since"], "a new target does not resume it"
    assert api("POST", f"{path}/resume").json()["held_since"] is None
    assert api("POST", f"{path}/resume").status_code == 409
    day_of_mail(api, ip, "h3")
    after = api("GET", f"/v1/warm-ups?ip={ip}").json()["warm_ups"][0]
    assert (after["stage"], after["last"]) == (2, "climbed")
    assert [(d["held"], d["step"]) for d in after["days"]] == [
        (True, "held"), (True, "held"), (False, "climbed"), (False, None),
    ]  # fmt: skip
    assert [d["allowance"] for d in after["days"]] == [200, 200, 200, after["today"]]


def test_each_act_on_a_warm_up_is_in_the_audit_log(api: Any) -> None:
    path, ip = PATH.format(71), "192.0.2.71"
    api("PUT", path, "review", json={"target_per_day": 50_000})
    api("PUT", path, "admin", json={"target_per_day": 70_000})
    api("POST", f"{path}/hold")
    api("POST", f"{path}/resume")
    api("DELETE", path, "review")
    store = api.house.store
    assert verify(Keys(b"k" * 32).audit, store.entries()) is not None
    entries = [entry.deed for entry in store.newest_entries(ip)][::-1]
    assert [(deed.actor, deed.act) for deed in entries] == [
        ("key:review", "warm_up.start"), ("key:admin", "warm_up.change"),
        ("key:admin", "warm_up.hold"), ("key:admin", "warm_up.resume"),
        ("key:review", "warm_up.end"),
    ]  # fmt: skip
    assert entries[1].before["target_per_day"] == 50_000
    assert entries[1].after["target_per_day"] == 70_000


def test_a_plan_says_what_would_happen_and_keeps_nothing(api: Any) -> None:
    path, ip = PATH.format(72), "192.0.2.72"
    day_of_mail(api, ip, "p1", 5)
    plan = api("GET", f"{path}/plan?target_per_day=1000&stages=4&first_per_day=100", "score").json()
    assert (plan["before"], plan["accounts"]) == (None, 1)
    assert plan["after"]["steps"] == [100, 220, 460, 1000]
    assert api("GET", f"/v1/warm-ups?ip={ip}").json() == {"warm_ups": []}
    api("PUT", path, json={"target_per_day": 1000})
    changed = api("GET", f"{path}/plan?target_per_day=2000", "score").json()
    assert changed["before"]["target_per_day"] == 1000
    assert changed["after"]["target_per_day"] == 2000


@pytest.mark.parametrize(
    "path",
    [
        "/v1/ips/192.0.2.1/warm-up/gmail/plan",
        "/v1/ips/192.0.2.1/warm-up/gmail/plan?target_per_day=0",
        "/v1/ips/192.0.2.1/warm-up/gmail/plan?target_per_day=5&stages=366",
        "/v1/ips/300.0.2.1/warm-up/gmail/plan?target_per_day=5",
        "/v1/ips/:::/warm-up/gmail/plan?target_per_day=5",
    ],
)
def test_plans_that_make_no_sense_are_refused(api: Any, path: str) -> None:
    assert api("GET", path).status_code == 422
    if "target_per_day=5" in path and "stages" not in path:
        answer = api("PUT", path.split("/plan", maxsplit=1)[0], json={"target_per_day": 5})
        assert answer.status_code == 422
        assert "no IP address" in answer.text


@pytest.mark.parametrize("act", ["hold", "resume"])
def test_acts_on_what_is_not_warmed_up_are_404(api: Any, act: str) -> None:
    assert api("POST", f"{PATH.format(99)}/{act}").status_code == 404
    assert api("POST", f"{PATH.format(99)}/{act}", "score").status_code == 403


def test_the_commands_hold_resume_and_end(tmp_path: Any, monkeypatch: Any) -> None:
    from sendwarden.cli.warmup import app

    monkeypatch.setenv("SENDWARDEN_HOME", str(tmp_path))
    run, named = CliRunner().invoke, ["192.0.2.1", "gmail"]
    run(app, ["plan", "--target", "50000", "--ip", named[0], "--provider", named[1]])
    assert run(app, ["hold", *named]).output == "held at stage 1: 200 mails a day\n"
    assert "held" in run(app, ["status"]).output
    refused = run(app, ["hold", *named])
    assert (refused.exit_code, "held already" in refused.output) == (2, True)
    assert run(app, ["resume", *named]).exit_code == 0
    assert run(app, ["end", *named]).output == "ended at stage 1 of 30\n"
    assert run(app, ["end", *named]).exit_code == 2
    bad = run(app, ["plan", "--target", "9", "--ip", "nonsense", "--provider", "gmail"])
    assert (bad.exit_code, "no IP address" in bad.output) == (2, True)


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
