"""Fits the heads: shallow, monotone, heavily regularised trees, calibrated on later time.

A world that the training did not see matters more than the last digit on one that it did: few
leaves, many rows a leaf, half of the features a tree, and every account weighing about alike
however much it sends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.bundle import HeadSpec
from models.calibration import Calibration
from models.trees import Trees
from training.calibrate import calibrate
from training.labels import Labelled
from training.slim import slim
from training.split import Mask, Split
from training.vectors import Array, Texts

COVERAGE: Final = 0.9
LEAST_RATE: Final = 1e-5
MAX_ROUNDS: Final = {"binary": 400, "cross_entropy": 150, "quantile": 150}
FEWEST_TO_JUDGE: Final = 20
FEWEST_TO_CALIBRATE: Final = 10
ROWS_A_LEAF: Final = (8, 60)
_TREES: Final[Mapping[str, Any]] = {
    "learning_rate": 0.06,
    "num_leaves": 15,
    "max_depth": 5,
    "min_sum_hessian_in_leaf": 1.0,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "path_smooth": 5.0,
    "max_bin": 127,
    "feature_pre_filter": False,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}

# A start that is sure of all rows leaves next to no curvature: by the bound above no tree could be added
# to it. Rows a leaf still bound a tree, and LightGBM estimates them by curvature, too: the surer the
# start, the fewer trees are added.
_CONTINUED: Final[Mapping[str, Any]] = {"min_sum_hessian_in_leaf": 1e-3}

_RATE_TREES: Final[Mapping[str, Any]] = {**_TREES, "learning_rate": 0.1, "num_leaves": 12}

# Features that are not learned from, each with the reason.
_REGION: Final = "tells where the recipients live, which a world lays down by its own taste"
_FILE: Final = "tells how a file was written, which is the exporting program's habit"
EXCLUDED: Final[Mapping[str, str]] = {
    "list_domain_entropy": _REGION,
    "list_tld_entropy": _REGION,
    "list_top_domain_share": _REGION,
    "list_top_tld_share": _REGION,
    "list_rows_per_own_domain": _REGION,
    "list_size": "the number of mails says it better, without the world's scale of lists",
    "list_domain_order": _FILE,
    "list_domain_alphabetical": _FILE,
}


@dataclass(frozen=True)
class Columns:
    """The features a head learns from: `kept` indexes a catalogue row."""

    names: tuple[str, ...]
    directions: tuple[int, ...]
    kept: npt.NDArray[np.intp]

    @classmethod
    def of(cls, names: Sequence[str], directions: Sequence[int]) -> "Columns":
        """Choose the columns of a catalogue that heads may see."""
        kept = [i for i, name in enumerate(names) if name not in EXCLUDED]
        return cls(
            tuple(names[i] for i in kept), tuple(directions[i] for i in kept), np.array(kept)
        )


@dataclass(frozen=True)
class Fitted:
    """A fitted head: trees that answer margins, and their calibration."""

    head: HeadSpec
    rounds: int
    gain: Mapping[str, float]

    def risk(self, x: Array, columns: Columns) -> Array:
        """Return the calibrated answers for catalogue rows `(n, n_columns)`."""
        return self.head.calibration.of_many(_margins(self.head.model_text, x, columns))


def fit_risk(
    rows: Labelled,
    truth: Array,
    parts: Split,
    columns: Columns,
    seed: int,
    rounds: int | None = None,
    start: HeadSpec | None = None,
) -> Fitted:
    """Fit a probability. `truth` is 1, 0 or NaN (not learned from), `(n,)`.

    Without `rounds`, boosting stops when actors held out of the fit gain nothing more. A truth of
    one value gives a constant. With a `start`, whose features are those of `columns`, its trees are
    kept and more are added; where too little was held out, its calibration is kept as well.
    """
    known = np.isfinite(truth)
    train = parts.train & known
    if len(np.unique(truth[train])) < 2:
        return constant(truth[known], columns)
    options = {
        **_TREES,
        **(_CONTINUED if start is not None else {}),
        "objective": "binary",
        "seed": seed,
        "monotone_constraints": list(columns.directions),
        "monotone_constraints_method": "intermediate",
    }
    booster = _boost(rows, truth, train, parts.validate & known, columns, options, rounds, start)
    held_out = parts.calibrate & known
    if not _both(truth[held_out]):
        held_out = (parts.calibrate | parts.validate) & known
    text = slim(booster.model_to_string())
    calibration = _calibration(rows, truth, held_out, _margins(text, rows.vectors.x[held_out], columns), start)  # fmt: skip
    before = 0 if start is None else Trees(start.model_text).n_trees
    return Fitted(HeadSpec(text, calibration), booster.num_trees() - before, _gain(booster))


def _calibration(
    rows: Labelled, truth: Array, held_out: Mask, margins: Array, start: HeadSpec | None
) -> Calibration:
    answers = truth[held_out]
    fewest = min((answers == 1).sum(), (answers == 0).sum())
    if start is not None and fewest < FEWEST_TO_CALIBRATE:
        return start.calibration
    weight = None if rows.weight is None else rows.weight[held_out]
    return calibrate(margins, answers, rows.actors[held_out], weight)


def fit_rate(
    rows: Labelled,
    rate: Array,
    parts: Split,
    columns: Columns,
    seed: int,
    rounds: Mapping[str, int] | None = None,
) -> dict[str, Fitted]:
    """Fit mean, low and high of a rate `(n,)`, NaN where unknown, as heads by their bound.

    The quantiles are shifted so that the interval holds `COVERAGE` of the rates on later time
    (conformalised quantile regression, Romano, Patterson and Candes, 2019).
    """
    known = np.isfinite(rate)
    train, validate = parts.train & known, parts.validate & known
    if train.sum() < FEWEST_TO_JUDGE:
        return {bound: constant(rate[known], columns) for bound in ("mean", "low", "high")}
    given = rounds or {}
    options = {**_RATE_TREES, "objective": "cross_entropy", "seed": seed}
    mean = _boost(rows, rate, train, validate, columns, options, given.get("mean"))
    heads = {"mean": _rate_head(mean, Calibration.platt(1.0, 0.0))}
    held_out = _enough_of(parts.calibrate & known, validate, train)
    actual = log_odds(rate)
    for bound, tail in (("low", (1 - COVERAGE) / 2), ("high", (1 + COVERAGE) / 2)):
        options |= {"objective": "quantile", "alpha": tail, "path_smooth": 0.0}
        booster = _boost(rows, actual, train, validate, columns, options, given.get(bound))
        text = slim(booster.model_to_string())
        margins = _margins(text, rows.vectors.x[held_out], columns)
        shift = conformal_shift(actual[held_out], margins, tail)
        heads[bound] = _rate_head(booster, _bound(shift, bound))
    return heads


def _enough_of(*masks: Mask) -> Mask:
    """Return the first mask with enough rows to shift an interval by, else the last."""
    return next((mask for mask in masks if mask.sum() >= FEWEST_TO_JUDGE), masks[-1])


def conformal_shift(actual: Array, quantile: Array, tail: float) -> float:
    """Return what to add to a fitted quantile so that it is one on held-out rows, `(n,)` each.

    Of n held-out rows the (n + 1)-corrected rank is taken, so a lower bound errs low and an
    upper one high.
    """
    gaps = np.sort(actual - quantile)
    n = len(gaps)
    rank = np.floor(tail * (n + 1)) - 1 if tail < 0.5 else np.ceil(tail * (n + 1)) - 1
    return float(gaps[int(np.clip(rank, 0, n - 1))])


def log_odds(rate: Array) -> Array:
    """Return log(p / (1 - p)) of rates, those below `LEAST_RATE` as that."""
    clipped = np.clip(rate, LEAST_RATE, 1 - LEAST_RATE)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)


def constant(values: Array, columns: Columns) -> Fitted:
    """Return a head that always answers the (smoothed) mean of `values`."""
    import lightgbm

    mean = float((values.sum() + 0.5) / (len(values) + 1.0)) if len(values) else 0.5
    x = np.zeros((2, len(columns.names)))
    data = lightgbm.Dataset(
        x, label=np.zeros(2), feature_name=list(columns.names), params={"verbosity": -1}
    )
    booster = lightgbm.train({**_TREES, "objective": "regression"}, data, num_boost_round=1)
    text = slim(booster.model_to_string())
    return Fitted(HeadSpec(text, Calibration((0.0,), (mean,))), 0, {})


def account_weights(account_ids: Texts) -> Array:
    """Return weights by which an account counts as the root of its rows, mean 1."""
    _, index, counts = np.unique(account_ids, return_inverse=True, return_counts=True)
    weights = 1.0 / np.sqrt(counts[index])
    return np.asarray(weights / weights.mean(), dtype=np.float64)


def row_weights(rows: Labelled, mask: Mask) -> Array:
    """Return the weights of the rows in a mask, mean 1: their account's times their own."""
    weights = account_weights(rows.vectors.account_ids[mask])
    if rows.weight is not None:
        weights = weights * rows.weight[mask]
    return np.asarray(weights / weights.mean(), dtype=np.float64)


