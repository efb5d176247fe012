"""How much of a new list lies in each of very many stored ones, from an inverted index.

Of every stored list the 512 smallest hashes are indexed, and the new list asks for its 1,024
smallest. Both are complete up to a cutoff, and the new list's hashes below the smaller cutoff are
a uniform sample of it (bottom-k, see `features.lists.sketch`): hits over compared hashes estimate
the containment, mostly without reading a single stored sketch.

Keys are hashes with the sign bit turned over, so that their signed order is the unsigned one.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from features.lists.sketch import Containment, Hashes, K, estimate_containment

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
INDEXED: Final = 512
PROBED: Final = 1_024
NOTABLE: Final = 0.05
# Above this standard error the whole sketches are compared, where they can tell more.
ROUGH: Final = 0.025
_EVERYTHING: Final = 2**63 - 1
_SIGN: Final = np.uint64(1 << 63)
# An address on so many lists, and on so many times more than is usual for the new list's
# addresses, says nothing of it: a tester, a collector of newsletters, a slip like a@a.com. The
# second condition keeps a pool that many have bought: there every address is on as many lists.
_UBIQUITOUS_LISTS: Final = 20
_UBIQUITOUS_TIMES: Final = 8


def index_keys(sketch: Hashes) -> Hashes:
    """Return the keys of a sketch in ascending order."""
    return np.unique(_turned(sketch))


def sketch_of(keys: Hashes) -> Hashes:
    """Return the hashes of keys in the same order."""
    return _turned(keys)


def _turned(values: Hashes) -> Hashes:
    return (np.asarray(values, dtype=np.int64).view(np.uint64) ^ _SIGN).view(np.int64)


def cut(keys: Hashes, most: int, k: int = K) -> tuple[Hashes, int]:
    """Return the smallest `most` keys of a sketch, and the key up to which they are complete."""
    part = keys[:most]
    whole = part.size == keys.size and keys.size < k
    return part, _EVERYTHING if whole or not part.size else int(part[-1])


def size_of(keys: Hashes, k: int = K) -> float:
    """Return the number of distinct addresses: exact for a whole list, else estimated.

    The estimate is the (k-1)-over-threshold one of Beyer et al., SIGMOD 2007 (error 1.6 %).
    """
    if keys.size < k:
        return float(keys.size)
    return float((keys.size - 1) * 2.0**64 / (float(keys[-1]) + 2.0**63))


@dataclass(frozen=True)
class Hits:
    """Which stored lists hold keys of a new one.

    `keys` are the new list's that count, complete up to `cutoff`; `lists` `(m,)` the stored lists
    that hold any, those with most first, `hits` `(m,)` how many; `ubiquitous` keys count nowhere.
    """

    keys: Hashes
    cutoff: int
    lists: Ints
    hits: Ints
    ubiquitous: Hashes

    @cached_property
    def whole(self) -> bool:
        return self.cutoff == _EVERYTHING

    def compared(self, cutoffs: Ints) -> Ints:
        """Return how many keys are comparable with lists that are complete up to `cutoffs`."""
        until = np.minimum(cutoffs, self.cutoff)
        return np.searchsorted(self.keys, until, side="right").astype(np.int64)


def count_hits(keys: Hashes, cutoff: int, found: Ints, lists: Ints) -> Hits:
    """Count the answer of an index: `found` `(n,)` are keys, `lists` `(n,)` who holds each."""
    distinct, holders = np.unique(found, return_counts=True)
    usual = float(np.median(holders)) if holders.size else 0.0
    ubiquitous = distinct[holders > max(_UBIQUITOUS_LISTS, _UBIQUITOUS_TIMES * usual)]
    if ubiquitous.size:
        lists = lists[~np.isin(found, ubiquitous)]
    who, hits = np.unique(lists, return_counts=True)
    order = np.argsort(-hits, kind="stable")
    counted = np.setdiff1d(keys, ubiquitous, assume_unique=True)
    return Hits(counted, cutoff, who[order], hits[order].astype(np.int64), ubiquitous)


def estimates(hits: Hits, cutoffs: Ints) -> tuple[Floats, Floats, Ints]:
    """Return the containment in each of the first lists, its standard error, keys compared.

    `cutoffs` `(<= m,)` belong to the first lists of `hits`. The error is binomial with half a hit
    and half a miss added, and 0 where both lists were compared whole.
    """
    count = hits.hits[: cutoffs.size]
    # What lies beyond the new list's cutoff was not asked for, so no hit lies there.
    compared = np.maximum(hits.compared(cutoffs), 1)
    smoothed = (count + 0.5) / (compared + 1)
    errors = np.sqrt(smoothed * (1 - smoothed) / compared)
    errors[(cutoffs == _EVERYTHING) & hits.whole] = 0.0
    return np.minimum(count / compared, 1.0), errors, compared


def refined(sketch: Hashes, other: Hashes, ubiquitous: Hashes) -> Containment:
    """Estimate from whole sketches, ubiquitous addresses left out."""
    return estimate_containment(sketch, other, skipped=_turned(ubiquitous))
