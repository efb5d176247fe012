"""What clients send: strict models, an unknown field is an error."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from features.records import ID_PATTERN, AuthResult, DmarcPolicy, Stream

MAX_INT64: Final = 2**63 - 1
MAX_RECIPIENTS: Final = 1_000_000_000
FIRST_YEAR: Final = 1971
LAST_YEAR: Final = 2199
_RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
# Control characters but tab and line ends; the databases refuse NUL.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def rfc3339(value: Any) -> datetime:
    """Return the UTC time of an RFC 3339 text. Raises `ValueError`."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("a time with its offset is wanted, as 2026-11-23T10:00:00Z (RFC 3339)")
    if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        raise ValueError(f"the year must be within {FIRST_YEAR} to {LAST_YEAR}")
    return datetime.fromisoformat(value.upper()).astimezone(UTC)


def _printable(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters are not accepted")
    return text


Time = Annotated[
    datetime, BeforeValidator(rfc3339), WithJsonSchema({"type": "string", "format": "date-time"})
]
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Domain = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._\-]{1,253}$")]
Text = Annotated[str, StringConstraints(max_length=255), AfterValidator(_printable)]
LongText = Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_printable)]
Count = Annotated[int, Field(ge=0, le=MAX_INT64)]


class Body(BaseModel):
    """A request body. JSON types are not converted: `"5"` is no count, `1` is no flag."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Declared(Body):
    """What the customer says about itself at sign-up."""

    list_source: Text | None = None
    monthly_volume: Count | None = None
    industry: Text | None = None


class PutAccount(Body):
    """The facts of an account; leave out what is not known."""

    created_at: Time
    email_domain: Text | None = None
    signup_ip: Text | None = None
    country: Text | None = None
    website: Annotated[LongText | None, Field(description="URL or host name")] = None
    plan: Text | None = None
    paid: bool | None = None
    payment_fingerprint: Text | None = None
    device_fingerprint: Text | None = None
    phone_country: Text | None = None
    parent_account_id: Id | None = None
    declared: Declared | None = None


class PutDomain(Body):
    """The authentication of a sending domain."""

    account_id: Id
    spf: AuthResult | None = None
    dkim: AuthResult | None = None
    dmarc: DmarcPolicy | None = None
    registered_at: Time | None = None
    verified_at: Time | None = None


class ReleaseMore(Body):
    """How many more mails a sender would hand over now."""

    want: Annotated[int, Field(ge=0, le=MAX_RECIPIENTS)]


class MessageBody(Body):
    """A message in pieces."""

    from_: Annotated[str, Field(alias="from", max_length=2_000)] = ""
    reply_to: Annotated[str | None, Field(max_length=2_000)] = None
    subject: Annotated[str, Field(max_length=10_000)] = ""
    html: str | None = None
    text: str | None = None
    headers: Annotated[
        dict[str, str] | None, Field(description="other headers by name", max_length=1_000)
    ] = None


class ScoreCampaign(Body):
    """A campaign that is about to be sent."""

    account_id: Id
    recipients: Annotated[int, Field(ge=0, le=MAX_RECIPIENTS)]
    stream: Stream
    list_ids: Annotated[list[Id], Field(max_length=100)] = []
    scheduled_at: Time | None = None
    message: Annotated[
        str | MessageBody | None,
        Field(description="the raw RFC 5322 text, or the message in pieces"),
    ] = None


class GiveVerdict(Body):
    """A reviewer's word on a decision. `action` is what shall be in force on the account."""

    verdict: Literal["abusive", "careless", "legitimate"]
    category: Text | None = None
    action: Literal["allow", "throttle", "review", "terminate"] | None = None
    note: LongText | None = None


class MakeAppeal(Body):
    """A customer's answer to a decision."""

    cause: LongText
    change_made: LongText
    prevention: LongText


class AddWebhook(Body):
    """Who is told of changes: an https:// URL or a mailto: address; of some types, or of all."""

    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    types: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)] = []


class StartWarmUp(Body):
    """How an IP is brought up to its volume at a mailbox provider."""

    target_per_day: Annotated[int, Field(ge=1, le=MAX_RECIPIENTS)]
    stages: Annotated[int, Field(ge=1, le=365)] = 30
    first_per_day: Annotated[int, Field(ge=1, le=MAX_RECIPIENTS)] = 200


BODIES: Final[tuple[type[BaseModel], ...]] = (
    AddWebhook,
    StartWarmUp,
    ReleaseMore,
    PutAccount,
    PutDomain,
    ScoreCampaign,
    GiveVerdict,
    MakeAppeal,
)
