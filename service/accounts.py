"""Accounts and sending domains: facts that are put."""

from datetime import datetime

import msgspec

from features.facts import TieKind
from features.records import Account, SendingDomain
from models.decision import Decision
from service.judge import known_account
from service.lookup import Found
from service.parts import Parts
from service.score import score_account
from service.ties import account_ties, tie_key


def put_account(parts: Parts, account: Account, at: datetime) -> Decision:
    """Store what is known of an account from `at` on, and return the decision on it."""
    parts.store.put_account(account, account_ties(account), at)
    return score_account(parts, account.account_id, at)


def put_domain(
    parts: Parts, domain: SendingDomain, at: datetime, check: bool = False
) -> SendingDomain:
    """Store a sending domain's authentication from `at` on and return the record.

    With `check`, what DNS says replaces what the caller said; what DNS leaves open stays. Raises `UnknownAccount`.
    """
    known_account(parts.store, domain.account_id)
    if check:
        domain = _filled(domain, parts.check_domain(domain.domain))
    parts.store.put_domain(domain, at)
    tie = {TieKind.SENDING_DOMAIN: tie_key(TieKind.SENDING_DOMAIN, domain.domain)}
    parts.store.add_ties(domain.account_id, tie, at)
    return domain


def _filled(domain: SendingDomain, found: Found) -> SendingDomain:
    return msgspec.structs.replace(
        domain,
        spf=found.spf if found.spf is not None else domain.spf,
        dkim=found.dkim if found.dkim is not None else domain.dkim,
        dmarc=found.dmarc if found.dmarc is not None else domain.dmarc,
    )
