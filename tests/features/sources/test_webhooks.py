"""Vendors' payloads become the right canonical events, or are rejected with the reason."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

import features.sources
from features.discovery import discover
from features.sources.source import Source, UnreadablePayload

SOURCES = {source.name: source for source in discover(features.sources, Source)}
VENDORS = (
    "ses", "sendgrid", "mailgun", "postmark", "sparkpost", "mailjet", "brevo", "resend", "mandrill", "postal",
    "unisender_go", "mailersend",
)  # fmt: skip
# What each real payload is: our types in order, or words of the reason.
REAL: dict[tuple[str, str], list[str] | str] = {
    ("amazon_ses", "test_bounce_event"): ["hard_bounce"],
    ("amazon_ses", "test_multiple_bounce_event"): ["hard_bounce", "hard_bounce"],
    ("amazon_ses", "test_complaint_event"): ["complaint"],
    ("amazon_ses", "test_delivery_event"): ["delivered"],
    ("amazon_ses", "test_send_event"): ["sent"],
    ("amazon_ses", "test_reject_event"): "before sending",
    ("amazon_ses", "test_click_event"): ["click"],
    ("amazon_ses", "test_rendering_failure_event"): "no mail went out",
    ("amazon_ses", "test_incorrect_received_event"): "inbound",
    ("brevo", "test_delivered_event"): ["delivered"],
    ("brevo", "test_blocked"): "before sending",
    ("brevo", "test_spam"): ["complaint"],
    ("brevo", "test_complaint"): ["complaint"],
    ("brevo", "test_invalid_email"): ["hard_bounce"],
    ("brevo", "test_error_email"): "before sending",
    ("brevo", "test_deferred_event"): ["deferred"],
    ("brevo", "test_unique_opened_event"): ["open"],
    ("brevo", "test_proxy_open_event"): ["open"],
    ("brevo", "test_unsubscribe"): ["unsubscribe"],
    ("mailgun", "test_metadata_key_conflicts"): "unknown event",
    ("mailjet", "test_sent_event"): ["delivered"],
    ("mailjet", "test_open_event"): ["open"],
    ("mailjet", "test_bounce_event"): ["hard_bounce"],
    ("mailjet", "test_blocked_event"): "before sending",
    ("mailjet", "test_unsub_event"): ["unsubscribe"],
    ("mailjet", "test_bounced_greylist_event"): ["deferred"],
    ("mandrill", "test_send_event"): ["sent"],
    ("mandrill", "test_hard_bounce_event"): ["hard_bounce"],
    ("mandrill", "test_click_event"): ["click"],
    ("mandrill", "test_old_tracking_url"): ["sent"],
    ("postal", "test_queued_event"): "not sent",
    ("postal", "test_delivered_event"): ["delivered"],
    ("postal", "test_ignore_incoming_events"): "inbound",
    ("postmark", "test_bounce_event"): ["hard_bounce"],
    ("postmark", "test_delivered_event"): ["delivered"],
    ("postmark", "test_open_event"): ["open"],
    ("postmark", "test_click_event"): ["click"],
    ("postmark", "test_spam_event"): ["complaint"],
    ("postmark", "test_unsubscribe"): ["unsubscribe"],
    ("postmark", "test_subscription_change_bounce"): "reported itself",
    ("postmark", "test_bounce_unsubscribe_variant"): ["unsubscribe"],
    ("resend", "test_sent_event"): ["sent", "sent"],
    ("resend", "test_delivered_event"): ["delivered"],
    ("resend", "test_suppressed_event"): "suppression list",
    ("resend", "test_delivery_delayed_event"): ["deferred"],
    ("resend", "test_complained_event"): ["complaint"],
    ("resend", "test_clicked_event"): ["click"],
    ("unisender_go", "test_error_includes_project_id_single_event"): ["sent"],
    ("unisender_go", "test_delivered_event"): ["delivered"],
    ("unisender_go", "test_hard_bounced_event"): ["hard_bounce"],
    ("unisender_go", "test_soft_bounced_event"): ["soft_bounce"],
    ("unisender_go", "test_spam_event"): ["complaint"],
    ("sendgrid", "setUpClass"): ["sent"],
    ("sendgrid", "test_processed_event"): ["sent"],
    ("sendgrid", "test_delivered_event"): ["delivered"],
    ("sendgrid", "test_dropped_unsubscribed_event"): "before sending",
    ("sendgrid", "test_bounce_event"): ["hard_bounce"],
    ("sendgrid", "test_deferred_event"): ["deferred"],
    ("sendgrid", "test_open_event"): ["open"],
    ("sendgrid", "test_click_event"): ["click"],
}  # fmt: skip


def read(source: str, payload: Any) -> tuple[list[Any], list[str]]:
    found = SOURCES[source].parse(json.dumps(payload).encode(), "application/json")
    return list(found.drafts), [row.error for row in found.rejected]


def payloads(folder) -> list[dict[str, Any]]:
    lines = (folder / "webhooks" / "anymail_payloads.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in lines.splitlines()]


def test_every_real_payload_is_the_right_event_or_has_a_reason(corpus_dir) -> None:
    seen = set()
    for row in payloads(corpus_dir):
        if "<json.dumps" in str(row["payload"]):
            continue  # an envelope whose content was left out
        seen.add((row["esp"], row["test"]))
        expected = REAL[row["esp"], row["test"]]
        drafts, errors = read("ses" if row["esp"] == "amazon_ses" else row["esp"], row["payload"])
        if isinstance(expected, str):
            assert not drafts, row
            assert expected in errors[0], row
        else:
            assert [draft.type.value for draft in drafts] == expected, (row, errors)
            assert errors == []
    assert seen == set(REAL)


def test_an_sns_envelope_and_an_eventbridge_event_hold_the_same(corpus_dir) -> None:
    rows = [row for row in payloads(corpus_dir) if row["test"] == "test_bounce_event"]
    event = next(row["payload"] for row in rows if row["var"] == "raw_ses_event")
    envelope = next(row["payload"] for row in rows if row["var"] == "raw_sns_message")
    (bare,), _ = read("ses", event)
    (wrapped,), _ = read("ses", envelope | {"Message": json.dumps(event)})
    bridged = {"id": "x", "detail-type": "Email Bounced", "source": "aws.ses", "detail": event}
    (passed,), _ = read("ses", bridged)
    assert bare.recipient == wrapped.recipient == passed.recipient == "jane@example.com"
    assert bare.smtp_code == 550
    assert bare.enhanced_status == "5.1.1"
    assert bare.occurred_at == datetime(2016, 1, 27, 14, 59, 44, 101_000, tzinfo=UTC)
    assert dict(bare.clues)["metadata.meta1"] == ("string",)


CASES: tuple[tuple[str, Any, list[str] | str], ...] = (
    ("sendgrid", [{"event": "bounce", "type": "blocked", "email": "a@b.example", "reason": "550 5.7.1 blocked using zen.spamhaus.org", "timestamp": 1}], ["block_bounce"]),
    ("sendgrid", [{"event": "bounce", "type": "bounce", "email": "a@b.example", "reason": "552 5.2.2 mailbox full"}], ["soft_bounce"]),
    ("sendgrid", [{"event": "spamreport", "email": "a@b.example"}], ["complaint"]),
    ("sendgrid", [{"event": "group_resubscribe", "email": "a@b.example"}], "subscribed again"),
    ("mailgun", {"event-data": {"event": "failed", "severity": "permanent", "recipient": "a@b.example", "delivery-status": {"code": 550, "message": "5.1.1 user unknown"}}}, ["hard_bounce"]),
    ("mailgun", {"event-data": {"event": "failed", "severity": "temporary", "recipient": "a@b.example", "delivery-status": {"code": 451}}}, ["deferred"]),
    ("mailgun", {"event-data": {"event": "failed", "severity": "permanent", "reason": "suppress-bounce", "recipient": "a@b.example", "delivery-status": {"code": 605}}}, "suppression"),
    ("mailgun", {"event-data": {"event": "complained", "recipient": "a@b.example"}}, ["complaint"]),
    ("sparkpost", [{"msys": {"message_event": {"type": "bounce", "bounce_class": "10", "rcpt_to": "a@b.example", "raw_reason": "550 5.1.1 no such user", "error_code": "550"}}}], ["hard_bounce"]),
    ("sparkpost", [{"msys": {"message_event": {"type": "bounce", "bounce_class": "51", "rcpt_to": "a@b.example"}}}], ["block_bounce"]),
    ("sparkpost", [{"msys": {"message_event": {"type": "bounce", "bounce_class": "60", "rcpt_to": "a@b.example"}}}], "automatic reply"),
    ("sparkpost", [{"msys": {"message_event": {"type": "spam_complaint", "fbtype": "abuse", "rcpt_to": "a@b.example"}}}], ["complaint"]),
    ("sparkpost", [{"msys": {}}], "test of the endpoint"),
    ("mailjet", [{"event": "blocked", "email": "a@b.example", "error": "preblocked"}], "before sending"),
    ("mailjet", [{"event": "spam", "email": "a@b.example", "source": "JMRPP"}], ["complaint"]),
    ("mailjet", [{"event": "bounce", "hard_bounce": False, "email": "a@b.example", "error": "quota exceeded"}], ["soft_bounce"]),
    ("brevo", {"event": "hard_bounce", "email": "a@b.example", "reason": "550 5.1.1 unknown"}, ["hard_bounce"]),
    ("brevo", {"event": "soft_bounce", "email": "a@b.example"}, ["soft_bounce"]),
    ("resend", {"type": "email.bounced", "data": {"to": ["a@b.example"], "bounce": {"type": "Permanent", "subType": "General", "message": "550 5.1.1 no such user"}}}, ["hard_bounce"]),
    ("resend", {"type": "contact.created", "data": {}}, "contact"),
    ("mandrill", [{"event": "spam", "msg": {"email": "a@b.example"}}, {"event": "unsub", "msg": {"email": "a@b.example"}}], ["complaint", "unsubscribe"]),
    ("mandrill", [{"type": "blacklist", "action": "add"}], "deny list"),
    ("postal", {"event": "MessageDeliveryFailed", "payload": {"message": {"to": "a@b.example"}, "output": "550 5.1.1 no such user"}}, ["hard_bounce"]),
    ("postal", {"event": "MessageBounced", "payload": {"original_message": {"to": "a@b.example"}, "bounce": {}}}, ["soft_bounce"]),
    ("postmark", {"RecordType": "Bounce", "Type": "Blocked", "Email": "a@b.example"}, ["block_bounce"]),
    ("postmark", {"RecordType": "Bounce", "Type": "AutoResponder", "Email": "a@b.example"}, "automatic reply"),
    ("ses", {"eventType": "DeliveryDelay", "mail": {"messageId": "m"}, "deliveryDelay": {"delayedRecipients": [{"emailAddress": "a@b.example"}]}}, ["deferred"]),
    ("ses", {"notificationType": "Bounce", "mail": {"messageId": "m"}, "bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull", "bouncedRecipients": [{"emailAddress": "a@b.example"}]}}, ["soft_bounce"]),
    ("ses", {"notificationType": "Bounce", "mail": {"messageId": "m"}, "bounce": {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList", "bouncedRecipients": [{"emailAddress": "a@b.example", "action": "failed", "diagnosticCode": "not sent: the address is on the account's suppression list"}]}}, "suppression list"),
    ("ses", {"notificationType": "Bounce", "mail": {"messageId": "m"}, "bounce": {"bounceType": "Permanent", "bounceSubType": "Suppressed", "bouncedRecipients": [{"emailAddress": "a@b.example", "action": "failed", "diagnosticCode": "Amazon SES has suppressed sending to this address"}]}}, ["hard_bounce"]),
    ("ses", {"notificationType": "Bounce", "mail": {"messageId": "m"}, "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": "a@b.example", "diagnosticCode": "smtp; 550 5.7.1 blocked using zen.spamhaus.org"}]}}, ["block_bounce"]),
    ("sendgrid", [{"event": "bounce", "type": "bounce", "bounce_classification": "Invalid Address", "email": "a@b.example", "reason": "unable to reach the mailbox"}], ["hard_bounce"]),
    ("sendgrid", [{"event": "bounce", "type": "bounce", "bounce_classification": "Reputation", "email": "a@b.example"}], ["block_bounce"]),
    ("mailersend", {"type": "activity.soft_bounced", "data": {"email": {"recipient": {"email": "a@b.example"}}, "morph": {"object": "recipient_bounce", "reason": "452 4.2.2 mailbox full"}}}, ["soft_bounce"]),
    ("mailersend", {"type": "activity.spam_complaint", "data": {"email": {"recipient": {"email": "a@b.example"}}}}, ["complaint"]),
    ("mailersend", {"type": "activity.clicked_unique", "data": {"email": {"recipient": {"email": "a@b.example"}}}}, ["click"]),
    ("mailersend", {"type": "sender_identity.verified", "data": {}}, "sender identity"),
    ("unisender_go", {"events_by_user": [{"user_id": 1, "project_id": 2, "events": [{"event_name": "transactional_email_status", "event_data": {"job_id": "j", "email": "a@b.example", "status": "soft_bounced", "delivery_info": {"delivery_status": "err_spam_rejected"}}}, {"event_name": "transactional_email_status", "event_data": {"job_id": "j", "email": "a@b.example", "status": "opened"}}]}]}, ["block_bounce", "open"]),
    ("unisender_go", {"event_name": "transactional_email_status", "status": "hard_bounced", "email": "a@b.example", "delivery_info": {"delivery_status": "err_unsubscribed"}}, "kept back"),
    ("unisender_go", {"event_name": "transactional_spam_block", "event_data": {"block_type": "one_smtp"}}, "block of"),
    ("ses", {"Type": "SubscriptionConfirmation", "TopicArn": "t", "MessageId": "m", "Message": "You have chosen to subscribe"}, "subscription"),
)  # fmt: skip


@pytest.mark.parametrize(("source", "payload", "expected"), CASES)
def test_each_word_of_a_vendor(source: str, payload: Any, expected: list[str] | str) -> None:
    drafts, errors = read(source, payload)
    if isinstance(expected, str):
        assert not drafts
        assert expected in errors[0]
    else:
        assert [draft.type.value for draft in drafts] == expected, errors
        assert all(draft.recipient == "a@b.example" for draft in drafts)


@pytest.mark.parametrize("source", VENDORS)
@pytest.mark.parametrize("payload", [{"event": "exploded"}, [], [7, None, "x", [[]]], {}, "x"])
def test_what_is_unknown_is_rejected_with_a_reason(source: str, payload: Any) -> None:
    drafts, errors = read(source, payload)
    assert drafts == []
    assert len(errors) == (len(payload) if isinstance(payload, list) else 1)
    assert all(errors)


@pytest.mark.parametrize("source", VENDORS)
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"[" * 100_000, b"hello", b"[1,"])
def test_what_is_no_json_is_refused(source: str, body: bytes) -> None:
    with pytest.raises(UnreadablePayload):
        SOURCES[source].parse(body, "application/json")


def test_forms_are_read() -> None:
    form = b"mandrill_events=%5B%7B%22event%22%3A%22open%22%2C%22msg%22%3A%7B%22email%22%3A%22a%40b.example%22%7D%7D%5D"
    found = SOURCES["mandrill"].parse(form, "application/x-www-form-urlencoded")
    assert [draft.type.value for draft in found.drafts] == ["open"]
    legacy = b"event=bounced&recipient=a%40b.example&code=550&error=5.1.1+no+such+user&timestamp=1461095246&token=t"
    found = SOURCES["mailgun"].parse(legacy, "application/x-www-form-urlencoded")
    assert [(d.type.value, d.event_id) for d in found.drafts] == [("hard_bounce", "t")]


def test_a_second_delivery_of_a_payload_has_the_same_ids() -> None:
    for source, payload, _ in CASES:
        first, second = read(source, payload)[0], read(source, payload)[0]
        assert [d.event_id for d in first] == [d.event_id for d in second]
