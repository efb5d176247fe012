"""What an account said at sign-up, and when it began to send."""

from collections.abc import Iterable
from datetime import datetime
from math import nan
from typing import Final

from features.authentication import aligned, clean_domain, is_disposable, is_free_mail
from features.facts import AccountFacts
from features.records import Account, Declared

_TRIAL_WORDS: Final = ("trial", "free", "demo", "sandbox", "test")
# Sources that no ESP's terms permit (M3AAWG Sender Best Common Practices, 2015).
_BOUGHT_WORDS: Final = (
    "purchas", "bought", "buy", "rent", "broker", "third", "scrap", "harvest", "append", "co-reg",
    "lead", "data provider", "database",
)  # fmt: skip
# Trades that ESPs' acceptable-use policies refuse or watch (Mailchimp, SendGrid, Mailgun).
_WATCHED_TRADES: Final = (
    "affiliate", "gambl", "casino", "betting", "crypto", "forex", "trading", "loan", "credit",
    "debt", "pharma", "supplement", "adult", "dating", "escort", "mlm", "work from home",
    "make money", "seo", "lead gen", "cannabis", "vape",
)  # fmt: skip


def account_numbers(facts: AccountFacts) -> dict[str, float]:
    """Return the numbers of an account as of `facts.as_of`."""
    account = facts.account
    return _signup(account) | _declared(account.declared or Declared()) | _timing(facts)


def _signup(account: Account) -> dict[str, float]:
    owner = account.email_domain
    site = account.website
    own_domain = owner if owner and not is_free_mail(owner) else None
    return {
        "paid": number(account.paid),
        "plan_trial": mentions(account.plan, _TRIAL_WORDS),
        "subaccount": float(account.parent_account_id is not None),
        "owner_free_mail": nan if not owner else float(is_free_mail(owner)),
        "owner_disposable": nan if not owner else float(is_disposable(owner)),
        "owner_website_aligned": match(own_domain, site),
        "phone_country_differs": _differs(account.country, account.phone_country),
        "website_known": float(bool(site and "." in clean_domain(site))),
        "payment_known": float(account.payment_fingerprint is not None),
        "signup_facts_known": _known(account),
    }


def _known(account: Account) -> float:
    """Return the share of the optional sign-up facts that are given."""
    facts: tuple[object, ...] = (
        account.email_domain, account.signup_ip, account.country, account.website, account.plan,
        account.paid, account.payment_fingerprint, account.device_fingerprint,
        account.phone_country, account.declared,
    )  # fmt: skip
    return sum(fact is not None for fact in facts) / len(facts)


def _declared(declared: Declared) -> dict[str, float]:
    return {
        "declared_monthly_volume": number(declared.monthly_volume),
        "declared_bought_list": mentions(declared.list_source, _BOUGHT_WORDS),
        "declared_watched_trade": mentions(declared.industry, _WATCHED_TRADES),
    }


def _timing(facts: AccountFacts) -> dict[str, float]:
    created, first = facts.account.created_at, facts.first_sent_at
    return {
        "account_age_days": hours_between(created, facts.as_of) / 24,
        "hours_to_first_send": hours_between(created, first),
        "hours_since_first_send": hours_between(first, facts.as_of),
        "hours_to_thousandth": hours_between(created, facts.thousandth_sent_at),
        "hours_first_to_thousandth": hours_between(first, facts.thousandth_sent_at),
        "campaigns_before": float(facts.campaigns_before),
        "max_recipients_before": float(facts.max_recipients_before),
    }


def hours_between(earlier: datetime | None, later: datetime | None) -> float:
    """Return the hours from one time to another: 0 where clocks put them in the wrong order."""
    if earlier is None or later is None:
        return nan
    return max((later - earlier).total_seconds(), 0.0) / 3_600


def number(value: float | None) -> float:
    """Return a number, NaN for unknown."""
    return nan if value is None else float(value)


def mentions(text: str | None, words: Iterable[str]) -> float:
    """Return 1 when a text holds one of the words, 0 when not, NaN for no text."""
    if not text:
        return nan
    lower = text.lower()
    return float(any(word in lower for word in words))


def match(one: str | None, other: str | None) -> float:
    """Return 1 when two domains are aligned, 0 when not, NaN when one is unknown."""
    return nan if not one or not other else float(aligned(one, other))


def _differs(one: str | None, other: str | None) -> float:
    if not one or not other:
        return nan
    return float(one.strip().casefold() != other.strip().casefold())
