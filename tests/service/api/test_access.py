"""Who may call what."""

from typing import Any

import pytest

ACCOUNT = {"created_at": "2026-01-01T00:00:00Z"}
CALLS = [
    ("PUT", "/v1/accounts/a-1", {"json": ACCOUNT}, {"score", "ingest", "admin"}),
    ("PUT", "/v1/sending-domains/a.example", {"json": {"account_id": "a-1"}},
     {"score", "ingest", "admin"}),
    ("POST", "/v1/events", {"json": []}, {"ingest", "admin"}),
    ("POST", "/v1/accounts/a-1/score", {}, {"score", "admin"}),
    ("POST", "/v1/campaigns/c-1/score",
     {"json": {"account_id": "a-1", "recipients": 1, "stream": "broadcast"}}, {"score", "admin"}),
    ("GET", "/v1/decisions", {}, {"score", "review", "admin"}),
    ("GET", "/v1/decisions/id-00000001", {}, {"score", "review", "admin"}),
    ("GET", "/v1/accounts/a-1", {}, {"score", "review", "admin"}),
    ("GET", "/v1/accounts/a-1/advice", {}, {"score", "review", "admin"}),
    ("POST", "/v1/decisions/id-00000001/verdict", {"json": {"verdict": "careless"}},
     {"review", "admin"}),
    ("POST", "/v1/decisions/id-00000001/appeal",
     {"json": {"cause": "", "change_made": "", "prevention": ""}}, {"review", "admin"}),
]  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _known(api: Any) -> None:
    assert api("PUT", "/v1/accounts/a-1", json=ACCOUNT).status_code == 200


@pytest.mark.parametrize(("method", "path", "options", "scopes"), CALLS)
def test_each_call_takes_keys_with_its_scopes_alone(
    api: Any, method: str, path: str, options: dict[str, Any], scopes: set[str]
) -> None:
    answers = {
        scope: api(method, path, scope=scope, **options)
        for scope in ("score", "ingest", "review", "admin")
    }
    assert {scope for scope, a in answers.items() if a.status_code == 200} == scopes
    for scope in set(answers) - scopes:
        assert answers[scope].status_code == 403
        assert "insufficient_scope" in answers[scope].headers["www-authenticate"]


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer wrong", "Basic dTpw", "Bearer " + "x" * 10_000,
     "Bearer \xff\xfe"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/decisions", "/v1/decisions/nope", "/v1/decisions?bad=1"])
def test_without_a_known_key_nothing_is_told(
    api: Any, authorization: str | None, path: str
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    answer = api.http.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_scheme_is_read_in_any_case(api: Any) -> None:
    headers = {"Authorization": f"bearer {api.keys['score']}"}
    assert api.http.get("/v1/decisions", headers=headers).status_code == 200
