"""Amazon SES notifications and event publishing, by SNS, EventBridge or as they are.

Words: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from features.bounces.addresses import ADDRESS
from features.bounces.mail import read_mail
from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.source import ParsedEvents, Source
from features.sources.vendor import (
    NoEvent,
    Row,
    Words,
    decoded,
    fate_by_words,
    json_rows,
    list_of,
    metadata_clues,
    object_of,
    parse_rows,
    tag_clues,
    text_of,
)

WORDS: Final = Words(
    types={
        "send": EventType.SENT,
        "delivery": EventType.DELIVERED,
        "complaint": EventType.COMPLAINT,
        "open": EventType.OPEN,
        "click": EventType.CLICK,
        "deliverydelay": EventType.DEFERRED,
    },
    bounces=frozenset({"bounce"}),
    ignored={
        "reject": "rejected by SES before sending (virus); no mail went out",
        "rendering failure": "a template could not be rendered; no mail went out",
        "renderingfailure": "a template could not be rendered; no mail went out",
        "received": "an inbound mail, not an event of a sent one",
        "subscription": "a change of the contact list's topics",
        "amazonsnssubscriptionsucceeded": "a greeting of SNS, not an event",
    },
)
# Bounce sub-types that tell more than "Permanent" or "Transient".
_SUBTYPES: Final = {
    "noemail": EventType.HARD_BOUNCE, "suppressed": EventType.HARD_BOUNCE,
    "mailboxfull": EventType.SOFT_BOUNCE,
    "messagetoolarge": EventType.BLOCK_BOUNCE, "contentrejected": EventType.BLOCK_BOUNCE,
    "attachmentrejected": EventType.BLOCK_BOUNCE,
}  # fmt: skip
# Kept back by a list that its owner keeps: SES counts no bounce, either. Of its own list ("suppressed") it does.
_KEPT_BACK: Final = frozenset({"onaccountsuppressionlist", "ontenantsuppressionlist"})
_KINDS: Final = {
    "permanent": EventType.HARD_BOUNCE, "transient": EventType.SOFT_BOUNCE,
    "undetermined": EventType.SOFT_BOUNCE,
}  # fmt: skip
_RECIPIENTS: Final = {
    "bounce": ("bounce", "bouncedRecipients"), "complaint": ("complaint", "complainedRecipients"),
    "deliverydelay": ("deliveryDelay", "delayedRecipients"), "delivery": ("delivery", "recipients"),
}  # fmt: skip
_DETAIL: Final = {"deliverydelay": "deliveryDelay"}
_NOTIFICATION: Final = re.compile(rb'\\?"notificationType\\?"\s*:')


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each recipient of each notification."""
    del content_type
    return parse_rows(json_rows(body), _read)


def notification_in(body: bytes) -> bytes | None:
    """Return the notification that came as mail (SNS delivers to addresses, too), if one did."""
    if _NOTIFICATION.search(body[:65_536]) is None:
        return None
    for part in read_mail(body).parts:
        start, end = part.data.find(b"{"), part.data.rfind(b"}")
        if start >= 0 and _NOTIFICATION.search(part.data[start:end]):
            return part.data[start : end + 1].replace(b"\r", b"").replace(b"\n", b" ")
    return None


def _read(row: Row) -> Iterator[Draft]:
    event_id, row = _unwrapped(row)
    word = (text_of(row, "eventType") or text_of(row, "notificationType")).lower().replace("_", "")
    kind = WORDS.type_of(word)
    mail, detail = object_of(row, "mail"), object_of(row, _DETAIL.get(word, word))
    if text_of(detail, "bounceSubType").lower() in _KEPT_BACK:
        raise NoEvent("not sent: it is on the account's suppression list at SES")
    for who in _recipients(row, word):
        yield _draft(event_id, word, kind, mail, detail, who)


def _unwrapped(row: Row) -> tuple[str, Row]:
    """Return the id and the content of an SNS message or EventBridge event."""
    if "Message" in row and ("TopicArn" in row or "MessageId" in row):
        if text_of(row, "Type") in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
            raise NoEvent("a subscription message of SNS, not an event")
        message = text_of(row, "Message")
        if message.startswith("Successfully validated"):
            raise NoEvent(WORDS.ignored["amazonsnssubscriptionsucceeded"])
        inner = decoded(message)
        return text_of(row, "MessageId"), inner if isinstance(inner, dict) else {}
    if "detail-type" in row:
        return text_of(row, "id"), object_of(row, "detail")
    return "", row


def _recipients(row: Row, word: str) -> list[Any]:
    found = list_of(row, *_RECIPIENTS[word]) if word in _RECIPIENTS else []
    found = found or list_of(row, "mail", "destination")
    if not found:
        raise NoEvent("no recipient")
    return found


def _draft(
    event_id: str, word: str, kind: EventType | None, mail: Row, detail: Row, who: Any
) -> Draft:
    address = text_of(who, "emailAddress") or (who if isinstance(who, str) else "")
    said = text_of(who, "diagnosticCode") or text_of(detail, "smtpResponse")
    judged = fate_by_words(kind, _stated(detail), said, text_of(who, "status"))
    at = text_of(detail, "timestamp") or text_of(mail, "timestamp")
    found = ADDRESS.search(address)
    return draft(
        digest(
            event_id or text_of(detail, "feedbackId") or text_of(mail, "messageId"),
            word,
            address,
            at,
        ),
        judged.type,
        at=when(at),
        recipient=found[0] if found else None,
        sending_ip=(_tags(mail, "ses:source-ip") or [""])[0] if word == "send" else None,
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said,
        feedback_type=text_of(detail, "complaintFeedbackType"),
        verdict=judged.verdict,
        clues=_clues(mail),
    )


def _stated(detail: Row) -> EventType | None:
    """Return what SES's own words say of a bounce."""
    subtype = text_of(detail, "bounceSubType").lower()
    return _SUBTYPES.get(subtype) or _KINDS.get(text_of(detail, "bounceType").lower())


def _clues(mail: Row) -> Iterator[tuple[str, str]]:
    for name in object_of(mail, "tags"):
        yield from ((f"metadata.{str(name).lower()}", value) for value in _tags(mail, name))
    for header in list_of(mail, "headers"):
        name = text_of(header, "name").lower()
        if name.startswith("x-") or name == "feedback-id":
            yield (
                (name.replace("-", "_") if name == "feedback-id" else f"header.{name}"),
                text_of(header, "value"),
            )
            yield from metadata_clues(text_of(header, "value"))
            if name == "x-tag":
                yield from tag_clues([text_of(header, "value")])
    yield "vendor_account", text_of(mail, "sendingAccountId")
    yield "message_id", text_of(mail, "messageId")
    yield "from_domain", text_of(mail, "source").rpartition("@")[2].lower()
    yield "return_path", text_of(mail, "source")


def _tags(mail: Row, name: Any) -> list[str]:
    return [text for text in list_of(mail, "tags", str(name)) if isinstance(text, str)]


SES: Final = Source("ses", "Amazon SES through SNS or EventBridge", parse)
