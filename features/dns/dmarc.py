"""DMARC (RFC 7489): a policy, found on the domain or its organisation, and mail that aligns."""

from dataclasses import dataclass
from typing import Final

from features.dns.finding import Finding, PublishRecord, Severity, tags_of
from features.dns.questions import Question, RecordType, Setup, Steps
from features.records import DmarcPolicy

_MAX_REPORT_DOMAINS: Final = 5


@dataclass(frozen=True)
class Dmarc:
    """`policy` None: DNS did not answer. `found_at` is the name the record was found on."""

    policy: DmarcPolicy | None
    record: str | None
    found_at: str | None
    findings: tuple[Finding, ...]


def check_dmarc(
    domain: str, organisation: str, setup: Setup, return_path: str | None, signer: str | None
) -> Steps[Dmarc]:
    """Judge the policy that covers a domain.

    `return_path` and `signer` are the domains of bounces and of the DKIM signature, where known:
    one of them has to align with the domain.
    """
    tag = "p"
    found_at = f"_dmarc.{domain}"
    answer = yield Question(found_at, RecordType.TXT)
    records = _policies(answer.records or ())
    if answer.records is not None and not records and organisation not in ("", domain):
        tag, found_at = "sp", f"_dmarc.{organisation}"
        answer = yield Question(found_at, RecordType.TXT)
        records = _policies(answer.records or ())
    if answer.records is None:
        return Dmarc(None, None, None, ())
    if len(records) != 1:
        finding = _several(domain, records, setup) if records else dmarc_absent(domain, setup)
        return Dmarc(DmarcPolicy.ABSENT, None, None, (finding,))
    tags = tags_of(records[0])
    policy = _policy(tags, tag)
    findings = _faults(found_at, records[0], tags, policy, setup)
    findings += _alignment(domain, organisation, tags, return_path, signer)
    findings += yield from _reports(found_at.removeprefix("_dmarc."), tags)
    return Dmarc(policy or DmarcPolicy.NONE, records[0], found_at, tuple(findings))


def _policies(texts: tuple[str, ...]) -> list[str]:
    return [text for text in texts if tags_of(text).get("v", "").upper() == "DMARC1"]


def _policy(tags: dict[str, str], tag: str) -> DmarcPolicy | None:
    stated = (tags.get(tag) or tags.get("p") or "").lower()
    try:
        found = DmarcPolicy(stated)
    except ValueError:
        return None
    return None if found is DmarcPolicy.ABSENT else found


def _faults(
    name: str, record: str, tags: dict[str, str], policy: DmarcPolicy | None, setup: Setup
) -> list[Finding]:
    faults = []
    if policy is None:
        faults.append(
            Finding(
                "DMARC_SYNTAX", Severity.MUST,
                "The DMARC record has no policy that receivers can read.",
                "Replace it by this record.",
                records=(PublishRecord(name, "TXT", _suggested(setup), record),),
            )
        )  # fmt: skip
    elif policy is DmarcPolicy.NONE:
        faults.append(
            Finding(
                "DMARC_NONE", Severity.NOTE,
                "The DMARC policy is none: anyone can still send in the name of this domain.",
                "When the reports show that your own mail passes, move to quarantine.",
                records=(PublishRecord(name, "TXT", _with(record, "p", "quarantine"), record),),
            )
        )  # fmt: skip
    if policy is not None and "rua" not in tags and setup.report_address:
        value = _with(record, "rua", f"mailto:{setup.report_address}")
        faults.append(
            Finding(
                "DMARC_NO_REPORTS", Severity.NOTE,
                "Nobody receives the DMARC reports of this domain, so failures go unnoticed.",
                "Ask for reports with this record.",
                records=(PublishRecord(name, "TXT", value, record),),
            )
        )  # fmt: skip
    return faults


