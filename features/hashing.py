"""Keyed hashes: recipients are known by these alone.

A stolen database does not reveal an address without the installation's key. The hash is the first
64 bits of AES-CMAC (NIST SP 800-38B) under a key of its own, which BLAKE2b (RFC 7693) derives.
"""

import hashlib
from typing import Final

import numpy as np
import numpy.typing as npt

_SIGN: Final = 1 << 63
_RANGE: Final = 1 << 64
# A change of the hash changes these words, and needs a migration as 0026: hashes are stored.
_PURPOSE: Final = b"sendwarden addresses, AES-CMAC"


class AddressHasher:
    """Hashes recipient addresses with the installation's secret key."""

    def __init__(self, key: bytes) -> None:
        # Loaded by those who hash addresses alone, not by all who need `key64`.
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.cmac import CMAC

        from features.cmac import ColumnMac

        if not 16 <= len(key) <= 64:
            raise ValueError("the installation key must have 16 to 64 bytes")
        derived = hashlib.blake2b(_PURPOSE, key=key, digest_size=32).digest()
        self._one = CMAC(AES(derived))
        self._column = ColumnMac(derived)

    def __call__(self, address: str) -> int:
        """Return the signed 64-bit hash of an address (trimmed, lower case)."""
        state = self._one.copy()
        state.update(address.strip().lower().encode("utf-8", "surrogatepass"))
        return int.from_bytes(state.finalize()[:8], "big", signed=True)

    def many(
        self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Return the hashes `(n,)` of addresses in UTF-8, trimmed and in lower case already.

        They stand one after the other in `data`, the n-th up to `ends[n]`.
        """
        return self._column.first_words(data, ends)


def key64(*parts: str) -> int:
    """Return a signed 64-bit key of some identifiers, for table keys (not secret)."""
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    value = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
    return value - _RANGE if value >= _SIGN else value
