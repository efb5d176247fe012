"""The facts that Sendwarden decides on, as immutable records.

Field names are those of the wire contract. Times are aware UTC datetimes; `None` means unknown.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:@\-]{1,128}$")]
ID_PATTERN = r"^[A-Za-z0-9._:@\-]{1,128}$"


class Subject(StrEnum):
    """What a decision is about."""

    ACCOUNT = "account"
    LIST = "list"
    CAMPAIGN = "campaign"


class Stream(StrEnum):
    """Mail that was asked for one by one, or sent to many at once."""

    BROADCAST = "broadcast"
    TRANSACTIONAL = "transactional"


class EventType(StrEnum):
    """The closed vocabulary of what can happen to a mail; also the counters of a tile, in order."""

    SENT = "sent"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    BLOCK_BOUNCE = "block_bounce"
    COMPLAINT = "complaint"
    OPEN = "open"
    CLICK = "click"
    UNSUBSCRIBE = "unsubscribe"
    TRAP_HIT = "trap_hit"


class BounceClass(StrEnum):
    """Why a server did not take a mail."""

    INVALID_RECIPIENT = "invalid_recipient"
    MAILBOX_FULL = "mailbox_full"
    INACTIVE = "inactive"
    BAD_DOMAIN = "bad_domain"
    POLICY_BLOCK = "policy_block"
    REPUTATION_BLOCK = "reputation_block"
    CONTENT_REJECTED = "content_rejected"
    AUTHENTICATION = "authentication"
    RATE_LIMITED = "rate_limited"
    DNS_ROUTING = "dns_routing"
    PROTOCOL = "protocol"
    TRANSIENT = "transient"


class AuthResult(StrEnum):
    """Whether a sending domain passes SPF or DKIM."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"


class DmarcPolicy(StrEnum):
    """The DMARC policy that a sending domain publishes."""

    ABSENT = "absent"
    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


class ImportSource(StrEnum):
    """How recipients reached a list."""

    FORM = "form"
    FILE = "file"
    API = "api"
    INTEGRATION = "integration"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An immutable fact."""


class Declared(Record, frozen=True, kw_only=True):
    """What the customer says about itself at sign-up."""

    list_source: str | None = None
    monthly_volume: int | None = None
    industry: str | None = None


class Account(Record, frozen=True, kw_only=True):
    """A sender account as its ESP knows it."""

    account_id: Id
    created_at: datetime
    email_domain: str | None = None
    signup_ip: str | None = None
    country: str | None = None
    website: str | None = None
    plan: str | None = None
    paid: bool | None = None
    payment_fingerprint: str | None = None
    device_fingerprint: str | None = None
    phone_country: str | None = None
    parent_account_id: Id | None = None
    declared: Declared | None = None


class SendingDomain(Record, frozen=True, kw_only=True):
    """The authentication of a domain that an account sends from."""

    domain: str
    account_id: Id
    spf: AuthResult | None = None
    dkim: AuthResult | None = None
    dmarc: DmarcPolicy | None = None
    registered_at: datetime | None = None
    verified_at: datetime | None = None


class Segment(Record, frozen=True, kw_only=True):
    """A slice of a list by one attribute, with the bounces and complaints expected of it."""

    by: str
    value: str
    rows: int
    expected_hard_bounce_rate: float | None = None
    expected_complaint_rate: float | None = None


class ListImport(Record, frozen=True, kw_only=True):
    """One import into a list: its numbers only, never its addresses.

    `numbers` maps list-input names (`features.lists.NUMBERS`) to floats, NaN where undefined.
    `providers` counts the addresses of the largest mailbox providers, the rest under "".
    """

    import_id: str
    account_id: Id
    list_id: Id
    source: ImportSource
    imported_at: datetime
    rows: int
    valid: int
    invalid: int
    duplicates: int
    numbers: dict[str, float]
    segments: tuple[Segment, ...] = ()
    providers: dict[str, int] = {}


class Campaign(Record, frozen=True, kw_only=True):
    """A campaign about to be sent. `content` maps content-input names to floats."""

    campaign_id: Id
    account_id: Id
    recipients: int
    stream: Stream
    list_ids: tuple[Id, ...] = ()
    scheduled_at: datetime | None = None
    from_domain: str | None = None
    content: dict[str, float] = {}
    fingerprint: int | None = None


class Event(Record, frozen=True, kw_only=True):
    """One thing that happened to one mail. `source` and `event_id` together are unique.

    `bounce_class` is why a mail was not taken, where the source knows; else the server's words tell.
    """

    event_id: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    type: EventType
    account_id: Id
    occurred_at: datetime
    campaign_id: Id | None = None
    recipient: Annotated[str, msgspec.Meta(max_length=512)] | None = None
    mailbox_provider: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    sending_ip: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    smtp_code: Annotated[int, msgspec.Meta(ge=0, le=999)] | None = None
    enhanced_status: Annotated[str, msgspec.Meta(max_length=16)] | None = None
    diagnostic: Annotated[str, msgspec.Meta(max_length=4096)] | None = None
    feedback_type: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    bounce_class: BounceClass | None = None
    source: Annotated[str, msgspec.Meta(max_length=64)] = "canonical"
