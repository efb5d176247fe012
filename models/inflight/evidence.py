"""Anytime-valid evidence that a rate is over its limit, or safely under it.

A mixture e-process (Howard, Ramdas et al., Ann. Stat. 49, 2021; Waudby-Smith and Ramdas, JRSS B
86, 2024): the likelihood ratio of k bad mails in n against the limit, averaged over alternatives.
Whatever the true rate at or under the limit, its mean never exceeds 1 however often one looks, so
it passes 1/a with a chance of at most a (Ville). The average of several such processes is one, too.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec

_STEPS: Final = 24
_LEAST_FACTOR: Final = 1.35
_MOST: Final = 0.9
_PRIOR_SHARE: Final = 0.5
_PRIOR_SPREAD: Final = 0.5
# Safety is looked for from a tenth of the limit to nine tenths of it.
_SAFE_FACTORS: Final = tuple(0.1 + 0.8 * i / 11 for i in range(12))


@dataclass(frozen=True)
class Signal:
    """One kind of bad news: the counter that counts it, the rate it may reach, its weight.

    The weights of all signals sum to 1: the chance of a false stop is divided among them.
    """

    name: str
    limit: float
    weight: float


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """`k` bad of `n` mails; `log_e_value` is the natural log of the evidence against `limit`."""

    signal: str
    n: int
    k: int
    limit: float
    log_e_value: float


def evidence_of(
    signals: Sequence[Signal],
    bad: Mapping[str, int],
    mails: int,
    expected: Mapping[str, float] | None = None,
) -> tuple[Evidence, ...]:
    """Return the evidence of each signal.

    `bad` counts each signal's mails out of `mails` handed over. A mail that has not been answered
    yet counts as one that is not bad, which errs on the side of the sender. `expected` are
    forecast rates: half of the weight of the alternatives lies around them.
    """
    expected = expected or {}
    return tuple(
        Evidence(
            signal=signal.name,
            n=max(mails, bad.get(signal.name, 0)),
            k=bad.get(signal.name, 0),
            limit=signal.limit,
            log_e_value=log_e_value(
                bad.get(signal.name, 0),
                max(mails, bad.get(signal.name, 0)),
                signal.limit,
                expected.get(signal.name),
            ),
        )
        for signal in signals
    )


def log_total(found: Iterable[Evidence], signals: Sequence[Signal]) -> float:
    """Return the log of the weighted mean of the signals' e-values: itself an e-value."""
    weights = {signal.name: signal.weight for signal in signals}
    return _log_mean([(weights[one.signal], one.log_e_value) for one in found])


def log_e_value(k: int, n: int, limit: float, expected: float | None = None) -> float:
    """Return the log e-value of k bad in n against "the rate is at most `limit`"; 0 without mail."""
    if n == 0:
        return 0.0
    rounded = None if expected is None or not expected > 0 else round(math.log(expected), 1)
    weights = _alternatives(limit, rounded)
    return _log_mean([(w, k * up + (n - k) * down) for w, up, down in weights])


def log_safe_value(k: int, n: int, limit: float) -> float:
    """Return the log e-value of k bad in n against "the rate is at least `limit`"."""
    return _log_mean([(w, k * up + (n - k) * down) for w, up, down in _safe_alternatives(limit)])


@lru_cache(maxsize=4_096)
def _alternatives(
    limit: float, log_expected: float | None
) -> tuple[tuple[float, float, float], ...]:
    """Return (weight, log ratio of a bad mail, log ratio of a good one) of rates over the limit."""
    low, high = math.log(limit * _LEAST_FACTOR), math.log(max(_MOST, limit * 2))
    logs = [low + (high - low) * i / (_STEPS - 1) for i in range(_STEPS)]
    even = [1 / _STEPS] * _STEPS
    if log_expected is None:
        weights = even
    else:
        centre = min(max(log_expected, low), high)
        near = [math.exp(-0.5 * ((x - centre) / _PRIOR_SPREAD) ** 2) for x in logs]
        total = sum(near)
        weights = [
            (1 - _PRIOR_SHARE) * e + _PRIOR_SHARE * n / total
            for e, n in zip(even, near, strict=True)
        ]
    return tuple(_ratios(w, math.exp(x), limit) for w, x in zip(weights, logs, strict=True))


@lru_cache(maxsize=256)
def _safe_alternatives(limit: float) -> tuple[tuple[float, float, float], ...]:
    return tuple(_ratios(1 / len(_SAFE_FACTORS), limit * f, limit) for f in _SAFE_FACTORS)


def _ratios(weight: float, rate: float, limit: float) -> tuple[float, float, float]:
    return weight, math.log(rate / limit), math.log((1 - rate) / (1 - limit))


def _log_mean(terms: Sequence[tuple[float, float]]) -> float:
    """Return log(sum of weight * exp(value)), without overflow."""
    top = max(value for _, value in terms)
    return top + math.log(sum(weight * math.exp(value - top) for weight, value in terms))
