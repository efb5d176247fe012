"""How far people agree who judged the same things: the plain share, and beyond chance. Pure.

Krippendorff's alpha for nominal data (Content Analysis, 4th ed., ch. 12) takes any number of people who
each judged some of the things, as reviewers do: 1 is agreement, 0 what chance gives, below it less.
Of two people on the same things it is Cohen's kappa but for the margins, which are pooled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.rates import lower_bound, upper_bound

Array = npt.NDArray[np.float64]
_DRAWS: Final = 1_000
_INTERVAL: Final = (0.05, 0.95)


@dataclass(frozen=True)
class Agreement:
    """Of `pairs` of verdicts `agreed` are alike: `share` with its 90 % interval (Clopper and Pearson).

    `alpha` is Krippendorff's, with a bootstrapped 90 % interval; None where it is not defined, which it
    is not without pairs, nor where everybody always says the same.
    """

    pairs: int
    agreed: int
    share: float | None
    low: float | None
    high: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None


def agreement(pairs: Sequence[tuple[str, str]], seed: int = 0) -> Agreement:
    """Return how far pairs of verdicts agree. The same seed, the same interval."""
    if not pairs:
        return Agreement(0, 0, None, None, None, None, None, None)
    table = counted(pairs)
    n, agreed = len(pairs), int(np.trace(table))
    alpha = float(alphas(table[None])[0])
    low, high = _bootstrapped(table, n, np.random.default_rng(seed))
    defined = np.isfinite(alpha)
    k, m = np.array(agreed, np.float64), np.array(n, np.float64)
    return Agreement(
        pairs=n,
        agreed=agreed,
        share=agreed / n,
        low=float(lower_bound(k, m)),
        high=float(upper_bound(k, m)),
        alpha=alpha if defined else None,
        alpha_low=low if defined else None,
        alpha_high=high if defined else None,
    )


def counted(pairs: Sequence[tuple[str, str]]) -> Array:
    """Return how often each verdict came with each, first by second, `(k, k)`."""
    names = sorted({name for pair in pairs for name in pair})
    place = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(names), len(names)))
    for first, second in pairs:
        table[place[first], place[second]] += 1
    return table


def alphas(tables: Array) -> Array:
    """Return Krippendorff's alpha of tables of pairs `(m, k, k)`, `(m,)`; NaN where not defined."""
    coincidences = tables + tables.transpose(0, 2, 1)
    total = coincidences.sum(axis=(1, 2))
    margins = coincidences.sum(axis=2)
    observed = total - np.trace(coincidences, axis1=1, axis2=2)
    with np.errstate(all="ignore"):
        expected = (total**2 - (margins**2).sum(axis=1)) / (total - 1.0)
        return np.where(expected > 0, 1.0 - observed / expected, np.nan)


def _bootstrapped(table: Array, n: int, rng: np.random.Generator) -> tuple[float, float]:
    """Return the interval of alpha over draws of as many pairs with replacement."""
    drawn = rng.multinomial(n, table.ravel() / n, size=_DRAWS).reshape(_DRAWS, *table.shape)
    found = alphas(drawn.astype(np.float64))
    # A draw in which everybody says the same has no disagreement to be seen.
    low, high = np.quantile(np.where(np.isfinite(found), found, 1.0), _INTERVAL)
    return float(low), float(high)
