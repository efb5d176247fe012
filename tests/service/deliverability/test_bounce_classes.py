"""Bounces by class and answers that name the sender, of any subject, however many providers it mails."""

from typing import Any

import pytest

SAID = {
    "550 5.1.1 no such user": "invalid_recipient",
    "552 5.2.2 mailbox is full": "mailbox_full",
    "550 5.4.1 domain not found": "bad_domain",
    "550 5.7.26 unauthenticated: SPF and DKIM did not pass": "authentication",
}
RATE = "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP"


def event(n: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "event_id": n, "type": kind, "account_id": "a", "occurred_at": "2026-11-20T10:00:00Z",
        "sending_ip": "192.0.2.1", "mailbox_provider": "gmail", **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def api(open_house: Any, serve: Any, tmp_path_factory: Any) -> Any:
    with open_house(tmp_path_factory.mktemp("classes")) as house, serve(house) as served:
        served("PUT", "/v1/accounts/a", json={"created_at": "2026-01-01T00:00:00Z"})
        # A sender to businesses: each domain is a provider of its own, far more than are shown.
        many = [event(f"s{n}", "sent", mailbox_provider=f"firm{n}.example") for n in range(300)]
        many += [event(f"g{n}", "delivered") for n in range(50)]
        many += [
            event(f"b{place}", "soft_bounce" if "full" in text else "hard_bounce", diagnostic=text)
            for place, text in enumerate(SAID)
        ]
        many += [
            event("told", "hard_bounce", bounce_class="inactive"),
            event("nothing-told", "hard_bounce"),
            *(event(f"d{n}", "deferred", diagnostic=RATE, smtp_code=421) for n in range(3)),
        ]
        assert served("POST", "/v1/events", json=many).json()["accepted"] == len(many)
        assert served("POST", "/v1/events", json=many).json()["accepted"] == 0
        for n in range(12):
            served(
                "POST", "/v1/events", json=[event(f"ip{n}", "sent", sending_ip=f"198.51.100.{n}")]
            )
        yield served


@pytest.mark.parametrize(
    "path", ["/v1/accounts/a", "/v1/ips/192.0.2.1", "/v1/providers?limit=1000"]
)
def test_bounces_are_told_by_class(api: Any, path: str) -> None:
    body = api("GET", path).json()
    mail = body.get("mail", body)
    if "providers" in mail and isinstance(mail["providers"], list):
        mail = next(one for one in mail["providers"] if one["subject"] == "gmail")
    week = mail["windows"]["7d"]
    classes = {name: rate["k"] for name, rate in week["bounce_classes"].items()}
    assert classes == {**dict.fromkeys(SAID.values(), 1), "inactive": 1}
    assert week["signals"].keys() == {"unusual_rate"}
    signal = week["signals"]["unusual_rate"]
    assert signal["k"] == 3
    assert signal["low"] < signal["rate"] < signal["high"]


def test_all_mail_counts_though_a_few_providers_are_shown(api: Any) -> None:
    for mail in (
        api("GET", "/v1/accounts/a").json()["mail"],
        api("GET", "/v1/ips/192.0.2.1").json(),
    ):
        week = mail["windows"]["7d"]
        assert week["counts"]["delivered"] == 50
        assert week["counts"]["sent"] == (312 if mail["subject"] == "a" else 300)
        assert week["rates"]["complaint"]["n"] == 0  # Gmail reports no single complaint
        assert len(mail["providers"]) == 64


def test_ips_come_a_page_at_a_time_and_none_is_left_out(api: Any) -> None:
    found, cursor = [], None
    for _ in range(4):
        query = {"limit": 5} | ({"cursor": cursor} if cursor else {})
        page = api("GET", "/v1/ips", params=query).json()
        found += [ip["subject"] for ip in page["ips"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(found) == sorted(["192.0.2.1", *(f"198.51.100.{n}" for n in range(12))])


def test_a_class_that_does_not_exist_is_refused(api: Any) -> None:
    answer = api("POST", "/v1/events", json=[event("x", "hard_bounce", bounce_class="bad_luck")])
    assert answer.json()["rejected"][0]["index"] == 0
