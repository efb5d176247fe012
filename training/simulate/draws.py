"""Random quantities that a persona states and the machinery draws."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T")
Rng = np.random.Generator


@dataclass(frozen=True)
class Spread:
    """A log-normal quantity with a median, a sigma of its logarithm, and limits."""

    median: float
    sigma: float = 0.5
    low: float = 0.0
    high: float = math.inf

    def draw(self, rng: Rng, factor: float = 1.0) -> float:
        """Return one value; `factor` scales the median, not the limits."""
        value = self.median * factor * math.exp(self.sigma * rng.standard_normal())
        return min(max(value, self.low), self.high)


@dataclass(frozen=True)
class Share:
    """A share in [0, 1]: a beta quantity with a mean and a concentration."""

    mean: float
    concentration: float = 8.0

    def draw(self, rng: Rng) -> float:
        mean = min(max(self.mean, 1e-6), 0.999)
        return float(rng.beta(mean * self.concentration, (1 - mean) * self.concentration))


def chance(rng: Rng, probability: float) -> bool:
    """Return true with a probability."""
    return bool(rng.random() < probability)


def one_of(rng: Rng, options: Sequence[T]) -> T:
    """Return one option, each as likely."""
    return options[int(rng.random() * len(options))]


def weighted(rng: Rng, weights: Mapping[T, float]) -> T:
    """Return one key with a probability proportional to its weight (iteration order matters)."""
    point = rng.random() * sum(weights.values())
    for key, weight in weights.items():
        point -= weight
        if point < 0:
            return key
    return next(reversed(weights.keys()))  # type: ignore[call-overload,no-any-return]
