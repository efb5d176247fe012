"""What servers say, and the class it is put into."""

from datetime import UTC, datetime

import pytest

from features.bounces import BounceClass, BounceKind, Signal, classify
from features.bounces.events import verdict_of
from features.bounces.phrases import normalised, sections
from features.bounces.replies import read_command, read_reply
from features.records import Event, EventType

SAID = [
    ("550 5.1.1 The email account that you tried to reach does not exist.", "invalid_recipient"),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "invalid_recipient"),
    ("550 5.2.1 The email account that you tried to reach is disabled.", "inactive"),
    ("552 5.2.2 The recipient's inbox is out of storage space.", "mailbox_full"),
    ("554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com) [0]", "invalid_recipient"),
    ("550 5.7.26 Unauthenticated email from shop.example is not accepted due to domain's DMARC policy.", "authentication"),
    ("550 5.7.25 The IP address sending this message does not have a PTR record setup", "authentication"),
    ("421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP", "rate_limited"),
    ("450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents", "rate_limited"),
    ("451 4.7.1 Greylisting in action, please come back later", "rate_limited"),
    ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "reputation_block"),
    ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "reputation_block"),
    ("550 5.7.1 Messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3140)", "reputation_block"),
    ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints", "reputation_block"),
    ("550 5.7.1 Our system has detected that this message is likely unsolicited mail.", "content_rejected"),
    ("552 5.3.4 Message size exceeds fixed limit", "content_rejected"),
    ("554 5.7.1 <x@y.example>: Relay access denied", "policy_block"),
    ("553 5.1.8 Domain of sender address does not exist", "policy_block"),
    ("Host or domain name not found. Name service error for name=nowhere.example type=A: Host not found", "bad_domain"),
    ("556 5.1.10 Recipient address has null MX", "bad_domain"),
    ("connect to mx.example[192.0.2.1]:25: No route to host", "dns_routing"),
    ("554 5.4.6 Too many hops", "dns_routing"),
    ("delivery temporarily suspended: connect to mx.example[192.0.2.1]:25: Connection timed out", "transient"),
    ("451 4.3.0 Temporary lookup failure", "dns_routing"),
    ("530 5.7.0 Must issue a STARTTLS command first", "protocol"),
    ("550 5.7.1 This message is not RFC 5322 compliant", "protocol"),
]  # fmt: skip


# What large providers document, in words that mean something else elsewhere.
PROVIDERS = [
    ("550 5.4.1 Recipient address rejected: Access denied. [AS(201806281)]", "invalid_recipient"),
    ("550 #5.1.0 Address rejected.", "invalid_recipient"),
    ("554 5.7.1 blocked for failing both SPF and DKIM authentication checks", "authentication"),
    ("550 5.7.30 blocked because DKIM does not pass", "authentication"),
    ("550 5.7.515 does not meet the required authentication level", "authentication"),
    ("550 5.7.9 blocked because the sender is unauthenticated", "authentication"),
    ("550 5.2.122 Recipient's per hour message receive limit exceeded", "rate_limited"),
    ("550 5.7.508 has exceeded permitted limits within its range", "rate_limited"),
    ("421 4.7.1 deferred due to excessive volume", "rate_limited"),
    ("550 5.7.708 Service unavailable. traffic not accepted from this IP", "reputation_block"),
    ("451 4.7.850 Access denied, please try again later", "reputation_block"),
    ("550 5.7.513 blocked by b.example using Customer Block list", "policy_block"),
    ("554 5.4.4 all relevant MX records point to non-existent hosts", "bad_domain"),
    ("550 La boîte du destinataire est pleine", "mailbox_full"),
    ("552 Caixa postal cheia", "mailbox_full"),
    ("550 邮箱已满", "mailbox_full"),
    ("550 5.2.1 mailbox blocked due to inactivity", "inactive"),
    ("554 rejecting banned content", "content_rejected"),
    ("550 only authenticated senders may mail this group", "policy_block"),
    ("452 4.1.0 connections from host temporarily limited", "rate_limited"),
]


