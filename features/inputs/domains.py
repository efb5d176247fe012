"""The authentication of the domains that an account sends from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import nan
from typing import Final

from features.authentication import aligned, is_free_mail
from features.facts import AccountFacts
from features.inputs.account import hours_between, match
from features.records import AuthResult, DmarcPolicy, SendingDomain

_DMARC_LEVEL: Final = {
    DmarcPolicy.ABSENT: 0.0,
    DmarcPolicy.NONE: 1.0,
    DmarcPolicy.QUARANTINE: 2.0,
    DmarcPolicy.REJECT: 3.0,
}


def domain_numbers(facts: AccountFacts, from_domain: str | None = None) -> dict[str, float]:
    """Return the numbers of the From domain where it is known, else of all the account's domains."""
    used = facts.domains
    if from_domain:
        used = tuple(d for d in facts.domains if aligned(d.domain, from_domain))
    senders = (from_domain,) if from_domain else tuple(d.domain for d in facts.domains)
    return (
        _authentication(used)
        | _ages(facts, used)
        | {
            "sending_domains": float(len(facts.domains)),
            "from_own_domain": float(bool(used)) if from_domain and facts.domains else nan,
            "from_free_mail": max((float(is_free_mail(d)) for d in senders), default=nan),
            "from_owner_aligned": _any_match(senders, _own(facts.account.email_domain)),
            "from_website_aligned": _any_match(senders, facts.account.website),
        }
    )


def _authentication(domains: Sequence[SendingDomain]) -> dict[str, float]:
    levels = [_DMARC_LEVEL[d.dmarc] for d in domains if d.dmarc is not None]
    return {
        "spf_pass": _pass_share(d.spf for d in domains),
        "dkim_pass": _pass_share(d.dkim for d in domains),
        "dmarc_level": min(levels, default=nan),
    }


def _pass_share(results: Iterable[AuthResult | None]) -> float:
    known = [result is AuthResult.PASS for result in results if result is not None]
    return sum(known) / len(known) if known else nan


def _ages(facts: AccountFacts, domains: Sequence[SendingDomain]) -> dict[str, float]:
    """Return the ages of the youngest domain; at sign-up it is negative when registered later."""
    registered = _latest(d.registered_at for d in domains)
    verified = _latest(d.verified_at for d in domains)
    before = nan
    if registered is not None:
        before = (facts.account.created_at - registered).total_seconds() / 86_400
    return {
        "domain_age_days": hours_between(registered, facts.as_of) / 24,
        "domain_age_at_signup_days": before,
        "domain_verified_hours": hours_between(verified, facts.as_of),
    }


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time is not None), default=None)


def _own(domain: str | None) -> str | None:
    return None if not domain or is_free_mail(domain) else domain


def _any_match(senders: Sequence[str], domain: str | None) -> float:
    return max((match(sender, domain) for sender in senders), default=nan)
