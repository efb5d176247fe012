"""Bottom-k sketches of lists: how much of one list lies in another, without any address.

The k smallest keyed hashes of a set (as unsigned numbers) are a uniform sample of it. Cohen and
Kaplan, "Summarizing data using bottom-k sketches", PODC 2007.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.int64]
K: Final = 4_096


def bottom_k(hashes: Hashes, k: int = K) -> Hashes:
    """Return the k smallest distinct hashes in unsigned order, shape `(<= k,)`."""
    distinct = np.unique(hashes.view(np.uint64))
    return distinct[:k].view(np.int64)


def containment(sketch: Hashes, other: Hashes, k: int = K) -> float:
    """Return the estimated share in [0, 1] of the first list that the second one holds.

    Compared below the smaller of the two thresholds, where both sketches are complete. NaN when
    nothing of the first list lies there.
    """
    mine, theirs = np.unique(sketch.view(np.uint64)), np.unique(other.view(np.uint64))
    limit = min(_threshold(mine, k), _threshold(theirs, k))
    below = mine[mine <= limit]
    if below.size == 0:
        return 0.0 if theirs.size == 0 else float("nan")
    return float(np.isin(below, theirs, assume_unique=True).mean())


def containment_error(share: float, sampled: int) -> float:
    """Return the standard error of a containment estimated from `sampled` hashes."""
    return float(np.sqrt(max(share * (1 - share), 1 / (sampled + 1)) / sampled)) if sampled else 1.0


def _threshold(ordered: npt.NDArray[np.uint64], k: int) -> int:
    """A sketch that is not full holds its whole list: it is complete everywhere."""
    return int(ordered[-1]) if ordered.size >= k else 2**64 - 1
