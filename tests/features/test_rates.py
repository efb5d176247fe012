"""Rates: smoothing, bounds against the exact beta quantiles, z-scores."""

import numpy as np
import pytest

from features.rates import (
    HARD_BOUNCE,
    Prior,
    lower_bound,
    ratio,
    smoothed,
    upper_bound,
    z_difference,
    z_score,
)

PRIOR = Prior(0.01, 100)


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [(0, 1, 1 / 101), (1, 13, 2 / 113), (50, 100, 51 / 200), (9, 3, 4 / 103), (-4, 100, 1 / 200)],
)
def test_smoothed(k: float, n: float, expected: float) -> None:
    assert smoothed(np.array(k), np.array(n), PRIOR) == pytest.approx(expected)


def test_one_bounce_of_13_is_not_8_percent() -> None:
    assert smoothed(np.array(1.0), np.array(13.0), HARD_BOUNCE) < 0.01
    assert lower_bound(np.array(1.0), np.array(13.0)) < 0.005


@pytest.mark.parametrize("n", [1, 2, 5, 13, 50, 100, 1_000, 100_000, 10_000_000])
def test_bounds_are_close_to_exact(n: int) -> None:
    from scipy.stats import beta

    k = np.unique(np.minimum(np.r_[0:60, 100, 500, 2_000, n - 1, n], n)).astype(float)
    count = np.full(len(k), float(n))
    with np.errstate(all="ignore"):
        low = np.where(k == 0, 0, beta.ppf(0.05, k, n - k + 1))
        high = np.where(k == n, 1, beta.isf(0.05, k + 1, n - k))
    assert lower_bound(k, count) == pytest.approx(low, rel=0.03, abs=1e-12)
    assert upper_bound(k, count) == pytest.approx(high, rel=0.01)


def test_bounds_rise_with_k_and_hold_the_rate() -> None:
    k = np.arange(501.0)
    n = np.full(501, 500.0)
    low, high = lower_bound(k, n), upper_bound(k, n)
    assert (np.diff(low) > 0).all()
    assert (np.diff(high)[:-1] > 0).all()
    assert ((low <= k / n) & (k / n <= high)).all()


def test_more_certainty_is_a_lower_bound() -> None:
    k, n = np.array([3.0, 30.0]), np.array([100.0, 1_000.0])
    assert (lower_bound(k, n, z=2.326) < lower_bound(k, n)).all()


RATES = {
    "lower": lower_bound,
    "upper": upper_bound,
    "smoothed": lambda k, n: smoothed(k, n, PRIOR),
    "z": lambda k, n: z_score(k, n, 0.01),
}


@pytest.mark.parametrize("name", RATES)
def test_without_mail_nothing_is_known(name: str) -> None:
    assert np.isnan(RATES[name](np.array([0.0, 1.0, np.nan]), np.array([0.0, -1.0, 5.0]))).all()


def test_z_score_counts_standard_deviations() -> None:
    rng = np.random.default_rng(4)
    n = np.full(20_000, 5_000.0)
    scores = z_score(rng.binomial(5_000, 0.004, 20_000).astype(float), n, 0.004)
    assert abs(scores.mean()) < 0.1
    assert scores.std() == pytest.approx(1, abs=0.05)
    assert z_score(np.array(1.0), np.array(13.0), 0.004) < 1.2


def test_z_difference_compares_with_the_own_past() -> None:
    now = np.array(40.0), np.array(1_000.0)
    clean = z_difference(*now, np.array(10.0), np.array(20_000.0), PRIOR)
    dirty = z_difference(*now, np.array(800.0), np.array(20_000.0), PRIOR)
    assert clean > 8
    assert abs(dirty) < 1
    none = np.array(0.0)
    assert z_difference(*now, none, none, PRIOR) == z_score(*now, PRIOR.rate)


def test_ratio_of_nothing_is_undefined() -> None:
    assert np.isnan(ratio(np.array([1.0, 1.0]), np.array([0.0, -2.0]))).all()