def _alignment(
    domain: str,
    organisation: str,
    tags: dict[str, str],
    return_path: str | None,
    signer: str | None,
) -> list[Finding]:
    """Find mail that no check can align with its From domain (section 3.1)."""
    if return_path is None and signer is None:
        return []
    spf = _aligns(return_path, domain, organisation, tags.get("aspf", "r").lower())
    dkim = _aligns(signer, domain, organisation, tags.get("adkim", "r").lower())
    if spf or dkim:
        return []
    return [
        Finding(
            "DMARC_UNALIGNED", Severity.MUST,
            "Neither the bounce address ({return_path}) nor the DKIM signature ({signer}) is of {domain}, "
            "so DMARC fails even when both checks pass.",
            "Sign with a key of your own domain.",
            {"return_path": return_path or "-", "signer": signer or "-", "domain": domain},
        )
    ]  # fmt: skip


def _aligns(used: str | None, domain: str, organisation: str, mode: str) -> bool:
    if used is None:
        return False
    if mode == "s":
        return used == domain
    return used == organisation or used.endswith(f".{organisation}")


def _reports(domain: str, tags: dict[str, str]) -> Steps[list[Finding]]:
    """Find report receivers elsewhere that have not agreed to take reports (section 7.1)."""
    refused = []
    for target in _report_domains(tags, domain)[:_MAX_REPORT_DOMAINS]:
        answer = yield Question(f"{domain}._report._dmarc.{target}", RecordType.TXT)
        if answer.records is not None and not _policies(answer.records):
            refused.append(target)
    return [
        Finding(
            "DMARC_REPORTS_REFUSED", Severity.NOTE,
            "DMARC reports go to {target}, which has not agreed to take them; they are not sent.",
            "Ask the owner of {target} to publish this record.",
            {"target": target},
            (PublishRecord(f"{domain}._report._dmarc.{target}", "TXT", "v=DMARC1"),),
        )
        for target in refused
    ]  # fmt: skip


def _report_domains(tags: dict[str, str], domain: str) -> list[str]:
    addresses = f"{tags.get('rua', '')},{tags.get('ruf', '')}".split(",")
    hosts = (
        address.partition("@")[2].partition("!")[0].strip().lower().rstrip(".")
        for address in addresses
    )
    foreign = (host for host in hosts if host and not f".{host}".endswith(f".{domain}"))
    # A subdomain's reports may go to its own organisation without asking.
    return [host for host in dict.fromkeys(foreign) if not f".{domain}".endswith(f".{host}")]


def _with(record: str, tag: str, value: str) -> str:
    """Return the record with one tag set; `v` and `p` stay first, as the standard wants."""
    parts = [part.strip() for part in record.split(";") if part.strip()]
    kept = [part for part in parts if part.partition("=")[0].strip().lower() != tag]
    kept.insert(1 if tag == "p" else len(kept), f"{tag}={value}")
    return "; ".join(kept)


def _suggested(setup: Setup) -> str:
    reports = f"; rua=mailto:{setup.report_address}" if setup.report_address else ""
    return f"v=DMARC1; p=none{reports}"


def dmarc_absent(domain: str, setup: Setup) -> Finding:
    """Return the finding that there is no record, with the one to publish."""
    return Finding(
        "DMARC_ABSENT", Severity.MUST,
        "{domain} has no DMARC policy; Google and Yahoo refuse bulk mail without one.",
        "Publish this DMARC record.", {"domain": domain},
        (PublishRecord(f"_dmarc.{domain}", "TXT", _suggested(setup)),),
    )  # fmt: skip


def _several(domain: str, records: list[str], setup: Setup) -> Finding:
    return Finding(
        "DMARC_SEVERAL", Severity.MUST,
        "{domain} has several DMARC records; receivers ignore all of them.",
        "Replace them by this single record.", {"domain": domain},
        (PublishRecord(f"_dmarc.{domain}", "TXT", _suggested(setup), " | ".join(records)),),
    )  # fmt: skip
