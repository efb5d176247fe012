"""The whole check of a sending domain: one report with a to-do list, worst first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from features.dns.dkim import Dkim, check_dkim
from features.dns.dmarc import Dmarc, check_dmarc
from features.dns.finding import Finding, Severity
from features.dns.presence import check_presence
from features.dns.questions import Setup, Steps
from features.dns.spf import Spf, check_spf

_ORDER: Final = {severity: place for place, severity in enumerate(Severity)}
# Findings after which nothing else about the domain matters.
_FINAL: Final = frozenset({"DOMAIN_FREE_MAIL", "DOMAIN_ABSENT"})


@dataclass(frozen=True)
class DomainReport:
    """`findings` with what must be done first; `complete` False: DNS left a question open."""

    domain: str
    spf: Spf
    dkim: Dkim
    dmarc: Dmarc
    findings: tuple[Finding, ...]
    complete: bool


def check_domain(
    domain: str,
    organisation: str,
    setup: Setup,
    at: datetime,
    selectors: tuple[str, ...] = (),
    registered_at: datetime | None = None,
) -> Steps[DomainReport]:
    """Judge everything that a sending domain publishes; `organisation` is its registrable domain."""
    presence = yield from check_presence(domain, registered_at, at)
    if any(finding.code in _FINAL for finding in presence):
        none = Spf(None, None, 0, ()), Dkim(None, (), ()), Dmarc(None, None, None, ())
        return DomainReport(domain, *none, presence, True)
    spf = yield from check_spf(domain, setup)
    dkim = yield from check_dkim(domain, setup, selectors)
    signer = domain if dkim.selectors else None
    path = setup.return_path
    dmarc = yield from check_dmarc(domain, organisation, setup, path, signer)
    findings = (*presence, *spf.findings, *dkim.findings, *dmarc.findings)
    return DomainReport(
        domain=domain,
        spf=spf,
        dkim=dkim,
        dmarc=dmarc,
        findings=tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity])),
        complete=spf.result is not None and dmarc.policy is not None,
    )
