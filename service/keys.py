"""API keys: made once, shown once, stored only as hashes.

A key has 256 random bits, so a plain SHA-256 is enough: there is nothing to guess.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from service.errors import ServiceError
from service.stores.contract import ApiKey, Store

SCOPES: Final = ("score", "ingest", "review", "admin")
PREFIX: Final = "swk_"
_MAX_CACHED: Final = 4_096


class UnknownScope(ServiceError):
    """A key was asked for with a scope that does not exist."""


def hash_of(key: str) -> str:
    """Return what is stored of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def create_key(store: Store, name: str, scopes: Iterable[str], secret: bytes, at: datetime) -> str:
    """Store a new key and return its text, which is not kept anywhere. `secret`: 32 random bytes.

    Raises `UnknownScope`.
    """
    wanted = tuple(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise UnknownScope(f"scopes are {', '.join(SCOPES)}; not {', '.join(unknown) or 'none'}")
    key = PREFIX + secret.hex()
    store.add_key(ApiKey(key_hash=hash_of(key), name=name, scopes=wanted, created_at=at))
    return key


def allows(key: ApiKey, scopes: Iterable[str]) -> bool:
    """Tell whether a key has one of the scopes; `admin` has all."""
    return "admin" in key.scopes or any(scope in key.scopes for scope in scopes)


class KeyRing:
    """Finds who holds a key; an answer is remembered for `ttl_seconds`, so a revoked key works
    at most that long. Unknown keys are not remembered: a guesser cannot fill the memory.
    """

    def __init__(
        self,
        store: Store,
        ttl_seconds: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._ttl_seconds = ttl_seconds
        self._monotonic = monotonic
        self._cached: dict[str, tuple[float, ApiKey]] = {}
        self._lock = threading.Lock()

    def remembered(self, key: str) -> ApiKey | None:
        """Return the holder if it was looked up a moment ago; never blocks on the store."""
        found = self._cached.get(hash_of(key))
        if found is None or self._monotonic() - found[0] > self._ttl_seconds:
            return None
        return found[1]

    def holder(self, key: str) -> ApiKey | None:
        """Return the holder of a key, None when there is none or it was revoked."""
        if (known := self.remembered(key)) is not None:
            return known
        hashed = hash_of(key)
        found = self._store.key(hashed)
        with self._lock:
            if found is None or found.revoked_at is not None:
                self._cached.pop(hashed, None)
                return None
            if len(self._cached) >= _MAX_CACHED:
                self._cached.clear()
            self._cached[hashed] = (self._monotonic(), found)
        return found
