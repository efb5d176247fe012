"""Tables of accounts over the API: filters, cursor, the first by a count, and who may ask."""

from typing import Any


def _put(api: Any, account_id: str, **facts: Any) -> None:
    body = {"created_at": "2026-01-01T00:00:00Z", **facts}
    assert api("PUT", f"/v1/accounts/{account_id}", json=body).status_code == 200


def test_accounts_by_plan_come_a_page_at_a_time(api: Any) -> None:
    for n in range(3):
        _put(api, f"listed-{n}", plan="listed <b>")
    seen, cursor = [], None
    while True:
        asked = {"plan": "listed <b>", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = api("GET", "/v1/accounts", scope="review", params=asked).json()
        seen += [one["account_id"] for one in page["accounts"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == ["listed-2", "listed-1", "listed-0"]


def test_the_first_by_a_count(api: Any) -> None:
    answer = api("GET", "/v1/top-accounts?counter=hard_bounce&by=country&period=30d", "review")
    assert answer.status_code == 200, answer.text
    assert answer.json()["by"] == "country"


def test_the_first_by_network_and_by_risk(api: Any) -> None:
    _put(api, "shared-1", signup_ip="203.0.113.5")
    for asked in (
        "by=network",
        "by=provider&network=203.0.113.0/24",
        "counter=risk&device=x&by=payment",
    ):
        answer = api("GET", f"/v1/top-accounts?{asked}", "review")
        assert (answer.status_code, answer.json()["top"]) == (200, []), answer.text
    found = api("GET", "/v1/accounts?network=203.0.113.77", "review").json()["accounts"]
    assert [one["account_id"] for one in found] == ["shared-1"]


def test_faults_and_strangers_are_refused(api: Any) -> None:
    for path in (
        "accounts?cursor=x", "accounts?plan=%00", "accounts?verdict=x", "top-accounts?counter=x",
        "top-accounts?period=9d", "accounts?limit=501", "accounts?network=here", "accounts?device=%00",
        "top-accounts?by=provider&counter=risk", "top-accounts?network=1.2.3.4.5/24",
    ):  # fmt: skip
        assert api("GET", f"/v1/{path}", "review").status_code == 422, path
    for path in ("accounts", "top-accounts"):
        assert api("GET", f"/v1/{path}", "score").status_code == 403
