"""What is known about a subject at one moment: the bridge from a store to feature inputs.

`service` fetches these, `features.inputs` turns them into arrays. All of it is as of `as_of`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from features.records import Account, Campaign, ListImport, SendingDomain, Subject
from features.tiles import TileRows
from features.windows import Grain


class TieKind(StrEnum):
    """What two accounts can share."""

    SIGNUP_IP = "signup_ip"
    SIGNUP_NET = "signup_net"
    DEVICE = "device"
    PAYMENT = "payment"
    EMAIL_DOMAIN = "email_domain"
    WEBSITE = "website"
    SENDING_DOMAIN = "sending_domain"
    PARENT = "parent"
    TEMPLATE = "template"
    NEAR_TEMPLATE_1 = "near_template_1"
    NEAR_TEMPLATE_2 = "near_template_2"
    NEAR_TEMPLATE_3 = "near_template_3"
    NEAR_TEMPLATE_4 = "near_template_4"


# Copies of one template share at least one of these, after personalisation and light rewriting.
NEAR_TEMPLATES: Final = (
    TieKind.NEAR_TEMPLATE_1, TieKind.NEAR_TEMPLATE_2, TieKind.NEAR_TEMPLATE_3, TieKind.NEAR_TEMPLATE_4,
)  # fmt: skip


@dataclass(frozen=True)
class Peers:
    """Other accounts that share one attribute: how many, and the sums of what they did.

    `accounts` counts all of them; `flagged` those a person called abusive or that were
    terminated; `recent` those created within 7 days of the subject; `totals` are lifetime
    counter sums `(11,)` over at most 50 of them. `held` counts those with mail held that nobody
    has looked at yet, where the tie is rare and close.
    """

    accounts: int = 0
    flagged: int = 0
    recent: int = 0
    totals: tuple[int, ...] = (0,) * 11
    held: int = 0


@dataclass(frozen=True)
class AccountFacts:
    """Everything that is known of one account at `as_of`."""

    account: Account
    as_of: datetime
    tiles: dict[Grain, TileRows]
    providers: dict[str, dict[Grain, TileRows]] = field(default_factory=dict)
    domains: tuple[SendingDomain, ...] = ()
    imports: tuple[ListImport, ...] = ()
    ties: dict[TieKind, Peers] = field(default_factory=dict)
    first_sent_at: datetime | None = None
    thousandth_sent_at: datetime | None = None
    campaigns_before: int = 0
    max_recipients_before: int = 0


@dataclass(frozen=True)
class ListFacts:
    """A list import about to be accepted, and the account that makes it."""

    account: AccountFacts
    list_import: ListImport


@dataclass(frozen=True)
class CampaignFacts:
    """A campaign about to be sent, with the newest import of each of its lists that is known."""

    account: AccountFacts
    campaign: Campaign
    imports: tuple[ListImport, ...] = ()


Facts = AccountFacts | ListFacts | CampaignFacts


def subject_of(facts: Facts) -> Subject:
    match facts:
        case AccountFacts():
            return Subject.ACCOUNT
        case ListFacts():
            return Subject.LIST
        case CampaignFacts():
            return Subject.CAMPAIGN
