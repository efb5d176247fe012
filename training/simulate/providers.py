"""Mailbox providers: market shares by region, feedback loops, bounce texts.

Shares are rounded public estimates; Gmail sends no per-message feedback reports, Outlook.com,
Yahoo and AOL do on registration, European providers in part (see docs/simulator.md).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Provider:
    """A mailbox provider.

    `strictness` scales blocks by reputation, `foldering` how much bad mail lands in the spam
    folder, `prefetch` the share of deliveries whose images a proxy loads unseen, `deferring` the
    share of first attempts that are put off in quiet times.
    """

    name: str
    domains: tuple[str, ...]
    fbl: bool
    strictness: float
    foldering: float
    prefetch: float
    deferring: float
    unknown_user: str


PROVIDERS: Final = (
    Provider(
        "gmail", ("gmail.com",), False, 0.9, 0.8, 0.06, 0.004,
        "550 5.1.1 The email account that you tried to reach does not exist. Please try "
        "double-checking the recipient's email address for typos",
    ),
    Provider(
        "outlook", ("outlook.com", "hotmail.com", "live.com", "hotmail.co.uk", "hotmail.fr"), True,
        1.3, 0.75, 0.02, 0.008,
        "550 5.5.0 Requested action not taken: mailbox unavailable",
    ),
    Provider(
        "yahoo", ("yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.es", "aol.com", "ymail.com"), True,
        1.2, 0.7, 0.05, 0.02,
        "554 5.7.9 delivery error: dd This user doesn't have an account",
    ),
    Provider(
        "icloud", ("icloud.com", "me.com"), False, 1.0, 0.6, 0.4, 0.004,
        "550 5.1.1 user does not exist",
    ),
    Provider(
        "gmx", ("gmx.de", "gmx.net", "web.de"), False, 1.1, 0.5, 0.0, 0.015,
        "550 5.1.1 Requested action not taken: mailbox unavailable",
    ),
    Provider(
        "orange", ("orange.fr", "wanadoo.fr", "laposte.net", "free.fr"), True, 1.1, 0.5, 0.0, 0.03,
        "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416",
    ),
    Provider(
        "libero", ("libero.it", "virgilio.it", "tiscali.it"), True, 1.0, 0.4, 0.0, 0.02,
        "550 5.1.1 user unknown or mailbox unavailable",
    ),
    Provider(
        "comcast", ("comcast.net", "verizon.net", "att.net"), True, 1.2, 0.5, 0.0, 0.01,
        "550 5.1.1 Not our customer",
    ),
    Provider(
        "google_workspace", (), False, 0.9, 0.7, 0.03, 0.004,
        "550-5.1.1 The email account that you tried to reach does not exist.",
    ),
    Provider(
        "microsoft365", (), False, 1.2, 0.7, 0.03, 0.006,
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    ),
    Provider(
        "other", (), False, 0.8, 0.45, 0.01, 0.04,
        "550 5.1.1 Recipient address rejected: User unknown in local recipient table",
    ),
)  # fmt: skip
INDEX: Final = {provider.name: index for index, provider in enumerate(PROVIDERS)}
BUSINESS: Final = {"google_workspace": 0.3, "microsoft365": 0.45, "other": 0.25}

FULL_MAILBOX: Final = (
    "452 4.2.2 The email account that you tried to reach is over quota",
    "552 5.2.2 Mailbox full",
    "452 4.2.2 Requested mail action aborted: exceeded storage allocation",
    "451 4.3.0 Temporary local problem, please try later",
)
BLOCKED: Final = (
    "550 5.7.1 Our system has detected that this message is likely unsolicited mail",
    (
        "550 5.7.1 Unfortunately, messages from [{ip}] weren't sent. Please contact your Internet "
        "service provider since part of their network is on our block list (S3140)."
    ),
    "554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.dnsbl.example",
    "553 5.7.1 [BL21] Connections will not be accepted from {ip}, because the ip is in a block list",
    "550 5.7.26 This mail has been blocked because the sender is unauthenticated",
    "554 5.7.9 Message not accepted for policy reasons",
)
DEFERRED: Final = (
    (
        "421 4.7.0 [TSS04] Messages from {ip} temporarily deferred due to unexpected volume or user "
        "complaints"
    ),
    "450 4.2.0 Greylisted, please try again in 300 seconds",
    "421 4.7.28 Our system has detected an unusual rate of unsolicited mail from your IP address",
    "451 4.7.500 Server busy. Please try again later",
    "421 4.3.2 Service not available, closing transmission channel",
)
TYPO_DOMAIN: Final = (
    "550 5.1.2 Host or domain name not found. Name service error: Host not found",
    "550 5.4.4 Unrouteable address",
)
