"""What a person was shown before a bulk act, sealed, so that what is done is what was shown. Pure.

The text holds the act and the cases with a mark of what of each was shown. It says nothing that the
page did not: a mark covers what anybody sees of the case, not its version, which tells a second look.
"""

import base64
import binascii
import hashlib
import hmac
import zlib
from datetime import datetime, timedelta
from typing import Final

import msgspec

from service.desk.records import Case
from service.errors import ServiceError

# Then it is looked at anew: what is around the cases changes, too.
GOOD_FOR: Final = timedelta(hours=1)
MOST_CHARACTERS: Final = 200_000
_MAC_BYTES: Final = 16
_MARK_BYTES: Final = 8
_MOST_UNPACKED: Final = 2**20
_SEEN: Final = (
    "case_id", "decision_id", "risk", "mails", "decisions", "harm_per_minute", "state", "due_at",
    "snoozed_until", "assigned_to", "proposed_by", "proposed_label", "decided_by", "decided_at",
    "outcome",
)  # fmt: skip


class BulkAct(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to every case: `decide` with a verdict, `assign` to somebody or nobody, `snooze`."""

    act: str
    verdict: str = ""
    action: str | None = None
    category: str | None = None
    to: str | None = None
    how_long: str = ""


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """An act on cases with the marks of what was shown, to whom and when."""

    by: str
    at: datetime
    act: BulkAct
    cases: tuple[tuple[str, bytes], ...]


class NotShown(ServiceError):
    """What was shown cannot be read: it was not made here, or not for this person."""


def mark_of(case: Case) -> bytes:
    """Return a mark of what a person sees of a case; who holds it for 15 minutes is left out."""
    action = "review" if case.audit_share else case.action
    seen = (action, *(getattr(case, name) for name in _SEEN))
    return hashlib.sha256(msgspec.msgpack.encode(seen)).digest()[:_MARK_BYTES]


def sealed(key: bytes, promise: Promise) -> str:
    """Return a promise as a text that only this installation can make."""
    body = zlib.compress(msgspec.msgpack.encode(promise))
    return base64.urlsafe_b64encode(_mac(key, body) + body).decode().rstrip("=")


def opened(key: bytes, text: str, by: str) -> Promise:
    """Return what was promised to a person. Raises `NotShown`."""
    try:
        if len(text) > MOST_CHARACTERS or not text.isascii():
            raise ValueError("no text of ours")
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not body or not hmac.compare_digest(mac, _mac(key, body)):
        raise NotShown("this is not what was shown; look at the cases again")
    unpacked = zlib.decompressobj().decompress(body, _MOST_UNPACKED)
    promise = msgspec.msgpack.decode(unpacked, type=Promise)
    if promise.by != by:
        raise NotShown("this was shown to somebody else; look at the cases yourself")
    return promise


def bulk_id_of(text: str) -> str:
    """Return the name that ties what was done at once; doing it again ties to the same."""
    return f"bulk-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, b"bulk act\0" + body, hashlib.sha256).digest()[:_MAC_BYTES]
