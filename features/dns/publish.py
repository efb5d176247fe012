"""What to publish where only the stored results of a domain are known, without asking DNS."""

from features.dns.dkim import dkim_absent
from features.dns.dmarc import dmarc_absent
from features.dns.finding import Finding
from features.dns.questions import Setup
from features.dns.spf import spf_absent
from features.records import AuthResult, DmarcPolicy, SendingDomain


def missing_records(domain: SendingDomain, setup: Setup) -> tuple[Finding, ...]:
    """Return a finding with its record for each part of a domain that is known to be absent."""
    found = []
    if domain.spf is AuthResult.NONE:
        found.append(spf_absent(domain.domain, setup))
    if domain.dkim is AuthResult.NONE:
        found.extend(dkim_absent(selector, domain.domain, setup) for selector in setup.selectors)
    if domain.dmarc is DmarcPolicy.ABSENT:
        found.append(dmarc_absent(domain.domain, setup))
    return tuple(found)
