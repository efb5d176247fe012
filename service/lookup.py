"""Asks DNS how a sending domain authenticates its mail.

SPF: RFC 7208. DKIM: RFC 6376; which selectors a domain uses cannot be listed, so only a usual one
that is found says anything. DMARC: RFC 7489, the organisational domain's policy counts too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from features.dns.questions import Question, RecordType
from features.records import AuthResult, DmarcPolicy
from service.resolver import DnsResolver

SELECTORS: Final = ("default", "google", "selector1", "selector2", "k1", "s1", "s2", "mail", "dkim")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What DNS says; None where it did not answer in time or cannot tell."""

    spf: AuthResult | None = None
    dkim: AuthResult | None = None
    dmarc: DmarcPolicy | None = None


DomainCheck = Callable[[str], Found]
Texts = list[str] | None


@dataclass(frozen=True)
class DnsCheck:
    """Looks a domain up. `seconds` bounds each question, `nameservers` None: the system's."""

    seconds: float = 1.5
    nameservers: tuple[str, ...] | None = None
    port: int = 53

    def __call__(self, domain: str) -> Found:
        """Return what the domain publishes."""
        spf_texts = self._texts(domain)
        return Found(spf=_spf(spf_texts), dkim=self._dkim(domain), dmarc=self._dmarc(domain))

    def _dkim(self, domain: str) -> AuthResult | None:
        """Return `pass` when a usual selector has a key, `fail` when it is revoked, else None."""
        for selector in SELECTORS:
            texts = self._texts(f"{selector}._domainkey.{domain}")
            if texts is None:
                return None
            keys = [text for text in texts if "p=" in text.replace(" ", "")]
            if keys:
                return AuthResult.FAIL if _tags(keys[0]).get("p") == "" else AuthResult.PASS
        return None

    def _dmarc(self, domain: str) -> DmarcPolicy | None:
        own = self._texts(f"_dmarc.{domain}")
        policy = _dmarc_policy(own, "p")
        parent = organisation_of(domain)
        if policy is not DmarcPolicy.ABSENT or parent in ("", domain):
            return policy
        return _dmarc_policy(self._texts(f"_dmarc.{parent}"), "sp")

    def _texts(self, name: str) -> Texts:
        """Return the TXT records of a name; empty when there are none, None when unanswered."""
        answer = DnsResolver(self.seconds, self.nameservers, self.port)(
            Question(name, RecordType.TXT)
        )
        return None if answer.records is None else list(answer.records)


def _spf(texts: Texts) -> AuthResult | None:
    """Return `fail` for more than one record, which receivers must treat as an error."""
    if texts is None:
        return None
    records = [text for text in texts if text.lower().split(" ", 1)[0] == "v=spf1"]
    if not records:
        return AuthResult.NONE
    return AuthResult.PASS if len(records) == 1 else AuthResult.FAIL


def _dmarc_policy(texts: Texts, tag: str) -> DmarcPolicy | None:
    """Return the policy in a DMARC record; `sp` falls back to `p`."""
    if texts is None:
        return None
    records = [tags for tags in map(_tags, texts) if tags.get("v") == "dmarc1"]
    if len(records) != 1:
        return DmarcPolicy.ABSENT
    stated = records[0].get(tag) or records[0].get("p") or ""
    try:
        return DmarcPolicy(stated)
    except ValueError:
        return DmarcPolicy.NONE


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def organisation_of(domain: str) -> str:
    """Return the registrable domain, by the public suffix list shipped with tldextract.

    An unlisted suffix counts as one label, as the list's default rule says.
    """
    import tldextract

    extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    return extract(domain).top_domain_under_public_suffix or ".".join(domain.split(".")[-2:])
