"""Every error is a problem (RFC 9457) that says what to do; nothing sent causes a 5xx."""

import gzip
import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest

GOOD = {"created_at": "2026-01-01T00:00:00Z"}
CAMPAIGN = {"account_id": "a-1", "recipients": 1, "stream": "broadcast"}


@pytest.fixture(autouse=True, scope="module")
def _known(api: Any) -> None:
    assert api("PUT", "/v1/accounts/a-1", json=GOOD).status_code == 200


def checked(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= set(problem)
    assert problem["status"] == status
    assert ("errors" in problem) == (status == 422)
    for fault in problem.get("errors", []):
        assert set(fault) == {"loc", "msg"}
    return problem


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/nothing", 404),
        ("GET", "/v1/accounts/a-1/", 404),
        ("GET", "/v1/accounts/a%2Fb", 404),
        ("POST", "/v1/campaigns/c-1/release", 400),
        ("DELETE", "/v1/accounts/a-1", 405),
        ("GET", "/v1/events", 405),
        ("OPTIONS", "/v1/events", 405),
        ("GET", "/v1/accounts/a%20b", 422),
        ("GET", "/v1/accounts/%00", 422),
        ("GET", "/v1/accounts/%ff%fe", 422),
        ("GET", "/v1/accounts/a%0a", 422),
        ("GET", "/v1/accounts/" + "a" * 129, 422),
        ("GET", "/v1/accounts/nobody", 404),
        ("GET", "/v1/decisions?limit=0", 422),
        ("GET", "/v1/decisions?limit=99999999999999999999999", 422),
        ("GET", "/v1/decisions?limit=x", 422),
        ("GET", "/v1/decisions?cursor=nonsense", 422),
        ("GET", "/v1/decisions?cursor=" + "9" * 400, 422),
        ("GET", "/v1/decisions?cursor=99999999999999999999999~x", 422),
        ("GET", "/v1/decisions?action=explode", 422),
        ("GET", "/v1/decisions?since=yesterday", 422),
        ("GET", "/v1/decisions?since=0001-01-01T00:00:00Z", 422),
        ("GET", "/v1/decisions?since=2026-01-01T00:00:00", 422),
        ("GET", "/v1/decisions?unknown=1", 422),
        ("GET", "/v1/accounts/a-1?x", 422),
        ("GET", "/healthz?x=1", 422),
        ("POST", "/v1/events/no-such-vendor", 404),
    ],
)
def test_a_bad_address_is_a_problem(api: Any, method: str, path: str, status: int) -> None:
    checked(api(method, path), status)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b'{"created_at": "\xff"}', 400),
        (b'{"created_at": "\\ud800"}', 400),
        (b"[" * 60_000, 400),
        (b'{"a":' * 10_000, 400),
        (b"9" * 10_000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"created_at": NaN}', 422),
        (b'{"created_at": 1767225600}', 422),
        (b'{"created_at": "0001-01-01T00:00:00Z"}', 422),
        (b'{"created_at": "9999-12-31T23:59:59Z"}', 422),
        (b'{"created_at": "2026-01-01T00:00:00"}', 422),
        (b'{"created_at": "2026-02-30T00:00:00Z"}', 422),
        (b'{"created_at": "2026-01-01T00:00:00Z", "surprise": 1}', 422),
        (b'{"created_at": "2026-01-01T00:00:00Z", "paid": "yes"}', 422),
        (b'{"created_at": "2026-01-01T00:00:00Z", "plan": "a\\u0000b"}', 422),
        (b'{"created_at": "2026-01-01T00:00:00Z", "parent_account_id": "a b"}', 422),
        (b'{"created_at": "2026-01-01T00:00:00Z", "declared": {"monthly_volume": 1e400}}', 422),
        (b'{"created_at": "2026-01-01T00:00:00Z", "declared": {"monthly_volume": -1}}', 422),
        (b'{"created_at": "2026-01-01T00:00:00Z", "declared": {"monthly_volume": 1'
         + b"0" * 400 + b"}}", 422),
        (b'{"created_at": "2026-01-01T00:00:00Z", "declared": {"monthly_volume": %d}}' % 2**63, 422),
    ],
)  # fmt: skip
def test_a_bad_body_is_a_problem(api: Any, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    checked(api("PUT", "/v1/accounts/a-2", content=body, headers=headers), status)


def test_the_largest_counts_are_taken(api: Any) -> None:
    largest = {**GOOD, "declared": {"monthly_volume": 2**63 - 1}}
    assert api("PUT", "/v1/accounts/a-1", json=largest).status_code == 200
    campaign = {**CAMPAIGN, "recipients": 1_000_000_000}
    assert api("POST", "/v1/campaigns/c-1/score", json=campaign).status_code == 200


def test_faults_name_their_place_and_not_their_value(api: Any) -> None:
    body = {**GOOD, "declared": {"monthly_volume": "jane@shop.example"}}
    problem = checked(api("PUT", "/v1/accounts/a-1", json=body), 422)
    assert [fault["loc"] for fault in problem["errors"]] == [["body", "declared", "monthly_volume"]]
    assert "jane" not in str(problem)


def test_other_content_types_are_refused(api: Any) -> None:
    for kind in (
        "text/xml",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
    ):
        headers = {"Content-Type": kind}
        checked(api("PUT", "/v1/accounts/a-1", content=b"{}", headers=headers), 415)
        path = "/v1/accounts/a-1/lists/l-1/imports?source=file"
        checked(api("POST", path, content=b"email\n", headers=headers), 415)
    headers = {"Content-Type": "application/json", "Content-Encoding": "br"}
    checked(api("PUT", "/v1/accounts/a-1", content=b"{}", headers=headers), 415)


def test_gzip_bodies_are_unpacked_within_the_limit(api: Any) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    def put(content: bytes) -> Any:
        return api("PUT", "/v1/accounts/a-1", content=content, headers=headers)

    packed = gzip.compress(b'{"created_at": "2026-01-01T00:00:00Z"}')
    assert put(packed).status_code == 200
    assert put(packed + gzip.compress(b"  ")).status_code == 200
    checked(put(b"not gzip"), 400)
    checked(put(packed[:-9]), 400)
    checked(put(gzip.compress(b" " * 50_000_000)), 413)
    checked(put(gzip.compress(b"") * 2_000), 400)


def test_a_body_over_the_limit_is_a_413(api: Any) -> None:
    checked(api("PUT", "/v1/accounts/a-1", json={**GOOD, "plan": "x" * 70_000}), 413)

    def endless() -> Any:
        for _ in range(80):
            yield b"x" * 1_000

    headers = {"Content-Type": "application/json"}
    checked(api("PUT", "/v1/accounts/a-1", content=endless(), headers=headers), 413)


def test_a_stated_length_over_the_limit_is_refused_unread(api: Any) -> None:
    parts = urlsplit(api.url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.putrequest("POST", "/v1/events")
    connection.putheader("Authorization", f"Bearer {api.keys['ingest']}")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(10**15))
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == 413
    connection.close()


def test_an_unknown_list_source_or_import_time_is_a_problem(api: Any) -> None:
    headers = {"Content-Type": "text/csv"}
    base = "/v1/accounts/a-1/lists/l-1/imports"
    for query in ("", "?source=magic", "?source=file&imported_at=noon", "?source=file&more=1"):
        checked(api("POST", base + query, content=b"email\n", headers=headers), 422)
    path = "/v1/accounts/nobody/lists/l-1/imports?source=file"
    checked(api("POST", path, content=b"email\n", headers=headers), 404)


@pytest.mark.parametrize("key", ["", "with space", "x" * 256, "\xe9"])
def test_a_bad_idempotency_key_is_a_problem(api: Any, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    checked(api("POST", "/v1/accounts/a-1/score", headers=headers), 422)


@pytest.mark.parametrize(
    "change",
    [
        {"recipients": -1}, {"recipients": 10**400}, {"recipients": 1.5}, {"recipients": True},
        {"recipients": "1"}, {"stream": "carrier pigeon"}, {"list_ids": ["a b"]},
        {"list_ids": ["l"] * 101}, {"message": 7}, {"message": {"from": 1}},
        {"message": {"sender": "x"}}, {"scheduled_at": "now"}, {"account_id": ""}, {"extra": 1},
    ],
)  # fmt: skip
def test_a_bad_campaign_is_a_problem(api: Any, change: dict[str, Any]) -> None:
    checked(api("POST", "/v1/campaigns/c-1/score", json={**CAMPAIGN, **change}), 422)
