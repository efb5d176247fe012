"""DKIM keys (RFC 6376, RFC 8463): present, not revoked, strong enough, out of testing."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from features.dns.finding import Finding, PublishRecord, Severity, tags_of
from features.dns.questions import Question, RecordType, Setup, Steps
from features.records import AuthResult

# Which selectors a domain uses cannot be listed; these are what large providers publish.
USUAL_SELECTORS: Final = (
    "default", "google", "selector1", "selector2", "k1", "s1", "s2", "mail", "dkim",
)  # fmt: skip
WEAK_BITS: Final = 1_024
GOOD_BITS: Final = 2_048


@dataclass(frozen=True)
class Dkim:
    """`result` None: nothing was found among guessed selectors, or DNS did not answer."""

    result: AuthResult | None
    selectors: tuple[str, ...]
    findings: tuple[Finding, ...]


def check_dkim(domain: str, setup: Setup, asked: tuple[str, ...] = ()) -> Steps[Dkim]:
    """Judge the keys under the named selectors, the installation's own, or else the usual ones."""
    named = asked or setup.selectors
    found: list[str] = []
    findings: list[Finding] = []
    silent = False
    for selector in named or USUAL_SELECTORS:
        name = f"{selector}._domainkey.{domain}"
        answer = yield Question(name, RecordType.TXT)
        silent |= answer.records is None
        keys = [text for text in answer.records or () if "p" in tags_of(text)]
        if keys:
            found.append(selector)
            findings.extend(_key_faults(selector, name, keys, setup, domain))
        elif named and answer.records is not None:
            findings.append(dkim_absent(selector, domain, setup))
    return Dkim(_result(found, findings, bool(named), silent), tuple(found), tuple(findings))


def _result(
    found: list[str], findings: list[Finding], named: bool, silent: bool
) -> AuthResult | None:
    if found:
        bad = any(finding.severity is Severity.MUST for finding in findings)
        return AuthResult.FAIL if bad else AuthResult.PASS
    return AuthResult.NONE if named and not silent else None


def _key_faults(
    selector: str, name: str, keys: list[str], setup: Setup, domain: str
) -> list[Finding]:
    values, mend = {"selector": selector}, _records(selector, name, setup, domain)
    if len(keys) > 1:
        return [
            Finding(
                "DKIM_SEVERAL", Severity.MUST,
                "There are several keys under the DKIM selector {selector}; receivers may take either.",
                "Keep one record under that name.", values, mend,
            )
        ]  # fmt: skip
    tags = tags_of(keys[0])
    if not tags["p"]:
        return [
            Finding(
                "DKIM_REVOKED", Severity.MUST,
                "The DKIM key of selector {selector} is revoked: mail signed with it fails.",
                "Publish the key that your mail is signed with.", values, mend,
            )
        ]  # fmt: skip
    faults = _strength(selector, tags, mend)
    if "y" in tags.get("t", "").split(":"):
        faults.append(
            Finding(
                "DKIM_TESTING", Severity.SHOULD,
                "The DKIM key of selector {selector} says t=y, testing: receivers may ignore it.",
                "Publish the key without t=y.", values,
                (PublishRecord(name, "TXT", _without_testing(keys[0]), keys[0]),),
            )
        )  # fmt: skip
    return faults


def _without_testing(key: str) -> str:
    parts = [part.strip() for part in key.split(";") if part.strip()]
    return "; ".join(part for part in parts if part.partition("=")[0].strip().lower() != "t")


def _strength(
    selector: str, tags: dict[str, str], mend: tuple[PublishRecord, ...]
) -> list[Finding]:
    bits = key_bits(tags["p"], tags.get("k", "rsa").lower())
    if bits is None:
        return [
            Finding(
                "DKIM_UNREADABLE", Severity.MUST,
                "The DKIM key of selector {selector} cannot be read; it may have been cut off.",
                "Publish the whole key again; most DNS editors want it in one piece.",
                {"selector": selector}, mend,
            )
        ]  # fmt: skip
    if bits >= GOOD_BITS or tags.get("k", "rsa").lower() == "ed25519":
        return []
    weak = bits < WEAK_BITS
    return [
        Finding(
            "DKIM_WEAK" if weak else "DKIM_SHORT",
            Severity.MUST if weak else Severity.NOTE,
            "The DKIM key of selector {selector} has {bits} bits; "
            + ("receivers refuse less than 1024." if weak else "2048 are recommended."),
            "Make a new key of 2048 bits and publish it under a new selector.",
            {"selector": selector, "bits": str(bits)}, mend if weak else (),
        )
    ]  # fmt: skip


def key_bits(encoded: str, kind: str) -> int | None:
    """Return the size of a published key in bits; None when it cannot be read."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        raw = base64.b64decode("".join(encoded.split()), validate=True)
        if kind == "ed25519":
            return 256 if len(raw) == 32 else None
        key = load_der_public_key(raw)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None


def dkim_absent(selector: str, domain: str, setup: Setup) -> Finding:
    """Return the finding that a selector has no key, with the record to publish."""
    name = f"{selector}._domainkey.{domain}"
    return Finding(
        "DKIM_ABSENT", Severity.MUST,
        "There is no DKIM key under selector {selector}, so the signature of your mail cannot be checked.",
        "Publish this record." if setup.dkim_target else "Publish the key that your mail is signed with.",
        {"selector": selector}, _records(selector, name, setup, domain),
    )  # fmt: skip


def _records(selector: str, name: str, setup: Setup, domain: str) -> tuple[PublishRecord, ...]:
    if setup.dkim_target is None:
        return ()
    dashed = domain.replace(".", "-")
    target = setup.dkim_target.replace("{selector}", selector).replace("{domain}", dashed)
    return (PublishRecord(name, "CNAME", target),)
