"""Log lines of mail servers become events; a mail's lines are put together."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from features.sources.attribution import shipped_rules
from features.sources.draft import Draft
from features.sources.exim import EXIM
from features.sources.haraka import HARAKA
from features.sources.kumomta import KUMOMTA
from features.sources.postfix import POSTFIX
from features.sources.source import UnreadablePayload

RULES = shipped_rules()
POSTFIX_LOG = """\
Nov 23 10:00:01 mx1 postfix/smtpd[100]: 3F1A21C0: client=app.esp.example[10.0.0.1], sasl_method=PLAIN, sasl_username=acme
Nov 23 10:00:01 mx1 postfix/cleanup[101]: 3F1A21C0: message-id=<m1@shop.example>
Nov 23 10:00:01 mx1 postfix/cleanup[101]: 3F1A21C0: info: header X-Campaign-ID: spring from app[10.0.0.1]; from=<x@y.example> to=<a@gmail.com> proto=ESMTP
Nov 23 10:00:02 mx1 sshd[1]: Accepted publickey
Nov 23 10:00:02 mx1 postfix/qmgr[102]: 3F1A21C0: from=<bounce+acme@esp.example>, size=1234, nrcpt=3 (queue active)
Nov 23 10:00:03 mx1 postfix/smtp[103]: 3F1A21C0: to=<a@gmail.com>, relay=gmail-smtp-in.l.google.com[192.0.2.27]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=2.0.0, status=sent (250 2.0.0 OK  17 x - gsmtp)
Nov 23 10:00:03 mx1 postfix/smtp[103]: 3F1A21C0: to=<b@gmail.com>, relay=gmail-smtp-in.l.google.com[192.0.2.27]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced (host gmail-smtp-in.l.google.com[192.0.2.27] said: 550-5.1.1 The email account that you tried to reach does not exist. (in reply to RCPT TO command))
Nov 23 10:00:03 mx1 postfix-out/smtp[103]: 3F1A21C0: to=<c@yahoo.com>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mta5.am0.yahoodns.net[192.0.2.4]:25: Connection timed out)
Nov 23 10:05:03 mx1 postfix/smtp[109]: 3F1A21C0: to=<c@yahoo.com>, orig_to=<c@old.example>, relay=mta5[192.0.2.4]:25, delay=300, delays=300/0/0.1/0, dsn=4.7.0, status=deferred (host mta5[192.0.2.4] said: 421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred due to unexpected volume or user complaints (in reply to MAIL FROM command))
Nov 23 10:06:03 mx1 postfix/lmtp[109]: 3F1A21C0: to=<d@here.example>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 OK)
Nov 23 10:06:04 mx1 postfix/qmgr[102]: 3F1A21C0: removed
"""
EXIM_LOG = """\
2026-11-23 10:00:01 1tEabc-00001Z-2x <= bounce+acme+spring+1@esp.example H=app [10.0.0.1] P=esmtpsa A=plain:acme S=1200 id=m1@shop.example
2026-11-23 10:00:02 1tEabc-00001Z-2x => Ann <a@gmail.com> R=dnslookup T=remote_smtp H=gmail-smtp-in.l.google.com [192.0.2.27] X=TLS1.3 C="250 2.0.0 OK"
2026-11-23 10:00:02 1tEabc-00001Z-2x ** b@gmail.com R=dnslookup T=remote_smtp H=gmail-smtp-in.l.google.com [192.0.2.27]: SMTP error from remote mail server after RCPT TO:<b@gmail.com>: 550-5.1.1 The email account that you tried to reach does not exist
2026-11-23 10:00:02 1tEabc-00001Z-2x == c@yahoo.com R=dnslookup T=remote_smtp defer (110): Connection timed out
2026-11-23 10:00:02 1tEabc-00001Z-2x ** d@nowhere.example: Unrouteable address
2026-11-23 10:00:02 1tEabc-00001Z-2x => root <root@here.example> R=local_user T=maildir_home
2026-11-23 10:00:03 1tEabc-00001Z-2x Completed
"""
KUMO = {
    "type": "Bounce", "id": "d7ef132b", "sender": "bounce+acme+spring+1@esp.example",
    "recipient": ["b@gmail.com"], "queue": "gmail.com", "size": 100, "num_attempts": 1,
    "response": {"code": 550, "enhanced_code": {"class": 5, "subject": 1, "detail": 1},
                 "content": "The email account that you tried to reach does not exist", "command": "RCPT TO:<b@gmail.com>\r\n"},
    "source_address": {"address": "10.0.0.1:52422"}, "timestamp": 1795428000, "meta": {"tenant": "acme"}, "headers": {},
}  # fmt: skip
HARAKA_ROW = {
    "hook": "bounce", "at": 1795428000, "rcpt": {"original": "<b@gmail.com>", "user": "b", "host": "gmail.com"},
    "todo": {"uuid": "U-1.1", "mail_from": {"original": "<bounce+acme+spring+1@esp.example>"}, "notes": {"campaign_id": "spring"}},
    "error": {"message": "550 5.1.1 The email account that you tried to reach does not exist"},
}  # fmt: skip


def types(drafts: tuple[Draft, ...]) -> list[str]:
    return [draft.type.value for draft in drafts]


def whose(draft: Draft) -> tuple[str | None, str | None]:
    return RULES.whose(draft, "x", lambda _: None)


def test_postfix_puts_the_life_of_a_mail_together() -> None:
    found = POSTFIX.parse(POSTFIX_LOG.encode(), "text/plain; received=2026-11-23")
    assert types(found.drafts) == [
        "sent", "delivered", "sent", "hard_bounce", "sent", "deferred", "sent", "deferred",
    ]  # fmt: skip
    assert {whose(draft) for draft in found.drafts} == {("acme", "spring")}
    bounce = found.drafts[3]
    assert (bounce.recipient, bounce.smtp_code, bounce.enhanced_status) == (
        "b@gmail.com",
        550,
        "5.1.1",
    )
    assert bounce.occurred_at == datetime(2026, 11, 23, 10, 0, 3, tzinfo=UTC)
    last = found.drafts[7]
    assert (last.recipient, last.signal) == ("c@old.example", "complaints")
    assert found.draft_indexes == (5, 5, 6, 6, 7, 7, 8, 8)
    (local,) = found.rejected
    assert local.index == 9
    assert "on this host" in local.error


def test_a_rotated_log_counts_a_recipient_once() -> None:
    lines = POSTFIX_LOG.splitlines(keepends=True)
    whole = POSTFIX.parse(POSTFIX_LOG.encode(), "")
    parts = [
        POSTFIX.parse("".join(lines[:7]).encode(), ""),
        POSTFIX.parse("".join(lines[:]).encode(), ""),
    ]
    ids = {draft.event_id for part in parts for draft in part.drafts}
    assert ids == {draft.event_id for draft in whole.drafts}


@pytest.mark.parametrize(
    ("stamp", "received", "year"),
    [("Nov 23 10:00:03", "2026-11-23", 2026), ("Dec 31 23:59:59", "2027-01-01", 2026),
     ("Feb 29 10:00:03", "2024-03-01", 2024)],
)  # fmt: skip
def test_syslog_times_have_no_year(stamp: str, received: str, year: int) -> None:
    line = POSTFIX_LOG.splitlines()[5].replace("Nov 23 10:00:03", stamp)
    draft = POSTFIX.parse(line.encode(), f"; received={received}").drafts[0]
    assert draft.occurred_at is not None
    assert draft.occurred_at.year == year
    assert POSTFIX.parse(line.encode(), "").drafts[0].occurred_at is None


def test_postfix_by_the_journal_and_with_rfc_3339_times() -> None:
    rows, lines = [], []
    for line in POSTFIX_LOG.splitlines():
        tag, _, message = line[20:].partition(": ")
        name = tag.partition("[")[0]
        stamp = datetime(2026, 11, 23, 10, 0, 3, tzinfo=UTC).timestamp()
        rows.append(
            json.dumps(
                {
                    "SYSLOG_IDENTIFIER": name,
                    "MESSAGE": message,
                    "__REALTIME_TIMESTAMP": str(int(stamp * 1e6)),
                }
            )
        )
        lines.append(f"2026-11-23T11:00:03.123456+01:00 {line[16:]}")
    for body in ("\n".join(rows), "\n".join(lines)):
        found = POSTFIX.parse(body.encode(), "")
        assert types(found.drafts)[:4] == ["sent", "delivered", "sent", "hard_bounce"]
        assert found.drafts[0].occurred_at.replace(microsecond=0) == datetime(
            2026, 11, 23, 10, 0, 3, tzinfo=UTC
        )
        assert whose(found.drafts[0]) == ("acme", "spring")


def test_exim() -> None:
    found = EXIM.parse(EXIM_LOG.encode(), "")
    assert types(found.drafts) == [
        "sent", "delivered", "sent", "hard_bounce", "deferred", "sent", "hard_bounce",
    ]  # fmt: skip
    assert {whose(draft) for draft in found.drafts} == {("acme", "spring")}
    assert found.drafts[1].recipient == "a@gmail.com"
    assert (found.drafts[3].smtp_code, found.drafts[3].bounce_class) == (550, "invalid_recipient")
    assert found.drafts[6].bounce_class == "bad_domain"
    assert [row.index for row in found.rejected] == [5]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "hard_bounce"),
        ({"type": "Reception", "response": {"code": 250, "content": ""}}, "sent"),
        ({"type": "Delivery", "response": {"code": 250, "content": "OK"}}, "delivered"),
        ({"type": "TransientFailure", "response": {"code": 421, "content": "try later"}}, "deferred"),
        ({"type": "Expiration", "response": {"code": 551, "content": "Next delivery time would be 3 at which time the message would exceed its max_age (expired)"}}, "soft_bounce"),
        ({"type": "Feedback", "response": {}, "feedback_report": {"feedback_type": "abuse"}}, "complaint"),
        ({"type": "AdminRebind"}, None),
        ({"type": "Surprise"}, None),
    ],
)  # fmt: skip
def test_kumomta(changes: dict[str, Any], expected: str | None) -> None:
    body = "\n".join(json.dumps(row) for row in (KUMO | changes, KUMO | changes | {"id": "2"}))
    found = KUMOMTA.parse(body.encode(), "")
    assert types(found.drafts) == ([expected, expected] if expected else [])
    assert len(found.rejected) == (0 if expected else 2)
    for draft in found.drafts:
        assert whose(draft) == ("acme", "spring")
        assert draft.recipient == "b@gmail.com"
        assert draft.sending_ip == "10.0.0.1"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "hard_bounce"),
        ({"hook": "delivered", "response": "250 2.0.0 OK"}, "delivered"),
        ({"hook": "deferred", "error": "451 4.3.0 try later"}, "deferred"),
        ({"hook": "exploded"}, None),
        ({"rcpt": []}, None),
    ],
)
def test_haraka(changes: dict[str, Any], expected: str | None) -> None:
    found = HARAKA.parse(json.dumps(HARAKA_ROW | changes).encode(), "")
    assert types(found.drafts) == ([expected] if expected else [])
    for draft in found.drafts:
        assert whose(draft) == ("acme", "spring")
        assert draft.recipient == "b@gmail.com"


@pytest.mark.parametrize("source", [POSTFIX, EXIM])
@pytest.mark.parametrize("body", [b"hello\nworld\n", b"\xff" * 100, b"{}", b"\x00\n"])
def test_a_log_of_something_else_is_refused(source: Any, body: bytes) -> None:
    with pytest.raises(UnreadablePayload):
        source.parse(body, "")
    assert source.parse(b"", "").drafts == ()
