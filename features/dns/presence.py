"""Whether a domain is lived in: takes mail, is not parked, not free mail, not registered yesterday."""

from datetime import datetime
from typing import Final

from features.authentication import is_disposable, is_free_mail
from features.dns.finding import Finding, Severity
from features.dns.questions import Answer, Question, RecordType, Steps

YOUNG_DAYS: Final = 30
# Name servers that parking services ask their customers to set, by their own set-up pages.
PARKING: Final = (
    "sedoparking.com", "bodis.com", "parkingcrew.net", "above.com", "cashparking.com",
    "parklogic.com", "dan.com", "afternic.com", "hugedomains.com", "uniregistrymarket.link",
    "undeveloped.com", "voodoo.com", "ztomy.com", "fabulous.com", "namedrive.com", "smartname.com",
)  # fmt: skip


def check_presence(
    domain: str, registered_at: datetime | None, at: datetime
) -> Steps[tuple[Finding, ...]]:
    """Judge what the domain is, apart from its authentication."""
    if is_free_mail(domain) or is_disposable(domain):
        return (_not_yours(domain),)
    servers = yield Question(domain, RecordType.NS)
    if not servers.exists:
        return (_unknown(domain),)
    findings = []
    if _parked(servers):
        findings.append(
            Finding(
                "DOMAIN_PARKED", Severity.MUST,
                "{domain} is parked: its name servers belong to a service that sells domains.",
                "Send from a domain that is in use.", {"domain": domain},
            )
        )  # fmt: skip
    if (yield from takes_mail(domain)) is False:
        findings.append(_silent(domain))
    if registered_at is not None and (at - registered_at).days < YOUNG_DAYS:
        findings.append(_young(domain, max((at - registered_at).days, 0)))
    return tuple(findings)


def _parked(servers: Answer) -> bool:
    return any(
        f".{server.lower()}".endswith(f".{name}")
        for server in servers.records or ()
        for name in PARKING
    )


def takes_mail(domain: str) -> Steps[bool | None]:
    """Tell whether a domain takes mail; None where DNS leaves it open.

    It does not with a null MX (RFC 7505), or with neither MX nor address (RFC 5321, 5.1).
    """
    exchangers = yield Question(domain, RecordType.MX)
    if exchangers.records is None:
        return None
    if exchangers.records:
        hosts = [record.split()[-1] for record in exchangers.records if record.split()]
        return any(host not in (".", "0") for host in hosts)
    for kind in (RecordType.A, RecordType.AAAA) if exchangers.exists else ():
        address = yield Question(domain, kind)
        if address.records is None or address.records:
            return None if address.records is None else True
    return False


def _silent(domain: str) -> Finding:
    return Finding(
        "DOMAIN_TAKES_NO_MAIL", Severity.MUST,
        "{domain} takes no mail, so replies and bounces to it are lost and many receivers refuse it.",
        "Publish an MX record that names the server of your mailboxes.", {"domain": domain},
    )  # fmt: skip


def _not_yours(domain: str) -> Finding:
    return Finding(
        "DOMAIN_FREE_MAIL", Severity.MUST,
        "{domain} gives mailboxes to anyone; its owner does not let other servers send in its name.",
        "Send from a domain of your own.", {"domain": domain},
    )  # fmt: skip


def _unknown(domain: str) -> Finding:
    return Finding(
        "DOMAIN_ABSENT", Severity.MUST, "{domain} does not exist in DNS.",
        "Check the spelling, or register the domain.", {"domain": domain},
    )  # fmt: skip


def _young(domain: str, days: int) -> Finding:
    return Finding(
        "DOMAIN_YOUNG", Severity.NOTE,
        "{domain} was registered {days} days ago; mailbox providers distrust new domains.",
        "Start with your most active readers and grow slowly.",
        {"domain": domain, "days": str(days)},
    )  # fmt: skip
