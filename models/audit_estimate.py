"""Precision and recall from a random share that people looked at, with intervals. Pure.

What was held is looked at anyway; of the rest a known share was drawn. An abusive decision found in
that share stands for one over its chance (Horvitz and Thompson, JASA 47, 1952). How many were found
is a Poisson count; its bounds are those of Garwood (Biometrika 28, 1936) in the approximation of Wilson and
Hilferty, within 1 % of the exact ones: with none found the bound says how many may have been missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import Final

import numpy as np

from features.rates import lower_bound, upper_bound

# Two-sided 95 %.
_Z: Final = 1.959964


@dataclass(frozen=True)
class Looked:
    """A decision that a person judged. `chance` None: it was held and so looked at for certain."""

    abusive: bool
    mails: int
    chance: float | None = None


@dataclass(frozen=True)
class Bounded:
    """A figure with its 95 % interval; NaN where nothing says anything."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class AuditEstimate:
    """`held` and `drawn` were judged, `abusive_held` and `abusive_drawn` of them abusive.

    `missed` estimates the abusive decisions that went out, `missed_mails` their mails.
    """

    held: int
    abusive_held: int
    drawn: int
    abusive_drawn: int
    precision: Bounded
    recall: Bounded
    missed: Bounded
    missed_mails: float


def audit_estimate(looked: Sequence[Looked], reviewed_share: float = 1.0) -> AuditEstimate:
    """Estimate from what people judged; `reviewed_share` of what was drawn has been judged so far.

    What waits is taken to be like what was judged: the queue does not show which cases were drawn.
    """
    held = [one for one in looked if one.chance is None]
    drawn = [one for one in looked if one.chance]
    hits, finds = sum(one.abusive for one in held), [one for one in drawn if one.abusive]
    weights = [1.0 / ((one.chance or 1.0) * reviewed_share) for one in finds]
    each = float(np.mean(weights)) if weights else _usual_weight(drawn, reviewed_share)
    low, high = _poisson(len(finds))
    missed = Bounded(sum(weights), low * each, high * each) if drawn else Bounded(nan, nan, nan)
    return AuditEstimate(
        held=len(held),
        abusive_held=hits,
        drawn=len(drawn),
        abusive_drawn=len(finds),
        precision=_share(hits, len(held)),
        recall=_recall(hits, missed),
        missed=missed,
        missed_mails=sum(one.mails * w for one, w in zip(finds, weights, strict=True)),
    )


def _usual_weight(drawn: Sequence[Looked], reviewed_share: float) -> float:
    return (
        float(np.mean([1.0 / ((d.chance or 1.0) * reviewed_share) for d in drawn]))
        if drawn
        else nan
    )


def _recall(hits: int, missed: Bounded) -> Bounded:
    def share(misses: float) -> float:
        return hits / (hits + misses) if hits + misses > 0 else nan

    return Bounded(share(missed.value), share(missed.high), share(missed.low))


def _share(k: int, n: int) -> Bounded:
    if not n:
        return Bounded(nan, nan, nan)
    some_k, some_n = np.array(float(k)), np.array(float(n))
    low, high = lower_bound(some_k, some_n, _Z), upper_bound(some_k, some_n, _Z)
    return Bounded(k / n, float(low), float(high))


def _poisson(k: int) -> tuple[float, float]:
    more = k + 1
    high = more * (1 - 1 / (9 * more) + _Z / (3 * sqrt(more))) ** 3
    low = 0.0 if k == 0 else k * (1 - 1 / (9 * k) - _Z / (3 * sqrt(k))) ** 3
    return max(low, 0.0), high
