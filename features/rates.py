"""Rates with their uncertainty: smoothing, exact bounds, z-scores. Pure NumPy.

All functions broadcast. `k` are bad events, `n` mails; both may be float. `k` is cut to [0, n]:
late events and clocks that are off give more complaints than mails in a short window. NaN in
either, or an `n` that is not positive, is NaN out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# One-sided 95 %: what a lower or upper bound means unless said otherwise.
Z_95: Final = 1.6448536269514722


@dataclass(frozen=True)
class Prior:
    """A population's rate, and how many mails' worth of evidence it counts for."""

    rate: float
    mails: float


@dataclass(frozen=True)
class Priors:
    """The priors of many rates at once: arrays of one shape."""

    rate: Array
    mails: Array

    @classmethod
    def of(cls, priors: Sequence[Prior]) -> "Priors":
        """Return priors as arrays `(n,)`."""
        return cls(np.array([p.rate for p in priors]), np.array([p.mails for p in priors]))


# Rates of "all non-labeled accounts", Mailchimp e-mail marketing benchmarks, March 2018: millions
# of accounts, campaigns of 1,000 and more. The weights let about one expected event pull as hard
# as the account's own mail: 1 hard bounce of 13 reads 0.9 %, not 7.7 %.
HARD_BOUNCE: Final = Prior(0.0039, 200)
SOFT_BOUNCE: Final = Prior(0.0061, 200)
COMPLAINT: Final = Prior(0.00012, 5_000)
OPEN: Final = Prior(0.2109, 50)
CLICK: Final = Prior(0.0261, 100)
UNSUBSCRIBE: Final = Prior(0.0023, 500)
# Not published: a tenth of the mail not delivered at once is where warm-up plans stop (SparkPost:
# next stage only above 90 % delivered), so ordinary mail is put well below it.
DEFERRED: Final = Prior(0.02, 100)
BLOCK_BOUNCE: Final = Prior(0.002, 300)
# Not published: traps are a few per million addresses on a list that asked.
TRAP_HIT: Final = Prior(0.00001, 20_000)


def smoothed(k: Array, n: Array, prior: Prior | Priors) -> Array:
    """Return the rate shrunk towards the population's, in (0, 1); NaN without mail.

    The mean of a beta posterior (Gelman et al., Bayesian Data Analysis, ch. 5). No mail at all is
    not the prior: in a monotone model that would rank new senders among those with average rates.
    """
    n = np.where(n > 0, n, np.nan)
    return (cut(k, n) + prior.rate * prior.mails) / (n + prior.mails)


def cut(k: Array, n: Array) -> Array:
    """Return k within [0, n]."""
    return np.minimum(np.maximum(k, 0), n)


def ratio(part: Array, whole: Array) -> Array:
    """Return part / whole, NaN where the whole is not positive."""
    return part / np.where(whole > 0, whole, np.nan)


def lower_bound(k: Array, n: Array, z: float = Z_95) -> Array:
    """Return the lower Clopper-Pearson bound of a rate; 0 where k is 0, NaN where n is not positive.

    Exact up to k = 1; above, Pratt's closed form (J. Am. Stat. Assoc. 63, 1968), within 3 % of
    the exact bound at 95 %.
    """
    n = np.where(n > 0, n, np.nan)
    k = cut(k, n)
    with np.errstate(all="ignore"):
        single = -np.expm1(np.log1p(-_tail(z)) / n)
        return np.where(k <= 1, k * single, 1 - _pratt(n - k, k, n, z))


def upper_bound(k: Array, n: Array, z: float = Z_95) -> Array:
    """Return the upper Clopper-Pearson bound of a rate; 1 where k is n, NaN where n is not positive."""
    n = np.where(n > 0, n, np.nan)
    k = cut(k, n)
    with np.errstate(all="ignore"):
        none = -np.expm1(np.log(_tail(z)) / n)
        bound = np.where(k == 0, none, _pratt(k, n - k, n, z))
    return np.where(k == n, 1.0, bound)


def _tail(z: float) -> float:
    """Return the chance that a standard normal exceeds z."""
    return math.erfc(z / math.sqrt(2)) / 2


def _pratt(k: Array, left: Array, n: Array, z: float) -> Array:
    """Return the upper bound of k in n = k + left, as in Blyth (J. Am. Stat. Assoc. 81, 1986)."""
    up = k + 1
    b = 81 * up * left - 9 * n - 8
    c = 3 * z * np.sqrt(np.maximum(9 * up * left * (9 * n + 5 - z * z) + n + 1, 0))
    d = 81 * up * up - 9 * up * (2 + z * z) + 1
    return np.clip(1 / (1 + (up / left) ** 2 * ((b - c) / d) ** 3), 0, 1)


def z_score(k: Array, n: Array, rate: Array | float) -> Array:
    """Return how many standard deviations k lies above n * rate; NaN without mail.

    Variance-stabilised for small counts (Anscombe, Biometrika 35, 1948), so that 1 bounce of 13
    at an expected 0.4 % is +1.2 and not +4.
    """
    n = np.where(n > 0, n, np.nan)
    return 2 * (np.sqrt(cut(k, n) + 0.375) - np.sqrt(n * rate + 0.375))


def z_difference(
    k: Array, n: Array, k_before: Array, n_before: Array, prior: Prior | Priors
) -> Array:
    """Return how many standard deviations a rate lies above the subject's own earlier one.

    The earlier rate is smoothed, so a subject without a past is compared with the population.
    """
    past = (cut(k_before, n_before) + prior.rate * prior.mails) / (n_before + prior.mails)
    return z_score(k, n, past)
