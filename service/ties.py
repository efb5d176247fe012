"""What ties an account to others: a key for each thing that two accounts can share."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Final

from features.facts import NEAR_TEMPLATES, TieKind
from features.hashing import key64
from features.ownership import website_host
from features.records import Account

_NET_BITS: Final = {4: 24, 6: 48}


def account_ties(account: Account) -> dict[TieKind, int]:
    """Return the keys of what an account's sign-up facts can share with another's."""
    return {kind: tie_key(kind, value) for kind, value in shared_facts(account).items()}


def shared_facts(account: Account) -> dict[TieKind, str]:
    """Return what an account's sign-up facts can share with another's, in words."""
    shared = {
        TieKind.SIGNUP_IP: account.signup_ip,
        TieKind.SIGNUP_NET: network_of(account.signup_ip),
        TieKind.DEVICE: account.device_fingerprint,
        TieKind.PAYMENT: account.payment_fingerprint,
        TieKind.EMAIL_DOMAIN: lowered(account.email_domain),
        TieKind.WEBSITE: website_host(account.website),
        TieKind.PARENT: account.parent_account_id,
    }
    return {kind: value for kind, value in shared.items() if value}


def message_ties(
    from_domain: str | None, fingerprint: int | None, near_keys: Sequence[int] = ()
) -> dict[TieKind, int]:
    """Return the keys of what a message can share with another account's."""
    ties: dict[TieKind, int] = {}
    if from_domain:
        ties[TieKind.SENDING_DOMAIN] = tie_key(TieKind.SENDING_DOMAIN, from_domain.lower())
    if fingerprint:
        ties[TieKind.TEMPLATE] = fingerprint
    for kind, key in zip(NEAR_TEMPLATES, near_keys, strict=False):
        ties[kind] = tie_key(kind, str(key))
    return ties


def tie_key(kind: TieKind, value: str) -> int:
    """Return the 64-bit key of one shared thing."""
    return key64(kind.value, value)


def merged(*all_ties: Mapping[TieKind, int]) -> dict[TieKind, int]:
    """Return ties with later ones winning."""
    return {kind: key for ties in all_ties for kind, key in ties.items()}


def network_of(address: str | None) -> str | None:
    """Return the /24 (IPv4) or /48 (IPv6) that holds an address; None for what is none."""
    try:
        ip = ipaddress.ip_address((address or "").strip())
    except ValueError:
        return None
    return str(ipaddress.ip_network((ip, _NET_BITS[ip.version]), strict=False))


def lowered(text: str | None) -> str | None:
    return text.strip().lower().rstrip(".") if text else None
