"""List imports over HTTP."""

import gzip
import io
import json
from typing import Any

import polars
import pytest

ROWS = [f"person{n}@mail{n % 7}.example" for n in range(200)]


def csv(rows: list[str]) -> bytes:
    return "\n".join(["email", *rows]).encode()


def parquet(rows: list[str]) -> bytes:
    file = io.BytesIO()
    polars.DataFrame({"email": rows}).write_parquet(file)
    return file.getvalue()


def send(api: Any, account: str, body: bytes, kind: str, list_id: str = "l-1", **query: str) -> Any:
    path = f"/v1/accounts/{account}/lists/{list_id}/imports"
    params = {"source": "file", **query}
    return api("POST", path, content=body, params=params, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (csv([*ROWS, ROWS[0], "not an address"]), "text/csv"),
        (gzip.compress(csv([*ROWS, ROWS[0], "not an address"]), mtime=0), "text/csv; charset=utf-8"),
        ("\n".join(f'{{"email": "{row}"}}' for row in [*ROWS, ROWS[0], "not an address"]).encode(),
         "application/x-ndjson"),
        (parquet([*ROWS, ROWS[0], "not an address"]), "application/vnd.apache.parquet"),
    ],
)  # fmt: skip
def test_a_list_is_assessed(api: Any, account: str, body: bytes, kind: str) -> None:
    answer = send(api, account, body, kind, imported_at="2026-11-20T00:00:00Z")
    assert answer.status_code == 200, answer.text
    got = answer.json()
    assert (got["rows"], got["valid"], got["invalid"], got["duplicates"]) == (202, 201, 1, 1)
    assert got["imported_at"] == "2026-11-20T00:00:00Z"
    assert set(got["forecast"]) == {"hard_bounce_rate", "complaint_rate"}
    assert 0 <= got["risk"] <= 1
    assert got["features"]
    assert all(name.startswith("list_") for name in got["features"])
    stored = api("GET", f"/v1/decisions/{got['decision_id']}").json()
    assert stored["subject"] == {"type": "list", "id": "l-1"}
    assert "@" not in answer.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (csv(ROWS), "text/csv"),
        (gzip.compress(csv(ROWS), mtime=0), "text/csv"),
        (parquet(ROWS), "application/vnd.apache.parquet"),
    ],
    ids=["csv", "gzip", "parquet"],
)
def test_progress_is_told_line_by_line(api: Any, account: str, body: bytes, kind: str) -> None:
    answer = send(api, account, body, kind, progress="true")
    assert answer.headers["content-type"] == "application/x-ndjson"
    *before, last = map(json.loads, answer.text.splitlines())
    assert before[0]["progress"]["of_bytes"] == len(body)
    assert all(line["progress"]["read_bytes"] <= len(body) for line in before)
    plain = send(api, account, body, kind).json()
    assert last["assessment"]["rows"] == plain["rows"] == 200
    assert last["assessment"].keys() == plain.keys()


def test_a_list_that_cannot_be_read_ends_its_progress_with_the_problem(
    api: Any, account: str
) -> None:
    answer = send(api, account, b"name\nann\n", "text/csv", progress="true")
    last = json.loads(answer.text.splitlines()[-1])
    assert last["problem"]["status"] == 422
    assert "mail" in last["problem"]["detail"]


def test_lists_of_other_accounts_that_overlap_are_told(api: Any, account: str) -> None:
    other = f"other-{account}"
    api("PUT", f"/v1/accounts/{other}", json={"created_at": "2026-01-01T00:00:00Z"})
    rows = [f"{account}-{n}@mail.example" for n in range(400)]
    assert send(api, other, csv(rows), "text/csv", "theirs").status_code == 200
    got = send(api, account, csv(rows[:200]), "text/csv", "mine").json()
    (overlap,) = [o for o in got["overlaps"] if o["account_id"] == other]
    assert overlap["list_id"] == "theirs"
    assert overlap["containment"] > 0.9


def test_a_campaign_to_an_imported_list_is_not_degraded(api: Any, account: str) -> None:
    assert send(api, account, csv(ROWS), "text/csv").status_code == 200
    body = {
        "account_id": account,
        "recipients": 200,
        "stream": "broadcast",
        "list_ids": ["l-1"],
        "message": "From: a@shop.example\n\nHello",
    }
    decision = api("POST", f"/v1/campaigns/c-{account}/score", json=body).json()
    assert decision["degraded"] is False


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "text/csv"),
        (b"name,phone\nJane,1\n", "text/csv"),
        (b"\x00\x01\x02" * 1_000, "text/csv"),
        (b"PAR1" + b"\x00" * 100 + b"PAR1", "application/vnd.apache.parquet"),
        (parquet(ROWS)[:-20], "application/vnd.apache.parquet"),
        (gzip.compress(csv(ROWS), mtime=0)[:-10], "text/csv"),
    ],
)
def test_what_cannot_be_read_is_a_problem(api: Any, account: str, body: bytes, kind: str) -> None:
    answer = send(api, account, body, kind)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


def test_an_import_is_compared_with_known_bad_lists(api: Any, account: str) -> None:
    rows = [f"{account}-{n}@sold.example" for n in range(300)]
    kind = {"Content-Type": "text/csv"}
    put = api("PUT", "/v1/known-lists/leads", "review", content=csv(rows), headers=kind)
    assert put.status_code == 200, put.text
    assert put.json()["addresses"] == 300
    assert (
        api("PUT", "/v1/known-lists/x", "ingest", content=csv(rows), headers=kind).status_code
        == 403
    )
    assert api("PUT", "/v1/known-lists/x", content=b"email\nx\n", headers=kind).status_code == 422
    (told,) = api("GET", "/v1/known-lists").json()["known_lists"]
    assert told["name"] == "leads"
    got = send(api, account, csv([*rows[:100], *ROWS[:100]]), "text/csv", "mine").json()
    assert got["known_lists"] == [{"name": "leads", "containment": 0.5, "standard_error": 0.0}]
    assert got["features"]["list_overlap_bad_list_max"] == 0.5
    assert "leads" not in [o["list_id"] for o in got["overlaps"]]
    assert api("DELETE", "/v1/known-lists/leads").status_code == 200
    assert api("GET", "/v1/known-lists").json() == {"known_lists": []}


def test_segments_come_with_what_is_expected_of_them(api: Any, account: str) -> None:
    """Bad rows by number, slips, and rates of segments of 200 rows or more alone."""
    lines = [f"{row},{day}" for row, day in zip(ROWS, ["2020-01-01"] * 200, strict=True)]
    lines += [f"y{n}@gmial.com,2026-11-01" for n in range(250)]
    body = "\n".join(["email,opted_in_at", *lines, "jane,"]).encode()
    got = send(api, account, body, "text/csv", imported_at="2026-11-20T00:00:00Z").json()
    assert got["bad_rows"] == [{"row": 451, "why": "no at sign", "line": 452}]
    assert got["typos"] == [{"domain": "gmial.com", "meant": "gmail.com", "rows": 250}]
    rates = {(s["by"], s["value"]): s["expected_hard_bounce_rate"] for s in got["segments"]}
    assert rates["domain_kind", "mistyped domains"] > rates["domain_kind", "own domains"]
    assert min(s["rows"] for s in got["segments"]) >= 200
