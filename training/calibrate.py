"""From margins to probabilities, on rows that the fit never saw."""

from collections.abc import Callable
from typing import Final

import numpy as np

from models.calibration import Calibration
from training.split import Mask, placed
from training.vectors import Array, Texts

FEWEST_ACTORS_FOR_ISOTONIC: Final = 40
_CLIP: Final = 1e-6
Fit = Callable[[Array, Array, Array], Calibration]


def calibrate(
    margins: Array, truth: Array, actors: Texts, weight: Array | None = None
) -> Calibration:
    """Return Platt's curve, or isotonic steps where actors held out twice say they fit better.

    `margins`, `truth` (1 or 0), `actors` and `weight` (how many rows each stands for, None: one)
    are `(n,)`. With rows of one class alone, the margins are taken as log-odds.
    """
    weight = np.ones(len(margins)) if weight is None else weight
    if len(np.unique(truth)) < 2:
        return Calibration.platt(1.0, 0.0)
    if len(np.unique(actors[truth == 1])) >= FEWEST_ACTORS_FOR_ISOTONIC:
        halves = placed(actors, seed=97) < 0.5
        losses = [_loss(fit, margins, truth, weight, halves) for fit in (isotonic, platt)]
        if losses[0] < losses[1]:
            return isotonic(margins, truth, weight)
    return platt(margins, truth, weight)


def platt(margins: Array, truth: Array, weight: Array) -> Calibration:
    """Fit a logistic curve to targets drawn in from 0 and 1 (Platt, 1999)."""
    from sklearn.linear_model import LogisticRegression

    n_bad, n_good = (truth == 1).sum(), (truth == 0).sum()
    target = np.where(truth == 1, (n_bad + 1) / (n_bad + 2), 1 / (n_good + 2))
    fitted = LogisticRegression(C=1e6).fit(
        np.r_[margins, margins][:, None],
        np.r_[np.ones(len(margins)), np.zeros(len(margins))],
        sample_weight=np.r_[weight * target, weight * (1 - target)],
    )
    slope = float(fitted.coef_[0, 0])
    if slope > 0:
        return Calibration.platt(slope, float(fitted.intercept_[0]))
    return _flat(truth, weight)


def isotonic(margins: Array, truth: Array, weight: Array) -> Calibration:
    """Fit the best monotone steps."""
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    fitted.fit(margins, truth, sample_weight=weight)
    return Calibration.from_knots(fitted.X_thresholds_, fitted.y_thresholds_, tilt=5e-3)


def _flat(truth: Array, weight: Array) -> Calibration:
    """Return the base rate, for margins that rank no better than chance."""
    share = float((truth * weight).sum() + 0.5) / float(weight.sum() + 1.0)
    return Calibration((0.0,), (share,))


def _loss(fit: Fit, margins: Array, truth: Array, weight: Array, halves: Mask) -> float:
    """Return the log loss on each half of a calibration fitted on the other."""
    losses, weights = [], []
    for mine in (halves, ~halves):
        if len(np.unique(truth[mine])) < 2 or not (~mine).any():
            return float("inf")
        fitted = fit(margins[mine], truth[mine], weight[mine])
        p = np.clip(fitted.of_many(margins[~mine]), _CLIP, 1 - _CLIP)
        y = truth[~mine]
        losses.append(-(y * np.log(p) + (1 - y) * np.log(1 - p)))
        weights.append(weight[~mine])
    return float(np.average(np.concatenate(losses), weights=np.concatenate(weights)))
