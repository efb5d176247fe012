"""Reasons from other accounts. Their values are never shown: who is tied to whom is not for customers."""

from features.rates import BLOCK_BOUNCE, COMPLAINT, HARD_BOUNCE, TRAP_HIT
from models.reasons.claim import above, more
from models.reasons.reason import Reason

_FAMILY = "ties"

LINKED_TO_ABUSE = Reason(
    "LINKED_TO_ABUSE",
    _FAMILY,
    (
        "device_flagged",
        "payment_flagged",
        "signup_ip_flagged",
        "signup_net_flagged",
        "sending_domain_flagged",
        "template_flagged",
        "near_template_flagged",
        "close_flagged",
    ),
    "The account has something in common with accounts that were closed for abuse.",
    "Tell support how your account came about and who else uses its facilities.",
    hidden_value=True,
    claim=above(0),
)
LINKED_ACCOUNTS = Reason(
    "LINKED_ACCOUNTS",
    _FAMILY,
    (
        "device_peers",
        "payment_peers",
        "signup_ip_peers",
        "signup_net_peers",
        "email_domain_peers",
        "website_peers",
        "sending_domain_peers",
        "template_peers",
        "near_template_peers",
        "close_recent_share",
        "signup_net_burst",
    ),
    "At least one other account has something in common with this one.",
    "If you run several accounts, connect them under one parent account.",
    hidden_value=True,
    claim=above(0),
)
LINKED_ACCOUNTS_FARE_BADLY = Reason(
    "LINKED_ACCOUNTS_FARE_BADLY",
    _FAMILY,
    ("peer_hard_bounce_rate", "peer_block_rate", "peer_complaint_rate", "peer_trap_rate"),
    "Accounts that have something in common with this one have delivery problems.",
    "If you run them, clean their lists first.",
    hidden_value=True,
    claims={
        "peer_hard_bounce_rate": more(HARD_BOUNCE.rate),
        "peer_block_rate": more(BLOCK_BOUNCE.rate),
        "peer_complaint_rate": more(COMPLAINT.rate),
        "peer_trap_rate": more(TRAP_HIT.rate),
    },
)
