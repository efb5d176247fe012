"""How a message fits the account that sends it: its own brand imitated, a language not its country's."""

from collections.abc import Sequence
from math import nan
from typing import Final

from features.content.analysis import Analysis
from features.content.brands import imitates_name
from features.content.free_mail import is_free_mail
from features.content.hosts import registrable_domain
from features.content.language import is_foreign
from features.ownership import website_host
from features.records import Account, SendingDomain

# An agency may hold thousands of domains, and a message link to hundreds.
_OWN_COMPARED: Final = 20
_USED_COMPARED: Final = 200


def fit_numbers(
    analysis: Analysis, account: Account, domains: Sequence[SendingDomain]
) -> dict[str, float]:
    """Return what is odd about a message for this account; NaN where the account does not tell."""
    own = own_domains(account, domains)
    names = sorted(own)[:_OWN_COMPARED]
    hosts = (analysis.from_domain or "", *analysis.link_hosts)[:_USED_COMPARED]
    used = {registrable_domain(host) for host in hosts} - own - {""}
    alike = sum(any(imitates_name(host, name) for name in names) for host in used)
    return {
        "content_own_lookalikes": float(alike) if own else nan,
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
