"""A made-up payload of each source, and mutations of payloads: what hostile or broken input is like."""

import gzip
import io
import json
import random
import zipfile
from typing import Final

ORIGINAL: Final = b"""Return-Path: <bounce+acme+spring+1@esp.example>
Feedback-ID: spring:acme:news:esp
DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=x; b=abc
From: News <news@shop.example>
To: jane@hidden.example
Subject: =?utf-8?B?TmV3cw==?=
Message-ID: <m1@shop.example>

hello
"""
DSN: Final = (
    b"""From: MAILER-DAEMON@mx.example
To: bounce+acme+spring+1@esp.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b1@mx.example>
Date: Mon, 23 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

<jane@hidden.example>: host mx.hidden.example[192.0.2.5] said: 550 5.1.1
    <jane@hidden.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 23 Nov 2026 09:59:58 +0000

Final-Recipient: rfc822; jane@hidden.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.hidden.example
Diagnostic-Code: smtp; 550 5.1.1 <jane@hidden.example>: Recipient address rejected: User unknown

--=_b
Content-Type: message/rfc822

"""
    + ORIGINAL
    + b"\n--=_b--\n"
)
QMAIL: Final = (
    b"""From: MAILER-DAEMON@mx.example
To: bounce+acme@esp.example
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<jane@hidden.example>:
192.0.2.1 does not like recipient.
Remote host said: 552 5.2.2 Mailbox full
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

"""
    + ORIGINAL
)
ARF: Final = (
    b"""From: fbl@provider.example
To: fbl@esp.example
Message-ID: <f1@provider.example>
Date: Mon, 23 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1
Version: 1
Original-Rcpt-To: jane@hidden.example
Source-IP: 192.0.2.9

--b
Content-Type: message/rfc822

"""
    + ORIGINAL
    + b"\n--b--\n"
)
XARF: Final = json.dumps(
    {
        "xarf_version": "4.0.0", "report_id": "r-1", "timestamp": "2026-11-23T10:00:00Z",
        "category": "messaging", "type": "spam", "source_identifier": "192.0.2.9",
        "smtp_from": "bounce+acme+spring+1@esp.example", "smtp_to": "jane@hidden.example",
        "reporter": {"org": "Provider", "contact": "abuse@provider.example"},
    }
).encode()  # fmt: skip
DMARC: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<feedback><report_metadata><org_name>provider.example</org_name><report_id>77</report_id>
<date_range><begin>1795392000</begin><end>1795478399</end></date_range></report_metadata>
<policy_published><domain>shop.example</domain><adkim>r</adkim><p>reject</p><pct>100</pct></policy_published>
<record><row><source_ip>192.0.2.9</source_ip><count>12</count><policy_evaluated><disposition>none</disposition>
<dkim>pass</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>shop.example</header_from>
</identifiers><auth_results><dkim><domain>shop.example</domain><selector>x</selector><result>pass</result></dkim>
<spf><domain>esp.example</domain><result>pass</result></spf></auth_results></record>
<record><row><source_ip>198.51.100.7</source_ip><count>3</count><policy_evaluated><disposition>reject</disposition>
<dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>shop.example</header_from>
</identifiers></record></feedback>
"""
TLSRPT: Final = json.dumps(
    {
        "organization-name": "Provider", "report-id": "t-1", "contact-info": "tls@provider.example",
        "date-range": {"start-datetime": "2026-11-22T00:00:00Z", "end-datetime": "2026-11-22T23:59:59Z"},
        "policies": [
            {"policy": {"policy-type": "sts", "policy-domain": "shop.example"},
             "summary": {"total-successful-session-count": 5326, "total-failure-session-count": 303},
             "failure-details": [{"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.9",
                                  "receiving-mx-hostname": "mx.shop.example", "failed-session-count": 100}]}
        ],
    }
).encode()  # fmt: skip


def zipped(name: str, content: bytes) -> bytes:
    """Return a zip archive of one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def mailed(subject: str, kind: str, content: bytes) -> bytes:
    """Return a mail with an attachment."""
    import base64

    head = f"From: r@provider.example\nTo: rua@esp.example\nSubject: {subject}\nMIME-Version: 1.0\n"
    body = f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n".encode()
    wrapped = base64.encodebytes(content)
    opening = b"Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nA report.\n\n--m\n"
    return head.encode() + opening + body + wrapped + b"\n--m--\n"