def _boost(
    rows: Labelled,
    target: Array,
    train: Mask,
    validate: Mask,
    columns: Columns,
    options: Mapping[str, Any],
    rounds: int | None,
    start: HeadSpec | None = None,
) -> Any:
    import lightgbm

    data = _dataset(rows, target, train, columns)
    most = MAX_ROUNDS[str(options["objective"])]
    judged = rounds is None and _can_judge(target[validate], str(options["objective"]))
    callbacks = [lightgbm.early_stopping(50, verbose=False)] if judged else []
    return lightgbm.train(
        {**options, "min_data_in_leaf": _rows_a_leaf(int(train.sum()))},
        data,
        num_boost_round=rounds or (most if judged else most // 4),
        valid_sets=[_dataset(rows, target, validate, columns, data)] if judged else None,
        callbacks=callbacks,
        init_model=None if start is None else lightgbm.Booster(model_str=start.model_text),
    )


def _rows_a_leaf(n_rows: int) -> int:
    """Return the fewest rows of a leaf: many, but not so many that a small world grows no tree."""
    fewest, most = ROWS_A_LEAF
    return min(most, max(fewest, n_rows // 50))


def _dataset(
    rows: Labelled, target: Array, mask: Mask, columns: Columns, reference: Any = None
) -> Any:
    import lightgbm

    return lightgbm.Dataset(
        rows.vectors.x[np.ix_(mask, columns.kept)],
        label=target[mask],
        weight=row_weights(rows, mask),
        feature_name=list(columns.names),
        reference=reference,
        params={"verbosity": -1},
    )


def _can_judge(target: Array, objective: str) -> bool:
    if objective != "binary":
        return len(target) >= FEWEST_TO_JUDGE
    return bool(min((target == 1).sum(), (target == 0).sum()) >= FEWEST_TO_JUDGE)


def _both(truth: Array) -> bool:
    return bool((truth == 1).any() and (truth == 0).any())


def _rate_head(booster: Any, calibration: Calibration) -> Fitted:
    text = slim(booster.model_to_string())
    return Fitted(HeadSpec(text, calibration), booster.num_trees(), _gain(booster))


def _bound(shift: float, bound: str) -> Calibration:
    """Return the map of a bound's margin to a rate.

    Rates under `LEAST_RATE` were learned as that: a lower bound there means nothing at all.
    """
    curve = Calibration.platt(1.0, shift)
    if bound != "low":
        return curve
    lowered = np.maximum(np.array(curve.y) - 2 * LEAST_RATE, 0.0)
    return Calibration(curve.x, tuple(lowered.tolist()))


def _gain(booster: Any) -> dict[str, float]:
    gains = booster.feature_importance("gain")
    return {
        name: float(gain)
        for name, gain in zip(booster.feature_name(), gains, strict=True)
        if gain > 0
    }


def _margins(text: str, x: Array, columns: Columns) -> Array:
    return Trees(text).margins(np.ascontiguousarray(x[:, columns.kept]))
