"""A near-duplicate fingerprint: SimHash (Charikar 2002) of wording and link domains."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

_BITS = 64


@lru_cache(maxsize=32_768)
def _hash(feature: str) -> int:
    data = feature.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def simhash(terms: Sequence[str], link_domains: Sequence[str]) -> int | None:
    """Return a signed 64-bit fingerprint; near-duplicates differ in few bits. None without terms.

    A link's domain counts as ten terms: a template with another shop's links is another campaign.
    """
    if not terms:
        return None
    hashes = np.array([_hash(t) for t in terms] + [_hash(d) for d in link_domains], dtype=np.uint64)
    bits = np.unpackbits(hashes.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    weights = np.array([1] * len(terms) + [10] * len(link_domains), dtype=np.int64)
    votes = weights @ (2 * bits.astype(np.int64) - 1)
    value = np.packbits(votes > 0, bitorder="little").view(np.int64)[0]
    return int(value)


def distance(a: int, b: int) -> int:
    """Return in how many of 64 bits two fingerprints differ."""
    return ((a ^ b) & ((1 << _BITS) - 1)).bit_count()