SEEDS: Final[dict[str, tuple[bytes, ...]]] = {
    "dsn": (DSN, QMAIL),
    "mail": (
        DSN, ARF, QMAIL, mailed("Report Domain: shop.example", "application/gzip", gzip.compress(DMARC, mtime=0)),
        mailed("tlsrpt", "application/tlsrpt+gzip", gzip.compress(TLSRPT, mtime=0)),
        mailed("xarf report", "application/json", XARF),
    ),
    "arf": (ARF,),
    "xarf": (XARF, mailed("abuse", "application/json", XARF)),
    "dmarc": (DMARC, gzip.compress(DMARC, mtime=0), zipped("a.xml", DMARC)),
    "tlsrpt": (TLSRPT, gzip.compress(TLSRPT, mtime=0)),
    "ses": (
        json.dumps({"notificationType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": "2026-11-23T10:00:00Z", "bouncedRecipients": [{"emailAddress": "jane@hidden.example", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 no such user"}]}, "mail": {"timestamp": "2026-11-23T09:59:00Z", "messageId": "m1", "source": "news@shop.example", "destination": ["jane@hidden.example"], "tags": {"account_id": ["acme"]}, "headers": [{"name": "X-Metadata", "value": "{\"campaign_id\": \"spring\"}"}]}}).encode(),
    ),
    "sendgrid": (json.dumps([{"email": "jane@hidden.example", "timestamp": 1795428000, "event": "bounce", "type": "blocked", "reason": "550 5.7.1 blocked using zen.spamhaus.org", "status": "5.7.1", "sg_event_id": "e-1", "sg_message_id": "m", "category": ["a", "b"], "account_id": "acme"}]).encode(),),
    "mailgun": (json.dumps({"signature": {"timestamp": "1", "token": "t", "signature": "s"}, "event-data": {"id": "g-1", "event": "failed", "severity": "permanent", "timestamp": 1795428000.5, "recipient": "jane@hidden.example", "delivery-status": {"code": 550, "message": "5.1.1 no such user"}, "user-variables": {"account_id": "acme"}, "tags": ["x"]}}).encode(), b"event=bounced&recipient=jane%40hidden.example&code=550&error=5.1.1+no+such+user&timestamp=1795428000&token=t&account_id=acme"),
    "postmark": (json.dumps({"RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "MessageID": "m", "Details": "smtp;550 5.1.1 no such user", "Email": "jane@hidden.example", "BouncedAt": "2026-11-23T10:00:00Z", "Metadata": {"account_id": "acme"}, "Tag": "t"}).encode(),),
    "sparkpost": (json.dumps([{"msys": {"message_event": {"type": "bounce", "bounce_class": "10", "event_id": "s-1", "timestamp": "1795428000", "rcpt_to": "jane@hidden.example", "raw_reason": "550 5.1.1 no such user", "error_code": "550", "sending_ip": "192.0.2.9", "rcpt_meta": {"account_id": "acme"}, "campaign_id": "spring"}}}]).encode(),),
    "mailjet": (json.dumps([{"event": "bounce", "time": 1795428000, "MessageID": 12, "email": "jane@hidden.example", "hard_bounce": True, "error_related_to": "recipient", "error": "user unknown", "Payload": "{\"account_id\": \"acme\"}"}]).encode(),),
    "brevo": (json.dumps({"event": "hard_bounce", "email": "jane@hidden.example", "ts_epoch": 1795428000000, "message-id": "<m@x.example>", "reason": "550 5.1.1 no such user", "tags": ["account:acme"]}).encode(),),
    "resend": (json.dumps({"type": "email.bounced", "created_at": "2026-11-23T10:00:00Z", "data": {"email_id": "r-1", "from": "News <news@shop.example>", "to": ["jane@hidden.example"], "bounce": {"type": "Permanent", "subType": "General", "message": "550 5.1.1 no such user"}, "tags": {"account_id": "acme"}}}).encode(),),
    "mandrill": (b"mandrill_events=%5B%7B%22event%22%3A%22hard_bounce%22%2C%22_id%22%3A%22m1%22%2C%22ts%22%3A1795428000%2C%22msg%22%3A%7B%22email%22%3A%22jane%40hidden.example%22%2C%22diag%22%3A%22smtp%3B550+5.1.1+no+such+user%22%2C%22metadata%22%3A%7B%22account_id%22%3A%22acme%22%7D%7D%7D%5D",),
    "postal": (json.dumps({"event": "MessageDeliveryFailed", "timestamp": 1795428000.1, "uuid": "p-1", "payload": {"status": "HardFail", "output": "550 5.1.1 no such user", "message": {"id": 1, "token": "t", "direction": "outgoing", "to": "jane@hidden.example", "from": "news@shop.example", "tag": "account:acme"}}}).encode(),),
    "unisender_go": (json.dumps({"auth": "0", "events_by_user": [{"user_id": 1, "project_id": "7", "events": [{"event_name": "transactional_email_status", "event_data": {"job_id": "1abc-0001-xy", "metadata": {"account_id": "acme", "campaign_id": "spring"}, "email": "jane@hidden.example", "status": "hard_bounced", "event_time": "2026-11-23 10:00:00", "delivery_info": {"delivery_status": "err_user_unknown", "destination_response": "550 5.1.1 no such user"}}}]}]}).encode(),),
    "mailersend": (json.dumps({"type": "activity.hard_bounced", "domain_id": "d1", "created_at": "2026-11-23T10:00:00.000000Z", "data": {"object": "activity", "id": "a-1", "type": "hard_bounced", "created_at": "2026-11-23T10:00:00.000000Z", "email": {"object": "email", "id": "e-1", "from": "news@shop.example", "tags": ["account:acme"], "message": {"object": "message", "id": "m-1"}, "recipient": {"object": "recipient", "email": "jane@hidden.example"}}, "morph": {"object": "recipient_bounce", "reason": "550 5.1.1 no such user"}}}).encode(),),
    "postfix": (
        (b"Nov 23 10:00:01 mx1 postfix/cleanup[101]: 3F1A21C0: message-id=<m1@shop.example>\n"
        b"Nov 23 10:00:02 mx1 postfix/qmgr[102]: 3F1A21C0: from=<bounce+acme+spring+1@esp.example>, size=1, nrcpt=1 (queue active)\n"
        b"Nov 23 10:00:03 mx1 postfix/smtp[103]: 3F1A21C0: to=<jane@hidden.example>, relay=mx.hidden.example[192.0.2.5]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.hidden.example[192.0.2.5] said: 550 5.1.1 no such user (in reply to RCPT TO command))\n"),
        b'{"SYSLOG_IDENTIFIER": "postfix/smtp", "__REALTIME_TIMESTAMP": "1795428000000000", "MESSAGE": "3F1A21C0: to=<jane@hidden.example>, relay=mx[192.0.2.5]:25, delay=1, dsn=2.0.0, status=sent (250 OK)"}\n',
    ),
    "exim": (
        (b"2026-11-23 10:00:01 1tEabc-00001Z-2x <= bounce+acme+spring+1@esp.example H=app [10.0.0.1] P=esmtpsa A=plain:acme S=1 id=m1@shop.example\n"
        b"2026-11-23 10:00:02 1tEabc-00001Z-2x ** jane@hidden.example R=dnslookup T=remote_smtp H=mx.hidden.example [192.0.2.5]: SMTP error from remote mail server after RCPT TO:<jane@hidden.example>: 550 5.1.1 no such user\n"
        b"2026-11-23 10:00:03 1tEabc-00001Z-2x Completed\n"),
    ),
    "kumomta": (json.dumps({"type": "Bounce", "id": "k-1", "sender": "bounce+acme+spring+1@esp.example", "recipient": "jane@hidden.example", "num_attempts": 1, "response": {"code": 550, "enhanced_code": {"class": 5, "subject": 1, "detail": 1}, "content": "no such user", "command": "RCPT TO"}, "source_address": {"address": "192.0.2.9:2525"}, "timestamp": 1795428000, "meta": {"tenant": "acme"}}).encode(),),
    "haraka": (json.dumps({"hook": "bounce", "at": 1795428000, "rcpt": {"original": "<jane@hidden.example>"}, "todo": {"uuid": "U-1", "mail_from": {"original": "<bounce+acme+spring+1@esp.example>"}}, "error": "550 5.1.1 no such user"}).encode(),),
    "canonical": (b'{"event_id": "1", "type": "hard_bounce", "account_id": "acme", "occurred_at": "2026-11-23T10:00:00Z", "recipient": "jane@hidden.example"}',),
}  # fmt: skip
_TOKENS: Final = (
    b"\x00", b"\xff\xfe", b"\n\n", b"\r\n", b"--=_b", b"--=_b--", b"=?utf-8?B?", b"@", b"<", b">", b'"', b"{", b"}",
    b"[", b"]", b",", b":", b"550 ", b"5.1.1", b"\x1b$B", b"\xe2\x80\xae", b"&#64;", b"%00", b"9" * 40, b"-1", b"1e999",
    b"null", b"true", b"Final-Recipient: ", b"Status: ", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n",
    b"A" * 3_000, b"(" * 500, b"\t" * 300, b"a@b.c " * 300, b"\\u0000", b"\\ud800", b"status=", b"to=<",
)  # fmt: skip


def mutated(seed: bytes, rng: random.Random) -> bytes:
    """Return a payload with a few pieces changed, cut, doubled, moved or put in."""
    body = bytearray(seed)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(body) + 1)
        end = min(len(body), at + rng.choice((1, 4, 20, 200)))
        match rng.randrange(6):
            case 0:
                body[at:end] = rng.randbytes(end - at)
            case 1:
                del body[at:end]
            case 2:
                body[at:at] = body[at:end] * rng.choice((1, 3, 50))
            case 3:
                body[at:at] = rng.choice(_TOKENS)
            case 4:
                body[at:end] = rng.choice(_TOKENS)
            case _:
                piece = bytes(body[at:end])
                del body[at:end]
                place = rng.randrange(len(body) + 1)
                body[place:place] = piece
    return bytes(body[:200_000])
