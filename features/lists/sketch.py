"""Bottom-k sketches of lists: how much of one list lies in another, without any address.

The k smallest keyed hashes of a set (as unsigned numbers) are a uniform sample of it. Cohen and
Kaplan, "Summarizing data using bottom-k sketches", PODC 2007. A sketch of fewer than k hashes is
the whole list.
"""

from dataclasses import dataclass
from math import nan, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.int64]
Unsigned = npt.NDArray[np.uint64]
K: Final = 4_096
# One shared hash of three compared says little: an estimate from fewer than this is not acted on.
_MIN_COMPARED: Final = 20


@dataclass(frozen=True)
class Containment:
    """How much of a first list a second one holds.

    `share` in [0, 1] is the estimate, `standard_error` its error, `compared` how many hashes of
    the first list it rests on. With nothing to compare the share is NaN and the error 1.
    """

    share: float
    standard_error: float
    compared: int


def bottom_k(hashes: Hashes, k: int = K) -> Hashes:
    """Return the k smallest distinct hashes in ascending unsigned order, `(<= k,)`."""
    distinct = np.unique(hashes.view(np.uint64))
    return distinct[:k].view(np.int64)


def estimate_containment(
    sketch: Hashes, other: Hashes, k: int = K, skipped: Hashes | None = None
) -> Containment:
    """Estimate how much of the first list the second one holds; `skipped` hashes do not count.

    Both sketches are complete below the smaller of their thresholds, and the hashes of the first
    list down there are a uniform sample of it. The error is binomial, with half a hit and half a
    miss added so that 0 and 1 are not certain; it is 0 when both sketches are whole lists.
    """
    mine, theirs = _ordered(sketch), _ordered(other)
    if not mine.size:
        return Containment(nan, 1.0, 0)
    limit = min(_threshold(mine, k), _threshold(theirs, k))
    below = mine[mine <= np.uint64(limit)]
    if skipped is not None and skipped.size:
        below = np.setdiff1d(below, skipped.view(np.uint64), assume_unique=True)
    compared = int(below.size)
    if not compared:
        return Containment(nan, 1.0, 0)
    hits = int(np.isin(below, theirs, assume_unique=True).sum())
    whole = mine.size < k and theirs.size < k
    smoothed = (hits + 0.5) / (compared + 1)
    error = 0.0 if whole else sqrt(smoothed * (1 - smoothed) / compared)
    return Containment(hits / compared, error, compared)


def containment(sketch: Hashes, other: Hashes, k: int = K) -> float:
    """Return the estimated share, 0 where too little can be compared to tell (a small list
    against the sketch of one many times its size)."""
    found = estimate_containment(sketch, other, k)
    enough = found.compared >= min(_MIN_COMPARED, max(sketch.size, 1))
    return found.share if enough else 0.0


def _ordered(sketch: Hashes) -> Unsigned:
    return np.unique(np.asarray(sketch, dtype=np.int64).view(np.uint64))


def _threshold(ordered: Unsigned, k: int) -> int:
    """Return up to where a sketch is complete."""
    return int(ordered[-1]) if ordered.size >= k else 2**64 - 1
