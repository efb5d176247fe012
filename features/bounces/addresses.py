"""Addresses in reports: bounded search, and the ones that are never a failed recipient."""

import re
from collections.abc import Iterator
from typing import Final

ADDRESS: Final = re.compile(
    r"(?:\"[^\"\s@]{1,64}\"|[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.\u0080-\uffff]{1,128})"
    r"@(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9\u0080-\uffff](?:[A-Za-z0-9.\-_\u0080-\uffff]{0,252}"
    r"[A-Za-z0-9\u0080-\uffff])?)"
)
_DAEMONS: Final = frozenset(
    {"mailer-daemon", "postmaster", "mailerdaemon", "mail-daemon", "abuse", "bounce", "bounces",
     "mail.delivery.system", "mdaemon", "double-bounce"}
)  # fmt: skip
_SURROUND: Final = "<>\"'()[]{},;: \t\r\n`"
_MESSAGE_ID: Final = re.compile(r"[0-9A-Za-z]{12,}|^[0-9.$\-]+$")


def addresses_in(text: str) -> Iterator[re.Match[str]]:
    """Yield the addresses of a text in order."""
    return ADDRESS.finditer(text)


def clean(text: str) -> str | None:
    """Return the address in a field's value such as `rfc822; <jane@shop.example>`, or None."""
    value = text.rpartition(";")[2] if ";" in text[:40] else text
    found = ADDRESS.search(value[:1_024])
    return trimmed(found[0]) if found else None


def trimmed(address: str) -> str:
    """Return an address without the quotes and prefixes that reports put around it."""
    address = address.strip(_SURROUND).strip(".")
    lower = address.lower()
    for prefix in ("rfc822;", "smtp:", "mailto:", "to=", "to:", "="):
        if lower.startswith(prefix):
            return address[len(prefix) :].strip(_SURROUND)
    return address


def domain_of(address: str) -> str:
    """Return the lower-case domain of an address."""
    return address.rpartition("@")[2].lower().strip("[].")


def is_daemon(address: str) -> bool:
    """Tell whether mail programs, not people, use that address."""
    local = address.partition("@")[0].lower()
    return local in _DAEMONS or local.startswith("mailer-daemon")


def looks_like_message_id(address: str) -> bool:
    """Tell whether an `a@b` is rather a Message-ID."""
    local, _, _ = address.partition("@")
    return (
        len(local) > 20
        and _MESSAGE_ID.search(local) is not None
        and any(c.isdigit() for c in local)
    )
