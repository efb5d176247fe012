"""Abuse reports through the API: incidents by severity, each report counted once."""

import json
from typing import Any

import pytest

MAIL = {"Content-Type": "message/rfc822"}
FREE = (
    b"From: Jane <jane@home.example>\nSubject: {subject}\nMessage-ID: <1@home.example>\n"
    b"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
)


def arf(kind: str, account_domain: str, who: str) -> bytes:
    return (
        "From: fbl@provider.example\nTo: abuse@esp.example\nSubject: report\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nA report\n\n"
        "--b\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: {kind}\nUser-Agent: X/1\nVersion: 1\nOriginal-Rcpt-To: {who}\n\n"
        "--b\nContent-Type: message/rfc822\n\n"
        f"From: Shop <news@{account_domain}>\nMessage-ID: <m-{who}>\nSubject: Sale\n\nHello\n--b--\n"
    ).encode()


def report(api: Any, body: bytes, **headers: str) -> Any:
    answer = api("POST", "/v1/reports", "ingest", content=body, headers=MAIL | headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def free(subject: str, text: str) -> bytes:
    return FREE.replace(b"{subject}", subject.encode()).replace(b"{text}", text.encode())


@pytest.fixture
def shop(api: Any, account: str) -> str:
    domain = f"{account}.example"
    answer = api("PUT", f"/v1/sending-domains/{domain}", json={"account_id": account})
    assert answer.status_code == 200
    return domain


def test_complaints_join_one_case_and_are_counted_once(api: Any, account: str, shop: str) -> None:
    first = report(api, arf("abuse", shop, "a@provider.example"))
    assert (first["account_id"], first["severity"]) == (account, 3)
    assert report(api, arf("abuse", shop, "a@provider.example"))["facts"]["reports"] == 1
    again = report(api, arf("abuse", shop, "b@provider.example"))
    assert (again["incident_id"], again["facts"]["reports"]) == (first["incident_id"], 2)
    view = api("GET", f"/v1/accounts/{account}").json()
    assert view["mail"]["windows"]["24h"]["counts"]["complaint"] == 2
    assert "a@provider.example" not in json.dumps(again)


def test_a_report_that_comes_on_three_ways_counts_once(api: Any, account: str, shop: str) -> None:
    body = arf("abuse", shop, "f@provider.example")
    forwarded = b"Received: from a by b\nMessage-ID: <forwarded@esp.example>\n" + body
    first = report(api, body)
    for path in ("/v1/events/arf", "/v1/events/mail"):
        answer = api("POST", path, "ingest", content=forwarded, headers=MAIL).json()
        assert (answer["accepted"], answer["duplicates"]) == (0, 1), path
    again = report(api, forwarded)
    assert (again["incident_id"], again["facts"]["reports"]) == (first["incident_id"], 1)
    view = api("GET", f"/v1/accounts/{account}").json()
    assert view["mail"]["windows"]["24h"]["counts"]["complaint"] == 1


def test_phishing_is_a_case_of_its_own_and_graver(api: Any, account: str, shop: str) -> None:
    complaint = report(api, arf("abuse", shop, "c@provider.example"))
    fraud = report(api, arf("fraud", shop, "c@provider.example"))
    assert fraud["incident_id"] != complaint["incident_id"]
    assert fraud["severity"] == 1
    words = report(api, free("phishing!", f"see https://www.{shop}/login and stop"))
    assert (words["incident_id"], words["facts"]["reports"]) == (fraud["incident_id"], 2)


def test_free_words_lose_their_addresses(api: Any, account: str, shop: str) -> None:
    incident = report(
        api, free("to jane@home.example", f"My lawyer! http://{shop}/ jane@home.example")
    )
    assert (incident["facts"]["category"], incident["severity"]) == ("legal", 2)
    assert incident["account_id"] == account
    assert "jane@" not in json.dumps(incident)


def test_a_report_on_nobody_known_is_kept(api: Any) -> None:
    incident = report(api, free("stop", "I never signed up"))
    assert incident["account_id"] is None
    listed = api("GET", "/v1/incidents?kind=report&open=true").json()["incidents"]
    assert incident["incident_id"] in {found["incident_id"] for found in listed}


def test_xarf_is_taken_as_json(api: Any, account: str, shop: str) -> None:
    body = {
        "xarf_version": "4.0.0", "report_id": "r-1", "timestamp": "2026-11-23T09:00:00Z",
        "category": "content", "type": "phishing", "source_identifier": "192.0.2.1",
        "smtp_from": f"news@{shop}",
    }  # fmt: skip
    incident = api("POST", "/v1/reports", "ingest", json=body).json()
    assert (incident["account_id"], incident["severity"], incident["facts"]["forms"]) == (
        account,
        1,
        ["xarf"],
    )


def test_a_case_is_closed_by_hand_and_the_next_report_opens_a_new_one(
    api: Any, account: str, shop: str
) -> None:
    incident = report(api, arf("virus", shop, "d@provider.example"))
    closed = api("POST", f"/v1/incidents/{incident['incident_id']}/close", "review").json()
    assert closed["closed_at"]
    assert (
        report(api, arf("virus", shop, "e@provider.example"))["incident_id"]
        != incident["incident_id"]
    )


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "message/rfc822", 200),
        (b"\x00\xff" * 1_000, "message/rfc822", 200),
        (b"{}", "application/json", 422),
        (b"[" * 10_000, "application/json", 422),
        (b"x", "text/html", 415),
    ],
)
def test_hostile_reports_are_answered(api: Any, body: bytes, kind: str, status: int) -> None:
    answer = api("POST", "/v1/reports", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
