"""A near-duplicate fingerprint: SimHash (Charikar 2002) of wording and link domains."""

import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

_BITS: Final = 64
_DOMAIN_WEIGHT: Final = 10


def simhash(terms: Sequence[str], link_domains: Sequence[str]) -> int | None:
    """Return a signed 64-bit fingerprint; near-duplicates differ in few bits. None without terms.

    A link's domain counts as ten terms: a template with another shop's links is another campaign.
    """
    if not terms:
        return None
    hashes = _hashes([*terms, *link_domains])
    bits = np.unpackbits(hashes.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    weights = np.ones(len(hashes))
    weights[len(terms) :] = _DOMAIN_WEIGHT
    votes = weights @ bits > weights.sum() / 2
    return int(np.packbits(votes, bitorder="little").view(np.int64)[0])


def _hashes(features: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Return 64-bit hashes: CRC-32 spread by the SplitMix64 finaliser (Steele et al. 2014)."""
    checks = [zlib.crc32(feature.encode("utf-8", "surrogatepass")) for feature in features]
    x = np.array(checks, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def distance(a: int, b: int) -> int:
    """Return in how many of 64 bits two fingerprints differ."""
    return ((a ^ b) & ((1 << _BITS) - 1)).bit_count()
