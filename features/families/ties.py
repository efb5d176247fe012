"""Accounts that share something with this one: how many, how rare that is, and how they fared."""

import numpy as np

from features.catalogue import Array, Family, Feature, itself
from features.rates import BLOCK_BOUNCE, COMPLAINT, HARD_BOUNCE, TRAP_HIT, smoothed
from features.records import Subject


def _peers(accounts: Array) -> Array:
    """Return peers discounted by how common the tie is: it rises to about 20 and falls again."""
    accounts = np.maximum(accounts, 0)
    return accounts / (1 + (accounts / 20) ** 2)


def _flagged(flagged: Array, accounts: Array) -> Array:
    """Return flagged peers out of all, as if 2 more peers were known good."""
    flagged = np.maximum(flagged, 0)
    share: Array = flagged / (np.maximum(accounts, flagged) + 2)
    return share


TIES = Family(
    name="ties",
    meaning="Other accounts tied by device, payment, address range, domain, template or parent.",
    subjects=frozenset(Subject),
    features=(
        Feature(
            "device_peers",
            _peers,
            "accounts",
            "Other accounts that share the sign-up device, discounted where very many do.",
            takes=("tie_device_accounts",),
        ),
        Feature(
            "payment_peers",
            _peers,
            "accounts",
            "Other accounts that share the means of payment, discounted where very many do.",
            takes=("tie_payment_accounts",),
        ),
        Feature(
            "signup_ip_peers",
            _peers,
            "accounts",
            "Other accounts that share the sign-up IP address, discounted where very many do.",
            takes=("tie_signup_ip_accounts",),
        ),
        Feature(
            "signup_net_peers",
            _peers,
            "accounts",
            "Other accounts that share the sign-up network, discounted where very many do.",
            takes=("tie_signup_net_accounts",),
        ),
        Feature(
            "email_domain_peers",
            _peers,
            "accounts",
            "Other accounts that share the owner's own mail domain, discounted where very many do.",
            takes=("tie_email_domain_accounts",),
        ),
        Feature(
            "website_peers",
            _peers,
            "accounts",
            "Other accounts that share the website, discounted where very many do.",
            takes=("tie_website_accounts",),
        ),
        Feature(
            "sending_domain_peers",
            _peers,
            "accounts",
            "Other accounts that share a sending domain, discounted where very many do.",
            takes=("tie_sending_domain_accounts",),
        ),
        Feature(
            "template_peers",
            _peers,
            "accounts",
            "Other accounts that share the message template, discounted where very many do.",
            takes=("tie_template_accounts",),
        ),
        Feature(
            "near_template_peers",
            _peers,
            "accounts",
            "Other accounts that sent much the same text, discounted where very many did.",
            takes=("tie_near_template_accounts",),
        ),
        Feature(
            "device_flagged",
            _flagged,
            "share",
            "Share of the accounts with the same device that were found abusive, smoothed.",
            direction=1,
            takes=("tie_device_flagged", "tie_device_accounts"),
        ),
        Feature(
            "payment_flagged",
            _flagged,
            "share",
            "Share of the accounts with the same means of payment that were found abusive, smoothed.",
            direction=1,
            takes=("tie_payment_flagged", "tie_payment_accounts"),
        ),
        Feature(
            "signup_ip_flagged",
            _flagged,
            "share",
            "Share of the accounts with the same sign-up IP address that were found abusive, smoothed.",
            direction=1,
            takes=("tie_signup_ip_flagged", "tie_signup_ip_accounts"),
        ),
        Feature(
            "signup_net_flagged",
            _flagged,
            "share",
            "Share of the accounts with the same sign-up network that were found abusive, smoothed.",
            direction=1,
            takes=("tie_signup_net_flagged", "tie_signup_net_accounts"),
        ),
        Feature(
            "sending_domain_flagged",
            _flagged,
            "share",
            "Share of the accounts with the same sending domain that were found abusive, smoothed.",
            direction=1,
            takes=("tie_sending_domain_flagged", "tie_sending_domain_accounts"),
        ),
        Feature(
            "template_flagged",
            _flagged,
            "share",
            "Share of the accounts with the same message template that were found abusive, smoothed.",
            direction=1,
            takes=("tie_template_flagged", "tie_template_accounts"),
        ),
        Feature(
            "near_template_flagged",
            _flagged,
            "share",
            "Share of the accounts that sent much the same text that were found abusive, smoothed.",
            direction=1,
            takes=("tie_near_template_flagged", "tie_near_template_accounts"),
        ),
        Feature(
            "close_flagged",
            itself,
            "accounts",
            "Flagged accounts over all kinds of tie, common ties discounted.",
            direction=1,
            takes=("close_flagged",),
        ),
        Feature(
            "close_recent_share",
            lambda close_recent, close_peers: (
                np.maximum(close_recent, 0) / (np.maximum(close_peers, close_recent) + 3)
            ),
            "share",
            "Share of close peers created within a week of this account, smoothed: a burst of sign-ups.",
        ),
        Feature(
            "signup_net_burst",
            lambda tie_signup_net_recent: np.log2(np.maximum(tie_signup_net_recent, 0) + 1),
            "doublings",
            "Accounts from the same network created within a week.",
        ),
        Feature(
            "peer_hard_bounce_rate",
            lambda peer_hard_bounce, peer_sent: smoothed(peer_hard_bounce, peer_sent, HARD_BOUNCE),
            "share",
            "Hard-bounce rate of close peers together, smoothed.",
            direction=1,
        ),
        Feature(
            "peer_block_rate",
            lambda peer_block_bounce, peer_sent: smoothed(
                peer_block_bounce, peer_sent, BLOCK_BOUNCE
            ),
            "share",
            "Block rate of close peers together, smoothed.",
            direction=1,
        ),
        Feature(
            "peer_complaint_rate",
            lambda peer_complaint, peer_delivered: smoothed(
                peer_complaint, peer_delivered, COMPLAINT
            ),
            "share",
            "Complaint rate of close peers together, smoothed.",
            direction=1,
        ),
        Feature(
            "peer_trap_rate",
            lambda peer_trap_hit, peer_sent: smoothed(peer_trap_hit, peer_sent, TRAP_HIT),
            "share",
            "Trap rate of close peers together, smoothed.",
            direction=1,
        ),
    ),
)
