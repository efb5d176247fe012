"""Which domains of a list take mail at all: whom to ask DNS about, and what its answers come to.

An address at a domain without a mail server bounces for certain (RFC 5321, 5.1; RFC 7505). Lists
that people joined have next to none, old and invented ones many.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Final

from features.lists.domains import domain_kind

MOST_ASKED: Final = 200


@dataclass(frozen=True)
class DomainSample:
    """A uniform draw of `addresses` addresses, and how many of them are at each domain to ask about.

    Those at mailbox providers are in `addresses` alone: that they take mail is known.
    """

    addresses: int
    domains: dict[str, int]


def sample_domains(addresses: list[str], most: int = MOST_ASKED) -> DomainSample:
    """Draw from distinct addresses in random order until `most` domains are to be asked about."""
    domains: Counter[str] = Counter()
    for drawn, address in enumerate(addresses):
        domain = address.rpartition("@")[2]
        if domain_kind(domain).free_mail:
            continue
        if domain not in domains and len(domains) == most:
            return DomainSample(drawn, dict(domains))
        domains[domain] += 1
    return DomainSample(len(addresses), dict(domains))


def no_mail_share(drawn: DomainSample, takes: Mapping[str, bool | None]) -> float:
    """Return the share of addresses at domains that take no mail; NaN where too little was answered.

    What DNS left open is left out. Less than half of the questions answered is too little.
    """
    answered = {domain: takes[domain] for domain in drawn.domains if takes.get(domain) is not None}
    if not drawn.addresses or 2 * len(answered) < len(drawn.domains):
        return nan
    unasked = sum(rows for domain, rows in drawn.domains.items() if domain not in answered)
    silent = sum(rows for domain, rows in drawn.domains.items() if answered.get(domain) is False)
    left = drawn.addresses - unasked
    return silent / left if left else nan
