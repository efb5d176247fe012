"""What the signature of a webhook is, and how a request is checked by it."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from service.errors import ServiceError

AHEAD: Final = timedelta(minutes=5)
Fetch = Callable[[str], bytes]
"""Returns what a URL holds; raises `OSError` when it cannot be had."""


class BadSignature(ServiceError):
    """The request is not signed as the vendor signs, or was signed too long ago."""


@dataclass(frozen=True)
class Signed:
    """A request as it came: header names in lower case, `url` as the vendor was told it."""

    body: bytes
    content_type: str
    headers: Mapping[str, str]
    url: str


@dataclass(frozen=True)
class Signature:
    """How one source signs.

    `carried` tells whether a request has such a signature at all; `verify(signed, secret, fetch)`
    returns when it was signed and raises `BadSignature`. A request older than `max_age`, which is
    as long as the vendor retries, is a replay. `after` does what the vendor waits for.
    """

    name: str
    carried: Callable[[Signed], bool]
    verify: Callable[[Signed, str, Fetch], datetime]
    max_age: timedelta
    after: Callable[[Signed, Fetch], None] | None = None


def check(signature: Signature, signed: Signed, secret: str, fetch: Fetch, now: datetime) -> None:
    """Raise `BadSignature` for a request that is not genuine and recent."""
    at = signature.verify(signed, secret, fetch)
    if now - at > signature.max_age:
        raise BadSignature(f"signed at {at.isoformat()}, too long ago: a replay is not taken")
    if at - now > AHEAD:
        raise BadSignature(f"signed at {at.isoformat()}, which is to come")
    if signature.after is not None:
        signature.after(signed, fetch)


def same_hmac(secret: bytes, message: bytes, digest: str, given: bytes) -> bool:
    """Compare an HMAC in constant time."""
    return hmac.compare_digest(hmac.new(secret, message, digest).digest(), given)


def at_epoch(text: str) -> datetime:
    """Return the time of Unix seconds. Raises `BadSignature`."""
    try:
        return datetime.fromtimestamp(int(text[:12]), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadSignature("the signature's timestamp is no Unix time") from error


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).digest()
