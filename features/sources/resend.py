"""Resend's webhooks (signed by Svix).

Words: https://resend.com/docs/dashboard/webhooks/event-types
"""

from collections.abc import Iterator
from typing import Final

from features.bounces.addresses import ADDRESS
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
    text_of,
)

WORDS: Final = Words(
    types={
        "email.sent": EventType.SENT,
        "email.delivered": EventType.DELIVERED,
        "email.delivery_delayed": EventType.DEFERRED,
        "email.complained": EventType.COMPLAINT,
        "email.opened": EventType.OPEN,
        "email.clicked": EventType.CLICK,
    },
    bounces=frozenset({"email.bounced"}),
    ignored={
        "email.scheduled": "scheduled, not sent yet",
        "email.failed": "failed at Resend before sending",
        "email.suppressed": "kept back by Resend: it is on the suppression list",
        "email.received": "an inbound mail, not an event of a sent one",
        "contact.created": "a change of a contact",
        "contact.updated": "a change of a contact",
        "contact.deleted": "a change of a contact",
        "domain.created": "a change of a domain",
        "domain.updated": "a change of a domain",
        "domain.deleted": "a change of a domain",
    },
)
_SUPPRESSED: Final = "suppressed sending to this address"
_KINDS: Final = {"permanent": EventType.HARD_BOUNCE, "transient": EventType.SOFT_BOUNCE}
_SUBTYPES: Final = {
    "mailboxfull": EventType.SOFT_BOUNCE, "messagetoolarge": EventType.BLOCK_BOUNCE,
    "contentrejected": EventType.BLOCK_BOUNCE, "attachmentrejected": EventType.BLOCK_BOUNCE,
}  # fmt: skip


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Return a draft for each recipient of an event."""
    del content_type
    return parse_rows(json_rows(body), _read)


def _read(row: Row) -> Iterator[Draft]:
    word, data = text_of(row, "type").lower(), object_of(row, "data")
    kind = WORDS.type_of(word)
    bounce = object_of(data, "bounce")
    said = text_of(bounce, "message")
    if kind is None:
        if _SUPPRESSED in said or text_of(bounce, "subType").lower().endswith("suppressed"):
            raise NoEvent(WORDS.ignored["email.suppressed"])
        kind = _SUBTYPES.get(text_of(bounce, "subType").lower()) or _KINDS.get(
            text_of(bounce, "type").lower()
        )
    judged = fate(kind, said)
    recipients = [
        found[0] for who in list_of(data, "to") if (found := ADDRESS.search(str(who)[:1_024]))
    ]
    if not recipients:
        raise NoEvent("no recipient")
    at = text_of(row, "created_at")
    for address in recipients:
        yield draft(
            digest(word, text_of(data, "email_id"), address, at),
            judged.type,
            at=when(at),
            recipient=address,
            smtp_code=judged.code,
            status=judged.status,
            diagnostic=said,
            verdict=judged.verdict,
            clues=_clues(data),
        )


def _clues(data: Row) -> Iterator[tuple[str, str]]:
    tags = data.get("tags")
    if isinstance(tags, list):
        tags = {text_of(tag, "name"): text_of(tag, "value") for tag in tags}
    yield from metadata_clues(tags)
    for header in list_of(data, "headers"):
        name = text_of(header, "name").lower()
        if name.startswith("x-"):
            yield f"header.{name}", text_of(header, "value")
            yield from metadata_clues(text_of(header, "value"))
        elif name == "feedback-id":
            yield "feedback_id", text_of(header, "value")
    if campaign := text_of(data, "broadcast_id"):
        yield "metadata.campaign_id", campaign
    yield "message_id", text_of(data, "email_id")
    sender = ADDRESS.search(text_of(data, "from"))
    if sender is not None:
        yield "from_domain", sender[0].rpartition("@")[2].lower()


RESEND: Final = Source("resend", "Resend's webhooks", parse)
