"""Postmark's webhooks.

Words: https://postmarkapp.com/developer/webhooks/webhooks-overview and, for bounces,
https://postmarkapp.com/developer/api/bounce-api#bounce-types
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
    metadata_clues,
    parse_rows,
    text_of,
)

RECORDS: Final = Words(
    types={
        "delivery": EventType.DELIVERED,
        "open": EventType.OPEN,
        "click": EventType.CLICK,
        "spamcomplaint": EventType.COMPLAINT,
    },
    bounces=frozenset({"bounce", "subscriptionchange"}),
    ignored={
        "inbound": "an inbound mail, not an event of a sent one",
        "smtpapierror": "refused by Postmark's own API before sending",
    },
)
BOUNCES: Final = Words(
    types={
        "hardbounce": EventType.HARD_BOUNCE,
        "bademailaddress": EventType.HARD_BOUNCE,
        "softbounce": EventType.SOFT_BOUNCE,
        "transient": EventType.DEFERRED,
        "dnserror": EventType.SOFT_BOUNCE,
        "addresschange": EventType.HARD_BOUNCE,
        "challengeverification": EventType.SOFT_BOUNCE,
        "virusnotification": EventType.BLOCK_BOUNCE,
        "blocked": EventType.BLOCK_BOUNCE,
        "spamnotification": EventType.BLOCK_BOUNCE,
        "dmarcpolicy": EventType.BLOCK_BOUNCE,
        "templaterenderingfailed": EventType.SOFT_BOUNCE,
        "unsubscribe": EventType.UNSUBSCRIBE,
        "spamcomplaint": EventType.COMPLAINT,
    },
    bounces=frozenset({"unknown", "undeliverable"}),
    ignored={
        "subscribe": "a request to subscribe",
        "autoresponder": "an automatic reply of a person, not a bounce",
        "openrelaytest": "a test of an open relay",
        "manuallydeactivated": "deactivated by the sender",
        "unconfirmed": "the address was not confirmed",
        "smtpapierror": "refused by Postmark's own API before sending",
        "inbounderror": "an inbound mail, not an event of a sent one",
    },
)
_TIMES: Final = ("DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt")


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return the event of a webhook."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    record = text_of(row, "RecordType").lower()
    kind = RECORDS.type_of(record)
    if record == "bounce":
        kind = BOUNCES.type_of(text_of(row, "Type").lower())
    elif record == "subscriptionchange":
        kind = _subscription(row)
    said = text_of(row, "Details") if record == "bounce" else ""
    judged = fate(kind, said or (text_of(row, "Description") if record == "bounce" else ""))
    address = text_of(row, "Recipient") or text_of(row, "Email")
    at = next((text_of(row, name) for name in _TIMES if name in row), "")
    yield draft(
        digest(record, text_of(row, "ID"), text_of(row, "MessageID"), address, at),
        judged.type,
        at=when(at),
        recipient=address,
        smtp_code=judged.code,
        status=judged.status,
        diagnostic=said,
        verdict=judged.verdict,
        clues=_clues(row),
    )


def _subscription(row: Row) -> EventType:
    """Return an unsubscribe; suppressions that follow from other events are counted there."""
    reason = text_of(row, "SuppressionReason").lower()
    if row.get("SuppressSending") is not True:
        raise NoEvent("a recipient was reactivated")
    if reason in ("hardbounce", "spamcomplaint"):
        raise NoEvent(f"a suppression after the {reason} that was reported itself")
    return EventType.UNSUBSCRIBE


def _clues(row: Row) -> Iterator[tuple[str, str]]:
    yield from metadata_clues(row.get("Metadata"))
    yield "tag", text_of(row, "Tag")
    yield "message_id", text_of(row, "MessageID")
    yield "from_domain", text_of(row, "From").rpartition("@")[2].lower()
    yield "vendor_account", text_of(row, "ServerID")


POSTMARK: Final = Source("postmark", "Postmark's webhooks", parse)
