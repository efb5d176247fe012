"""One message as a mail server hands it over, and what is read off it: account, campaign, stream."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from typing import Final

from features.records import ID_PATTERN

# More of a message says no more about it; the rest is not kept.
MAX_BODY: Final = 1 << 20
_MAX_COUNT: Final = 10**9
_ID: Final = re.compile(ID_PATTERN.strip("^$"))


@dataclass
class Envelope:
    """A message so far. `headers` are (name, value) in order; `body` at most `MAX_BODY` bytes."""

    macros: dict[str, str] = field(default_factory=dict)
    sender: bytes = b""
    recipients: int = 0
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, trimmed; None without one."""
        for known, value in self.headers:
            if known.lower() == name.lower():
                return value.decode("utf-8", "replace").strip()
        return None

    def add_body(self, chunk: bytes) -> None:
        self.body += chunk[: MAX_BODY - len(self.body)]

    def message(self) -> bytes:
        """Return the message as text (RFC 5322)."""
        lines = [name.encode("utf-8", "replace") + b": " + value for name, value in self.headers]
        return b"\r\n".join(lines) + b"\r\n\r\n" + bytes(self.body)


@dataclass(frozen=True)
class Names:
    """Which headers say what; the account is the authenticated user unless a header is named."""

    account_header: str | None = None
    campaign_header: str = "X-Campaign-ID"
    recipients_header: str = "X-Campaign-Recipients"
    stream_header: str = "X-Stream"
    assumed_recipients: int = 500


@dataclass(frozen=True)
class Asked:
    """What a message is: whose, of which campaign and stream, how many in all and now."""

    account_id: str
    campaign_id: str
    stream: str
    recipients: int
    now: int


def asked(envelope: Envelope, names: Names, today: date) -> Asked | None:
    """Return what a message is; None where it has no account.

    Without a campaign header, what one account sends on a day under one From and subject is one.
    """
    account = _account(envelope, names)
    if account is None:
        return None
    count = _count(envelope.header(names.recipients_header))
    campaign = _id(envelope.header(names.campaign_header)) or _derived(envelope, account, today)
    stream = (envelope.header(names.stream_header) or "").lower()
    return Asked(
        account_id=account,
        campaign_id=campaign,
        stream="transactional" if stream == "transactional" else "broadcast",
        recipients=count or max(names.assumed_recipients, envelope.recipients),
        now=max(envelope.recipients, 1),
    )


def _account(envelope: Envelope, names: Names) -> str | None:
    if names.account_header is not None:
        return _id(envelope.header(names.account_header))
    return _id(envelope.macros.get("auth_authen"))


def _derived(envelope: Envelope, account: str, today: date) -> str:
    sender = parseaddr(envelope.header("From") or "")[1].lower()
    parts: Sequence[str] = (account, sender, envelope.header("Subject") or "", today.isoformat())
    digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12)
    return f"smtp-{digest.hexdigest()}"


def _id(text: str | None) -> str | None:
    """Return a text if it is an id of the API."""
    return text if text and _ID.fullmatch(text) else None


def _count(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    return min(max(int(text), 1), _MAX_COUNT)
