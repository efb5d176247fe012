"""Feedback from files, Maildirs and LMTP, by the commands themselves."""

import json
import os
import smtplib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from features.tiles import COUNTER_INDEX, account_key
from features.windows import Grain
from sendwarden.cli.app import build
from service.stores import open_store
from service.stores.contract import IncidentQuery
from tests.forked import Forked

BOUNCE = """From: MAILER-DAEMON@mx.example
To: {to}
Subject: failure notice
Message-ID: <{number}@mx.example>
Date: Mon, 23 Nov 2026 09:59:00 +0000

I'm afraid I wasn't able to deliver your message to the following addresses.

<zebra.quill@hidden.example>:
Remote host said: 550 5.1.1 no such user

--- Below this line is a copy of the message.

From: shop@unknown.example
To: zebra.quill@hidden.example
"""
COMPLAINT = """From: fbl@provider.example
To: fbl@esp.example
Message-ID: <fbl-1@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1
Version: 1
Original-Rcpt-To: zebra.quill@hidden.example
Source-IP: 192.0.2.9

--b
Content-Type: message/rfc822

From: shop@unknown.example
X-Account-ID: acme
Subject: news

hello
--b--
"""


def bounce(number: int, to: str = "bounce+acme+spring+1@esp.example") -> bytes:
    return BOUNCE.format(number=number, to=to).encode()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("SENDWARDEN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words, stdin=b"": CliRunner().invoke(build(), list(words), input=stdin)


def counts(home: Path) -> dict[str, int]:
    with closing(open_store(f"sqlite:///{home / 'home' / 'sendwarden.db'}")) as store:
        rows = store.tiles([account_key("acme")], Grain.TOTAL, 0, 0).counts.sum(axis=0)
    return {str(name): int(rows[i]) for name, i in COUNTER_INDEX.items() if rows[i]}


def test_parse_prints_events_and_reasons_and_stores_nothing(run, tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(bounce(1))
    done = run("parse", "dsn", str(tmp_path / "b.eml"), "-", stdin=bounce(2, "nobody@esp.example"))
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.exit_code == 0
    assert (first["account_id"], first["campaign_id"]) == ("acme", "spring")
    assert (first["type"], first["class"], first["kind"]) == (
        "hard_bounce",
        "invalid_recipient",
        "hard",
    )
    assert first["occurred_at"] == "2026-11-23T09:59:00Z"
    assert second["account_id"] is None
    assert second["clues"]["from_domain"] == ["unknown.example"]
    assert not (tmp_path / "home" / "sendwarden.db").exists()
    bad = run("parse", "ses", "-", stdin=b"nonsense")
    assert bad.exit_code == 1
    assert json.loads(bad.stdout) == {"error": json.loads(bad.stdout)["error"], "index": 0}
    unknown = run("parse", "pigeons", "-")
    assert unknown.exit_code == 2
    assert "dsn" in unknown.stderr


@pytest.mark.parametrize("words", [("parse", "dsn"), ("ingest", "--source", "dsn")])
def test_a_path_that_is_not_there_is_named_before_any_is_read(run, tmp_path: Path, words) -> None:
    (tmp_path / "b.eml").write_bytes(bounce(1))
    done = run(*words, str(tmp_path / "b.eml"), str(tmp_path / "none.eml"))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "none.eml does not exist" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_maildir_is_read_once(run, tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    for number in range(3):
        (tmp_path / "Maildir" / "new" / f"{number}.host").write_bytes(bounce(number))
    (tmp_path / "Maildir" / "new" / "4.host").write_text(COMPLAINT)
    (tmp_path / "Maildir" / "new" / "5.host").write_bytes(bounce(5, "nobody@esp.example"))
    done = run("ingest", str(tmp_path / "Maildir"), "--source", "mail")
    assert done.exit_code == 0, done.stderr
    assert "accepted 4, counted before 0" in done.stdout
    assert "without an account 1" in done.stdout
    assert list((tmp_path / "Maildir" / "new").iterdir()) == []
    assert len(list((tmp_path / "Maildir" / "cur").glob("*:2,S"))) == 5
    assert counts(tmp_path) == {"hard_bounce": 3, "complaint": 1}
    again = run("ingest", str(tmp_path / "Maildir"), "--source", "mail")
    assert "accepted 0, counted before 5" in again.stdout
    assert counts(tmp_path) == {"hard_bounce": 3, "complaint": 1}
    shown = run("unattributed", "--json")
    assert json.loads(shown.stdout)["source"] == "mail"
    assert "zebra" not in shown.stdout
    assert "hard_bounce" in run("unattributed").stdout


WORDS = b"""From: someone@elsewhere.example
To: abuse@esp.example
Subject: phishing from your servers
Message-ID: <w-1@elsewhere.example>

This mail steals bank passwords, it is phishing. It came with the header X-Account-ID: acme
"""


def incidents(home: Path) -> list[tuple[str, int]]:
    with closing(open_store(f"sqlite:///{home / 'home' / 'sendwarden.db'}")) as store:
        found = store.incidents(IncidentQuery(kind="report"))
    return sorted((one.facts["category"], one.facts["reports"]) for one in found)


def test_the_mailbox_of_abuse_opens_incidents(run, tmp_path: Path) -> None:
    new = tmp_path / "abuse" / "new"
    new.mkdir(parents=True)
    (new / "1.host").write_bytes(WORDS)
    (new / "2.host").write_text(COMPLAINT)
    (new / "3.host").write_text(COMPLAINT.replace("fbl-1@", "fbl-2@"))
    done = run("ingest", str(tmp_path / "abuse"), "--reports")
    assert done.exit_code == 0, done.stderr
    assert "read 3, not readable 0" in done.stdout
    assert done.stdout.index("phishing") < done.stdout.index("complaint")  # the worst first
    assert list(new.iterdir()) == []
    assert incidents(tmp_path) == [("complaint", 2), ("phishing", 1)]
    assert "read 0" in run("ingest", str(tmp_path / "abuse"), "--reports").stdout
    (new / "4.host").write_bytes(WORDS)  # as after a crash before the move
    run("ingest", str(tmp_path / "abuse"), "--reports")
    assert incidents(tmp_path) == [("complaint", 2), ("phishing", 1)]
    assert counts(tmp_path) == {"complaint": 2}


@pytest.fixture
def lmtp(tmp_path: Path) -> Iterator[smtplib.LMTP]:
    process = Forked(
        "lmtp", "--port", "0", "--abuse", "Abuse@esp.example",
        environment=os.environ | {"SENDWARDEN_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    port = process.wait_until_said("listening").strip().rpartition(":")[2]
    try:
        with smtplib.LMTP("127.0.0.1", int(port), timeout=30) as client:
            yield client
    finally:
        process.terminate()
        ended = process.wait(20)
        process.close()
    assert ended == 0


def test_mails_come_by_lmtp(lmtp: smtplib.LMTP, tmp_path: Path) -> None:
    body = bounce(1, "mailer@esp.example").decode()
    assert lmtp.sendmail("", ["bounce+acme+spring+1@esp.example"], body) == {}
    assert counts(tmp_path) == {"hard_bounce": 1}
    assert lmtp.sendmail("", ["bounce+acme+spring+1@esp.example"], body) == {}
    assert counts(tmp_path) == {"hard_bounce": 1}
    lmtp.mail("")
    for address in ("fbl@esp.example", "abuse@esp.example"):
        lmtp.rcpt(address)
    assert lmtp.data(COMPLAINT)[0] == 250
    assert lmtp.getreply()[0] == 250  # one answer for each recipient
    assert counts(tmp_path) == {"hard_bounce": 1, "complaint": 1}


def test_what_comes_for_abuse_by_lmtp_is_a_report(lmtp: smtplib.LMTP, tmp_path: Path) -> None:
    lmtp.ehlo()
    lmtp.mail("")
    for address in ("abuse@esp.example", "fbl@esp.example"):
        lmtp.rcpt(address)
    assert b"complaint report in incident" in lmtp.data(COMPLAINT)[1]
    assert lmtp.getreply()[0] == 250  # taken once, for both
    assert lmtp.sendmail("", ["ABUSE@esp.example"], COMPLAINT.encode()) == {}
    assert incidents(tmp_path) == [("complaint", 1)]
    assert counts(tmp_path) == {"complaint": 1}


def test_junk_by_lmtp_is_answered(lmtp: smtplib.LMTP) -> None:
    lmtp.ehlo()
    for content, code in ((b"\r\n", 550), (b"\x00\xff" * 500, 250), (b"a: b\r\n\r\nhello", 250)):
        lmtp.mail("")
        lmtp.rcpt("a@esp.example")
        assert lmtp.data(content)[0] == code
