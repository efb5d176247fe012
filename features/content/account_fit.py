"""How a message fits the account that sends it: its own brand imitated, a language not its country's."""

from collections.abc import Sequence
from math import nan

from features.content.analysis import Analysis
from features.content.brands import imitates_name
from features.content.free_mail import is_free_mail
from features.content.hosts import registrable_domain
from features.content.language import is_foreign
from features.ownership import website_host
from features.records import Account, SendingDomain


def fit_numbers(
    analysis: Analysis, account: Account, domains: Sequence[SendingDomain]
) -> dict[str, float]:
    """Return what is odd about a message for this account; NaN where the account does not tell."""
    own = own_domains(account, domains)
    used = {registrable_domain(h) for h in (analysis.from_domain or "", *analysis.link_hosts)}
    alike = [host for host in used - own - {""} if any(imitates_name(host, mine) for mine in own)]
    return {
        "content_own_lookalikes": float(len(alike)) if own else nan,
        "content_language_foreign": is_foreign(analysis.language, account.country),
    }


def own_domains(account: Account, domains: Sequence[SendingDomain]) -> set[str]:
    """Return the registrable domains that are the account's own; free mail is nobody's.

    A sending domain counts once it was verified: an impostor can ask for any.
    """
    said = [account.email_domain, website_host(account.website)]
    verified = [d.domain for d in domains if d.verified_at is not None]
    found = {registrable_domain(host.strip().lower()) for host in (*said, *verified) if host}
    return {host for host in found if host and not is_free_mail(host)}
