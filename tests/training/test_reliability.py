"""Calibration in groups: shares with intervals that hold them, weights that move the share alone."""

import numpy as np
import pytest

from training.figures import exact_interval
from training.trial import reliability_bins


def test_groups_follow_a_calibrated_risk_and_their_intervals_cover_it() -> None:
    rng = np.random.default_rng(3)
    risk = rng.random(20_000)
    truth = (rng.random(len(risk)) < risk).astype(float)
    bins = reliability_bins(truth, risk, np.ones(len(risk)))
    assert len(bins) == 10
    assert sum(one.rows for one in bins) == len(risk)
    assert all(one.low <= one.happened <= one.high for one in bins)
    assert [one.stated for one in bins] == sorted(one.stated for one in bins)
    assert sum(one.low <= one.stated <= one.high for one in bins) >= 7


def test_an_overconfident_risk_lies_outside_of_its_intervals() -> None:
    rng = np.random.default_rng(3)
    risk = rng.random(20_000)
    truth = (rng.random(len(risk)) < risk / 2).astype(float)
    bins = reliability_bins(truth, risk, np.ones(len(risk)))
    assert sum(one.high < one.stated for one in bins) >= 8


def test_a_weight_moves_the_share_but_adds_no_rows() -> None:
    truth, risk = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    weight = np.array([3.0, 1.0])
    first, second = reliability_bins(truth, risk, weight)
    assert (first.rows, second.rows) == (1, 1)
    assert (first.low, first.high) == pytest.approx(exact_interval(1, 1, 0.9), rel=1e-4)
    assert reliability_bins(truth[:0], risk[:0], weight[:0]) == ()
