"""What other accounts share with this one, and how those fared."""

from collections.abc import Sequence
from math import nan
from typing import Final

from features.authentication import is_free_mail
from features.facts import NEAR_TEMPLATES, AccountFacts, CampaignFacts, Facts, Peers, TieKind
from features.records import EventType
from features.tiles import COUNTER_INDEX

# An attribute that this many accounts share ties them half as closely as a rare one.
_COMMON_ACCOUNTS: Final = 20
_POOLED: Final = ("sent", "delivered", "hard_bounce", "block_bounce", "complaint", "trap_hit")


def tie_numbers(facts: Facts, account: AccountFacts) -> dict[str, float]:
    """Return per kind of tie the peers counted, and over all kinds what close peers did."""
    exact = [kind for kind in TieKind if kind not in NEAR_TEMPLATES]
    known = {kind.value: _peers(kind, facts, account) for kind in exact}
    numbers: dict[str, float] = {}
    for name, peers in {**known, "near_template": _near(account, known["template"])}.items():
        numbers[f"tie_{name}_accounts"] = nan if peers is None else float(peers.accounts)
        numbers[f"tie_{name}_flagged"] = nan if peers is None else float(peers.flagged)
        numbers[f"tie_{name}_recent"] = nan if peers is None else float(peers.recent)
    return numbers | _pooled([peers for peers in known.values() if peers is not None])


def _near(account: AccountFacts, same: Peers | None) -> Peers | None:
    """Return who sent much the same text, by the key with the worst company."""
    found = [account.ties[kind] for kind in NEAR_TEMPLATES if kind in account.ties]
    return max(found, key=lambda peers: (peers.flagged, peers.accounts), default=same)


def _peers(kind: TieKind, facts: Facts, account: AccountFacts) -> Peers | None:
    """Return the peers of a kind; none at all where the account has the attribute alone.

    `None` where the attribute is unknown. A free-mail domain is no tie.
    """
    owner = account.account.email_domain
    if kind is TieKind.EMAIL_DOMAIN and owner and is_free_mail(owner):
        return Peers()
    alone = Peers() if _has(kind, facts, account) else None
    return account.ties.get(kind, alone)


def _has(kind: TieKind, facts: Facts, account: AccountFacts) -> bool:
    record = account.account
    template = facts.campaign.fingerprint if isinstance(facts, CampaignFacts) else None
    attribute: dict[TieKind, object] = {
        TieKind.SIGNUP_IP: record.signup_ip,
        TieKind.SIGNUP_NET: record.signup_ip,
        TieKind.DEVICE: record.device_fingerprint,
        TieKind.PAYMENT: record.payment_fingerprint,
        TieKind.EMAIL_DOMAIN: record.email_domain,
        TieKind.WEBSITE: record.website,
        TieKind.SENDING_DOMAIN: account.domains or None,
        TieKind.PARENT: record.account_id,
        TieKind.TEMPLATE: template,
    }
    return attribute[kind] is not None


def _pooled(kinds: Sequence[Peers]) -> dict[str, float]:
    """Return the sums of the peers' counts, each kind discounted by how common it is."""
    pooled = dict.fromkeys(_POOLED, 0.0)
    close = flagged = recent = 0.0
    for peers in kinds:
        weight = 1 / (1 + max(peers.accounts, 0) / _COMMON_ACCOUNTS)
        close += weight * peers.accounts
        flagged += weight * peers.flagged
        recent += weight * peers.recent
        for name in _POOLED:
            pooled[name] += weight * peers.totals[COUNTER_INDEX[EventType(name)]]
    numbers = {f"peer_{name}": value for name, value in pooled.items()}
    return numbers | {"close_peers": close, "close_flagged": flagged, "close_recent": recent}
