"""Keyed hashes: recipients are known by these alone.

A stolen database does not reveal an address without the installation's key (BLAKE2b, RFC 7693).
"""

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

_SIGN: Final = 1 << 63
_RANGE: Final = 1 << 64


class AddressHasher:
    """Hashes recipient addresses with the installation's secret key."""

    def __init__(self, key: bytes) -> None:
        if not 16 <= len(key) <= 64:
            raise ValueError("the installation key must have 16 to 64 bytes")
        self._keyed = hashlib.blake2b(key=key, digest_size=8)

    def __call__(self, address: str) -> int:
        """Return the signed 64-bit hash of an address (trimmed, lower case)."""
        state = self._keyed.copy()
        state.update(address.strip().lower().encode("utf-8", "surrogatepass"))
        return int.from_bytes(state.digest(), "big", signed=True)

    def many(self, addresses: Iterable[bytes]) -> npt.NDArray[np.int64]:
        """Return the hashes `(n,)` of addresses in UTF-8, trimmed and in lower case already."""
        copy = self._keyed.copy
        digests = bytearray()
        for address in addresses:
            state = copy()
            state.update(address)
            digests += state.digest()
        return np.frombuffer(digests, dtype=">i8").astype(np.int64)


def key64(*parts: str) -> int:
    """Return a signed 64-bit key of some identifiers, for table keys (not secret)."""
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    value = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
    return value - _RANGE if value >= _SIGN else value
