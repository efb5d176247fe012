"""Vendors' payloads and mails over the API: counted, attributed, let in by signature."""

import base64
import json
from typing import Any

import pytest

from benchmarks._feedback_seeds import DMARC
from features.tiles import COUNTER_INDEX, account_key
from features.windows import Grain
from service.webhooks.doorkeeper import Doorkeeper
from tests.service.signing import SECRETS, by_sendgrid

BOUNCE = b"""From: MAILER-DAEMON@mx.example
To: bounce+%(account)s+spring+x@esp.example
Subject: failure notice
Message-ID: <%(account)s-1@mx.example>
Date: Mon, 23 Nov 2026 09:59:00 +0000

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<zebra.quill@hidden.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 zebra.quill@hidden.example no such user

--- Below this line is a copy of the message.

From: shop@unknown.example
To: zebra.quill@hidden.example
"""


def counts(api: Any, account_id: str) -> dict[str, int]:
    rows = api.house.store.tiles([account_key(account_id)], Grain.TOTAL, 0, 0).counts.sum(axis=0)
    return {name: int(rows[index]) for name, index in COUNTER_INDEX.items() if rows[index]}


def test_a_bounce_mail_counts_for_the_account_in_its_return_path(api: Any, account: str) -> None:
    body = BOUNCE % {b"account": account.encode()}
    answer = api("POST", "/v1/events/dsn", content=body, headers={"Content-Type": "message/rfc822"})
    assert answer.json() == {
        "accepted": 1,
        "duplicates": 0,
        "rejected": [],
        "unattributed": 0,
        "reports": 0,
    }
    assert counts(api, account) == {"hard_bounce": 1}
    again = api("POST", "/v1/events/dsn", content=body).json()
    assert (again["accepted"], again["duplicates"]) == (0, 1)
    assert counts(api, account) == {"hard_bounce": 1}


def test_what_no_rule_attributes_is_kept_counted_and_shown(api: Any) -> None:
    before = api("GET", "/v1/unattributed").json()["total"]
    body = (BOUNCE % {b"account": b"x"}).replace(b"bounce+x+spring+x@", b"postmaster@")
    answer = api("POST", "/v1/events/dsn", content=body).json()
    assert (answer["accepted"], answer["unattributed"]) == (0, 1)
    assert api("POST", "/v1/events/dsn", content=body).json()["duplicates"] == 1
    shown = api("GET", "/v1/unattributed?source=dsn&limit=1")
    found = shown.json()
    assert found["total"] == before + 1
    assert {"source": "dsn", "type": "hard_bounce"}.items() <= found["counts"][0].items()
    (event,) = found["events"]
    assert event["bounce_class"] == "invalid_recipient"
    assert event["clues"]["from_domain"] == ["unknown.example"]
    assert "zebra" not in shown.text
    assert (
        'sendwarden_events_total{result="unattributed",source="dsn"}' in api("GET", "/metrics").text
    )


def test_reports_on_domains_are_kept_once_and_shown(api: Any) -> None:
    first = api("POST", "/v1/events/dmarc", content=DMARC).json()
    assert (first["accepted"], first["reports"]) == (0, 2)
    assert api("POST", "/v1/events/dmarc", content=DMARC).json()["reports"] == 0
    found = api("GET", "/v1/domain-reports?domain=Shop.example").json()["reports"]
    assert sorted((row["count"], row["passed"]) for row in found) == [(3, False), (12, True)]
    assert api("GET", "/v1/domain-reports?domain=other.example").json() == {"reports": []}


def test_the_address_of_an_endpoint_may_name_the_account(api: Any, account: str) -> None:
    row = {"event": "spamreport", "email": "a@b.example", "sg_event_id": "e-1"}
    path = f"/v1/events/sendgrid?account_id={account}"
    assert api("POST", path, json=[row]).json()["accepted"] == 1
    assert counts(api, account) == {"complaint": 1}
    assert api("POST", "/v1/events/sendgrid?acount_id=a", json=[row]).status_code == 422


def test_a_known_sending_domain_tells_the_account(api: Any, account: str) -> None:
    domain = f"{account}.example"
    assert (
        api("PUT", f"/v1/sending-domains/{domain}", json={"account_id": account}).status_code == 200
    )
    row = {"RecordType": "SpamComplaint", "ID": 1, "Email": "a@b.example", "From": f"news@{domain}"}
    assert api("POST", "/v1/events/postmark", json=row).json()["accepted"] == 1
    assert counts(api, account) == {"complaint": 1}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/events/dsn", b"", 422),
        ("/v1/events/ses", b"\xff\xfe", 422),
        ("/v1/events/pigeons", b"{}", 404),
        ("/v1/events/dsn", b"\x00" * 1_000, 200),
    ],
)
def test_what_cannot_be_read_is_a_clear_error(
    api: Any, path: str, body: bytes, status: int
) -> None:
    answer = api("POST", path, content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/")


def test_a_password_may_be_the_key(api: Any, account: str) -> None:
    def call(password: str) -> Any:
        token = base64.b64encode(f"vendor:{password}".encode()).decode()
        row = {"event": "open", "email": "a@b.example", "sg_event_id": "b-1"}
        path = f"/v1/events/sendgrid?account_id={account}"
        return api.http.post(path, json=[row], headers={"Authorization": f"Basic {token}"})

    assert call(api.keys["ingest"]).json()["accepted"] == 1
    assert call(api.keys["score"]).status_code == 403
    assert call("wrong").status_code == 401
    for header in ("Basic", "Basic !", "Basic /w==", "Basic é".encode()):
        answer = api.http.post("/v1/events/ses", json=[], headers={"Authorization": header})
        assert answer.status_code == 401
    token = base64.b64encode(f"x:{api.keys['admin']}".encode()).decode()
    other = api.http.get("/v1/decisions", headers={"Authorization": f"Basic {token}"})
    assert other.status_code == 401


def test_a_signed_webhook_needs_no_key(open_house: Any, serve: Any, tmp_path: Any) -> None:
    with open_house(tmp_path) as house, serve(house, doorkeeper=Doorkeeper(SECRETS)) as api:
        row = {"event": "open", "email": "a@b.example", "account_id": "acme"}
        now = house.clock()
        signed = by_sendgrid(now, json.dumps([row]).encode())
        good = api.http.post(
            "/v1/events/sendgrid", content=signed.body, headers=dict(signed.headers)
        )
        assert good.json()["accepted"] == 1, good.text
        wrong = api.http.post(
            "/v1/events/sendgrid", content=signed.body + b" ", headers=dict(signed.headers)
        )
        assert wrong.status_code == 401
        assert api.http.post("/v1/events/sendgrid", json=[row]).status_code == 401
        old = by_sendgrid(now.replace(year=now.year - 1), signed.body)
        replay = api.http.post("/v1/events/sendgrid", content=old.body, headers=dict(old.headers))
        assert replay.status_code == 401
        assert "replay" in replay.json()["detail"]
        assert api.http.post("/v1/events/postmark", json={}).status_code == 401
        large = b"[" + b" " * (5 * 2**20) + b"]"
        assert api.http.post("/v1/events/sendgrid", content=large).status_code == 413
