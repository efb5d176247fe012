"""Figures of a ranking and of probabilities, as docs/models.md defines them. Pure NumPy.

`truth` is 1 for abusive and 0 for good, `risk` the score, both `(n,)`. A figure that cannot be
had (no abusive rows, say) is NaN.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Rates = Sequence[float]
FALSE_POSITIVE_RATES: Final = (0.001, 0.01, 0.05)
NAN: Final = float("nan")
Measure = Callable[[Array, Array], float]


def roc_auc(truth: Array, risk: Array) -> float:
    """Return the chance that an abusive row outranks a good one, ties counting half."""
    bad, good = risk[truth == 1], np.sort(risk[truth == 0])
    if not len(bad) or not len(good):
        return NAN
    below = np.searchsorted(good, bad, "left") + np.searchsorted(good, bad, "right")
    return float(below.mean() / 2 / len(good))


def pr_auc(truth: Array, risk: Array) -> float:
    """Return average precision: the mean over abusive rows of the precision at their rank."""
    n_bad = int((truth == 1).sum())
    if not n_bad:
        return NAN
    order = np.argsort(-risk, kind="stable")
    hits = np.cumsum(truth[order] == 1)
    last = np.r_[np.flatnonzero(np.diff(risk[order])), len(order) - 1]
    found = np.diff(np.r_[0, hits[last]])
    return float((found * hits[last] / (last + 1)).sum() / n_bad)


def threshold_at(truth: Array, risk: Array, false_positive_rate: float) -> float:
    """Return the risk above which at most that share of the good rows lies."""
    good = np.sort(risk[truth == 0])[::-1]
    allowed = int(np.floor(false_positive_rate * len(good) + 1e-9))
    return float(good[allowed]) if allowed < len(good) else float("-inf")


def recall_at(truth: Array, risk: Array, false_positive_rate: float) -> float:
    """Return the share of abusive rows above `threshold_at`."""
    if not (truth == 1).any() or not (truth == 0).any():
        return NAN
    return float((risk[truth == 1] > threshold_at(truth, risk, false_positive_rate)).mean())


def recall_by_kind(
    truth: Array, risk: Array, kinds: npt.NDArray[np.str_], false_positive_rate: float
) -> dict[str, float]:
    """Return recall of each abusive kind at the threshold that holds for all."""
    limit = threshold_at(truth, risk, false_positive_rate)
    bad = truth == 1
    return {
        str(kind): float((risk[bad & (kinds == kind)] > limit).mean())
        for kind in np.unique(kinds[bad])
    }


def calibration_error(
    truth: Array, risk: Array, groups: int = 10, weight: Array | None = None
) -> float:
    """Return the mean gap of stated and true frequency over groups of equal size.

    `weight` `(n,)`: how many rows each stands for; None: one.
    """
    stated, happened, share = calibration_curve(truth, risk, groups, weight)
    return float((np.abs(stated - happened) * share).sum()) if len(share) else NAN


def calibration_curve(
    truth: Array, risk: Array, groups: int = 10, weight: Array | None = None
) -> tuple[Array, Array, Array]:
    """Return mean risk, abusive share and share of rows of each group, lowest risk first."""
    weight = np.ones(len(risk)) if weight is None else weight
    order = np.argsort(risk, kind="stable")
    parts = [part for part in np.array_split(order, groups) if len(part)]
    held = np.array([weight[part].sum() for part in parts])
    stated = np.array([np.average(risk[part], weights=weight[part]) for part in parts])
    happened = np.array([np.average(truth[part], weights=weight[part]) for part in parts])
    return stated, happened, held / max(1e-12, float(held.sum()))


def brier(truth: Array, risk: Array) -> float:
    """Return the mean squared error of the probabilities."""
    return float(((truth - risk) ** 2).mean()) if len(truth) else NAN


def coverage(actual: Array, low: Array, high: Array) -> float:
    """Return the share of actual rates inside their interval; unknown (NaN) ones are left out."""
    known = np.isfinite(actual)
    if not known.any():
        return NAN
    inside = (actual[known] >= low[known]) & (actual[known] <= high[known])
    return float(inside.mean())


def ranking_figures(truth: Array, risk: Array) -> dict[str, float]:
    """Return every figure of one ranking; rows whose truth is NaN are left out."""
    known = np.isfinite(truth)
    truth, risk = truth[known], risk[known]
    recalls = {f"recall_at_{rate:g}": recall_at(truth, risk, rate) for rate in FALSE_POSITIVE_RATES}
    return {
        "rows": float(len(truth)),
        "abusive": float((truth == 1).sum()),
        "roc_auc": roc_auc(truth, risk),
        "pr_auc": pr_auc(truth, risk),
        **recalls,
        "calibration_error": calibration_error(truth, risk),
        "brier": brier(truth, risk),
    }


def bootstrap(
    measure: Measure,
    truth: Array,
    risk: Array,
    groups: npt.NDArray[np.str_],
    rng: np.random.Generator,
    rounds: int = 200,
) -> tuple[float, float]:
    """Return the 95 % interval of a figure, drawing whole groups (accounts) with replacement."""
    _, group = np.unique(groups, return_inverse=True)
    order = np.argsort(group, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    values = []
    for _ in range(rounds if len(truth) else 0):
        drawn = rng.integers(len(members), size=len(members))
        rows = np.concatenate([members[i] for i in drawn])
        values.append(measure(truth[rows], risk[rows]))
    finite = np.array([value for value in values if np.isfinite(value)])
    if not len(finite):
        return NAN, NAN
    low, high = np.quantile(finite, (0.025, 0.975))
    return float(low), float(high)


def exact_interval(hits: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share after Clopper and Pearson (1934)."""
    from scipy.stats import beta

    if not total:
        return NAN, NAN
    tail = (1 - confidence) / 2
    low = beta.ppf(tail, hits, total - hits + 1) if hits else 0.0
    high = beta.ppf(1 - tail, hits + 1, total - hits) if hits < total else 1.0
    return float(low), float(high)


def ranking_intervals(
    truth: Array, risk: Array, groups: npt.NDArray[np.str_], rng: np.random.Generator
) -> Mapping[str, tuple[float, float]]:
    """Return bootstrapped 95 % intervals of the figures that are read first."""
    known = np.isfinite(truth)
    measures: dict[str, Measure] = {
        "roc_auc": roc_auc,
        "pr_auc": pr_auc,
        "recall_at_0.01": lambda t, r: recall_at(t, r, 0.01),
    }
    return {
        name: bootstrap(measure, truth[known], risk[known], groups[known], rng)
        for name, measure in measures.items()
    }
