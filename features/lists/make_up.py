"""Who is on the list: roles, kinds of domains, spread over domains and countries."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2, nan
from typing import Final

from features.lists.addresses import Addresses
from features.lists.counting import Counts, ratio
from features.lists.domains import DomainKind, domain_kind
from features.lists.fit import countries_of
from features.mailbox_providers import provider_of

_MIN_OWN_DOMAINS: Final = 5
_MOST_PROVIDERS: Final = 12


@dataclass
class MakeUp:
    """Counts over the well-formed rows; `domains` are classified at the end, once each."""

    valid: int = 0
    roles: int = 0
    upper: int = 0
    non_ascii: int = 0
    domains: Counts = field(default_factory=Counts)

    def add(self, found: Addresses, domains: Mapping[str, int], roles: int) -> None:
        """Add the rows of a chunk; `domains` counts those of the addresses."""
        self.valid += len(found.rows)
        self.roles += roles
        self.upper += found.upper
        self.non_ascii += found.non_ascii
        self.domains.add_counts(domains)

    def top_levels(self) -> Counter[str]:
        """Return the addresses by top-level domain."""
        found: Counter[str] = Counter()
        for domain, n in self.domains.by_key.items():
            found[domain.rpartition(".")[2]] += n
        return found

    def providers(self) -> dict[str, int]:
        """Return the addresses at each of the largest mailbox providers, the rest under ""."""
        found: Counter[str] = Counter()
        for domain, n in self.domains.by_key.items():
            found[provider_of(f"@{domain}") or domain] += n
        largest = dict(found.most_common(_MOST_PROVIDERS))
        rest = self.domains.total - sum(largest.values())
        return largest | ({"": rest} if rest else {})

    def numbers(self) -> dict[str, float]:
        kinds = [(domain_kind(domain), n) for domain, n in self.domains.by_key.items()]
        kept = self.domains.total - self.domains.others
        spread = Counts.of(self.top_levels())

        def share(flag: str) -> float:
            return ratio(sum(n for kind, n in kinds if getattr(kind, flag)), kept)

        return {
            "list_role_share": ratio(self.roles, self.valid),
            "list_upper_share": ratio(self.upper, self.valid),
            "list_non_ascii_share": ratio(self.non_ascii, self.valid),
            "list_disposable_share": share("disposable"),
            "list_free_mail_share": share("free_mail"),
            "list_typo_share": share("typo"),
            "list_corporate_share": share("own"),
            "list_institution_share": share("institution"),
            "list_top_domain_share": self.domains.top_share,
            "list_domain_entropy": self.domains.entropy,
            "list_tld_entropy": spread.entropy,
            "list_top_tld_share": spread.top_share,
            "list_country_domain_share": ratio(sum(countries_of(spread.by_key).values()), kept),
        } | _own_domains(kinds, kept)


def _own_domains(kinds: list[tuple[DomainKind, int]], total: int) -> dict[str, float]:
    own = [n for kind, n in kinds if kind.own]
    enough = len(own) >= _MIN_OWN_DOMAINS
    return {
        "list_top_corporate_share": ratio(max(own, default=0), total),
        "list_rows_per_own_domain": log2(sum(own) / len(own)) if enough else nan,
    }