@pytest.mark.parametrize(("said", "expected"), [*SAID, *PROVIDERS])
def test_words_of_servers(said: str, expected: str) -> None:
    reply = read_reply(said)
    assert classify(reply.code, reply.status, said, read_command(said)).bounce_class == expected


@pytest.mark.parametrize(
    ("code", "status", "command", "expected"),
    [
        (550, "5.1.1", None, "invalid_recipient"),
        (550, "5.7.1", None, "policy_block"),
        (552, None, None, "mailbox_full"),
        (550, None, "MAIL", "policy_block"),
        (450, None, None, "transient"),
        (None, "4.4.1", None, "transient"),
        (None, None, None, "transient"),
        (554, "5.7.999", None, "policy_block"),
        (250, "2.0.0", None, "transient"),
    ],
)
def test_codes_alone(
    code: int | None, status: str | None, command: str | None, expected: str
) -> None:
    assert classify(code, status, "", command).bounce_class == expected


def test_user_unknown_is_hard_unless_the_moment_or_the_status_speaks_against_it() -> None:
    said = "550 user unknown"
    assert classify(550, None, said).kind is BounceKind.HARD
    assert classify(550, "5.1.1", said, "DATA").kind is BounceKind.HARD
    assert classify(550, None, said, "DATA").bounce_class is BounceClass.POLICY_BLOCK
    assert classify(550, None, said, "MAIL").bounce_class is BounceClass.POLICY_BLOCK
    assert classify(550, "5.2.1", said).bounce_class is BounceClass.INACTIVE
    assert classify(550, "5.2.1", said, "RCPT").kind is BounceKind.HARD


def test_the_address_itself_says_nothing() -> None:
    said = "550 5.1.1 <mailbox.full.spam@dmarc-blacklist.example> user unknown"
    verdict = classify(550, "5.1.1", said)
    assert (verdict.bounce_class, verdict.signal) == (BounceClass.INVALID_RECIPIENT, None)


def test_a_mail_that_is_still_tried_is_deferred() -> None:
    assert classify(450, "4.2.2", "mailbox full", final=False).kind is BounceKind.DEFERRAL


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        ("unusual rate of unsolicited mail", Signal.UNUSUAL_RATE),
        ("[TSS04] deferred due to unexpected volume or user complaints", Signal.COMPLAINTS),
        ("blocked using zen.spamhaus.org", Signal.BLOCK_LISTED),
        ("very low reputation of the sending domain", Signal.POOR_REPUTATION),
        ("likely unsolicited mail", Signal.BLOCKED_FOR_SPAM),
        ("mailbox full", None),
    ],
)
def test_words_on_the_senders_behaviour_are_a_signal(said: str, signal: Signal | None) -> None:
    assert classify(550, None, said).signal is signal


def test_events_are_judged_by_what_they_hold() -> None:
    event = Event(
        event_id="1", type=EventType.BLOCK_BOUNCE, account_id="a", smtp_code=550,
        occurred_at=datetime(2026, 11, 23, tzinfo=UTC), diagnostic="550 5.7.1 blocked using zen.spamhaus.org",
    )  # fmt: skip
    verdict = verdict_of(event)
    assert verdict is not None
    assert verdict.signal is Signal.BLOCK_LISTED


@pytest.mark.parametrize("name", ["phrases.txt", "last_phrases.txt"])
def test_every_section_is_a_class_and_every_phrase_as_texts_are(name: str) -> None:
    for section in sections(name):
        assert BounceClass(section.name)
        for phrase in section.literals:
            assert " ".join(phrase.lower().split()) == phrase


def test_continued_replies_read_as_one_text() -> None:
    assert (
        normalised("550-5.7.1 mailbox\n550-5.7.1 is\n550 full") == "550-5.7.1 mailbox is 550 full"
    )
