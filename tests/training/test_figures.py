"""Figures against cases worked out by hand, and against scikit-learn on random ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from training.figures import (
    bootstrap,
    brier,
    calibration_error,
    coverage,
    exact_interval,
    pr_auc,
    ranking_figures,
    recall_at,
    recall_by_kind,
    roc_auc,
    threshold_at,
)

TRUTH = np.array([1.0, 0, 1, 0, 0, 0])
RISK = np.array([0.9, 0.8, 0.8, 0.3, 0.2, 0.1])


def test_by_hand() -> None:
    # Pairs won: 0.9 beats all 4, 0.8 beats 3 and ties 1: 7.5 of 8.
    assert roc_auc(TRUTH, RISK) == pytest.approx(7.5 / 8)
    # Half of the abusive at precision 1/1, the other half at 2/3 (the tie is one step).
    assert pr_auc(TRUTH, RISK) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert brier(TRUTH, RISK) == pytest.approx((0.01 + 0.64 + 0.04 + 0.09 + 0.04 + 0.01) / 6)


def test_recall_counts_only_what_is_over_the_tied_good_row() -> None:
    assert threshold_at(TRUTH, RISK, 0.0) == 0.8
    assert recall_at(TRUTH, RISK, 0.0) == 0.5
    assert recall_at(TRUTH, RISK, 0.25) == 1.0
    assert recall_at(TRUTH, RISK, 0.24) == 0.5


def test_at_most_the_allowed_share_of_good_rows_is_flagged() -> None:
    rng = np.random.default_rng(1)
    truth = (rng.random(5000) < 0.1).astype(float)
    risk = np.round(rng.random(5000), 2)
    for rate in (0.001, 0.01, 0.05):
        flagged = risk[truth == 0] > threshold_at(truth, risk, rate)
        assert flagged.mean() <= rate


def test_recall_by_kind_uses_one_threshold() -> None:
    kinds = np.array(["a", "x", "b", "x", "x", "x"])
    assert recall_by_kind(TRUTH, RISK, kinds, 0.0) == {"a": 1.0, "b": 0.0}


def test_calibration_error_of_ten_equal_groups() -> None:
    risk = np.repeat(np.arange(10) / 10, 10)
    truth = np.concatenate([np.r_[np.ones(i), np.zeros(10 - i)] for i in range(10)])
    assert calibration_error(truth, risk) == pytest.approx(0.0)
    assert calibration_error(truth, risk + 0.05) == pytest.approx(0.05)
    assert calibration_error(1 - truth, np.full(100, 0.55)) > 0.2


def test_one_class_or_nothing_is_undefined_and_no_error() -> None:
    for truth in (np.zeros(3), np.ones(3), np.zeros(0)):
        figures = ranking_figures(truth, np.linspace(0, 1, len(truth)))
        assert np.isnan(figures["roc_auc"])
        assert np.isnan(figures["recall_at_0.01"])


def test_rows_without_truth_are_left_out() -> None:
    figures = ranking_figures(np.r_[TRUTH, np.nan], np.r_[RISK, 0.99])
    assert figures["rows"] == 6
    assert figures["roc_auc"] == pytest.approx(7.5 / 8)


def test_coverage_leaves_unknown_rates_out() -> None:
    actual = np.array([0.1, 0.2, np.nan, 0.9])
    assert coverage(actual, np.zeros(4), np.array([0.1, 0.1, 1, 1])) == pytest.approx(2 / 3)


def test_exact_interval_of_published_values() -> None:
    # Clopper-Pearson for 0 of 10 is 1 - 0.025 ** (1 / 10).
    assert exact_interval(0, 10) == (0.0, pytest.approx(1 - 0.025**0.1))
    assert exact_interval(10, 10) == (pytest.approx(0.025**0.1), 1.0)
    assert np.isnan(exact_interval(0, 0)).all()


def test_bootstrap_holds_the_figure_and_draws_whole_accounts() -> None:
    rng = np.random.default_rng(2)
    truth = np.repeat((np.arange(200) % 10 == 0).astype(float), 5)
    risk = truth + rng.normal(size=1000)
    one_row = bootstrap(roc_auc, truth, risk, np.arange(1000).astype(str), rng)
    repeated = np.repeat(risk[::5], 5)
    whole = bootstrap(roc_auc, truth, repeated, np.repeat(np.arange(200), 5).astype(str), rng)
    assert one_row[0] <= roc_auc(truth, risk) <= one_row[1]
    assert whole[1] - whole[0] > 1.3 * (one_row[1] - one_row[0])


@given(
    arrays.arrays(np.bool_, 40),
    arrays.arrays(np.float64, 40, elements=st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])),
)
def test_agrees_with_scikit_learn(truth: np.ndarray, risk: np.ndarray) -> None:
    if truth.all() or not truth.any():
        return
    wanted = truth.astype(float)
    assert roc_auc(wanted, risk) == pytest.approx(roc_auc_score(truth, risk))
    assert pr_auc(wanted, risk) == pytest.approx(average_precision_score(truth, risk))
    assert brier(wanted, risk) == pytest.approx(brier_score_loss(truth, risk))
