"""SparkPost's (Bird's) event webhooks.

Words: https://developers.sparkpost.com/api/webhooks/ ; bounce classes:
https://support.sparkpost.com/docs/deliverability/bounce-classification-codes
"""

from collections.abc import Iterator
from typing import Final

from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import digest, draft, when
from features.sources.source import ParsedEvents, Source
from features.sources.vendor import (
    NoEvent,
    Row,
    Words,
    fate,
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
        "injection": EventType.SENT,
        "delivery": EventType.DELIVERED,
        "delay": EventType.DEFERRED,
        "open": EventType.OPEN,
        "initial_open": EventType.OPEN,
        "amp_open": EventType.OPEN,
        "amp_initial_open": EventType.OPEN,
        "click": EventType.CLICK,
        "amp_click": EventType.CLICK,
        "spam_complaint": EventType.COMPLAINT,
        "list_unsubscribe": EventType.UNSUBSCRIBE,
        "link_unsubscribe": EventType.UNSUBSCRIBE,
    },
    bounces=frozenset({"bounce", "out_of_band"}),
    ignored={
        "policy_rejection": "rejected by SparkPost before sending",
        "generation_failure": "a template could not be rendered; no mail went out",
        "generation_rejection": "rejected by SparkPost before sending",
        "sms_status": "a text message, not a mail",
        "relay_injection": "an inbound mail, not an event of a sent one",
        "relay_rejection": "an inbound mail, not an event of a sent one",
        "relay_delivery": "an inbound mail, not an event of a sent one",
        "relay_tempfail": "an inbound mail, not an event of a sent one",
        "relay_permfail": "an inbound mail, not an event of a sent one",
        "ab_test_completed": "the end of an A/B test",
        "ab_test_cancelled": "the end of an A/B test",
        "ingest_success": "a batch of ingested events",
        "ingest_error": "a batch of ingested events",
    },
)
_CLASSES: Final = {
    "10": EventType.HARD_BOUNCE, "30": EventType.HARD_BOUNCE, "90": EventType.UNSUBSCRIBE,
    "20": EventType.SOFT_BOUNCE, "21": EventType.SOFT_BOUNCE, "22": EventType.SOFT_BOUNCE,
    "23": EventType.SOFT_BOUNCE, "24": EventType.SOFT_BOUNCE, "40": EventType.SOFT_BOUNCE,
    "70": EventType.SOFT_BOUNCE, "100": EventType.SOFT_BOUNCE, "25": EventType.BLOCK_BOUNCE,
    "50": EventType.BLOCK_BOUNCE, "51": EventType.BLOCK_BOUNCE, "52": EventType.BLOCK_BOUNCE,
    "53": EventType.BLOCK_BOUNCE, "54": EventType.BLOCK_BOUNCE,
}  # fmt: skip
_NO_BOUNCE: Final = {
    "60": "an automatic reply of a person, not a bounce",
    "80": "a request to subscribe",
}


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each event of a batch."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    msys = object_of(row, "msys")
    if "msys" in row and not msys:
        raise NoEvent("a test of the endpoint, not an event")
    data = next((value for value in msys.values() if isinstance(value, dict)), row)
    word = text_of(data, "type")
    kind = WORDS.type_of(word)
    bounce_class = text_of(data, "bounce_class")
    if kind is None:
        if bounce_class in _NO_BOUNCE:
            raise NoEvent(_NO_BOUNCE[bounce_class])
        kind = _CLASSES.get(bounce_class)
    said = text_of(data, "raw_reason") or text_of(data, "reason")
    code = text_of(data, "error_code")
    judged = fate(kind, said, code=int(code) if code.isdecimal() and len(code) == 3 else None)
    address = text_of(data, "raw_rcpt_to") or text_of(data, "rcpt_to")
    yield draft(
        text_of(data, "event_id") or digest(word, address, text_of(data, "timestamp")),
        judged.type,
        at=when(data.get("timestamp")),
        recipient=address,
        sending_ip=text_of(data, "sending_ip"),
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said,
        feedback_type=text_of(data, "fbtype"),
        verdict=judged.verdict,
        clues=_clues(data),
    )


def _clues(data: Row) -> Iterator[tuple[str, str]]:
    yield from metadata_clues(data.get("rcpt_meta"))
    yield from tag_clues(list_of(data, "rcpt_tags"))
    if (subaccount := text_of(data, "subaccount_id")) not in ("", "0"):
        yield "vendor_account", subaccount
        yield "metadata.subaccount_id", subaccount
    if campaign := text_of(data, "campaign_id"):
        yield "metadata.campaign_id", campaign
    yield "return_path", text_of(data, "msg_from")
    yield "from_domain", text_of(data, "friendly_from").rpartition("@")[2].strip("> ").lower()
    yield "message_id", text_of(data, "message_id")


SPARKPOST: Final = Source("sparkpost", "SparkPost's event webhooks", parse)
