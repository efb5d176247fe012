"""Precision and recall from a random share, against the truth and against exact bounds."""

from math import isnan

import numpy as np
import pytest
from scipy.stats import chi2

from models.audit_estimate import Looked, _poisson, audit_estimate


def test_the_estimate_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    covered, worlds = 0, 300
    for _ in range(worlds):
        abusive = rng.random(20_000) < 0.03
        held = np.where(abusive, rng.random(20_000) < 0.8, rng.random(20_000) < 0.01)
        drawn = ~held & (rng.random(20_000) < 0.05)
        looked = [Looked(bool(a), 10, None) for a in abusive[held]]
        looked += [Looked(bool(a), 10, 0.05) for a in abusive[drawn]]
        found = audit_estimate(looked)
        truth = abusive[held].sum() / abusive.sum()
        covered += found.recall.low <= truth <= found.recall.high
    assert covered / worlds > 0.92


def test_nothing_found_is_not_nothing_missed() -> None:
    found = audit_estimate([Looked(True, 1)] * 50 + [Looked(False, 1, 0.01)] * 100)
    assert found.recall.value == 1.0
    assert found.recall.low < 0.2
    assert found.missed.value == 0
    assert found.missed.high == pytest.approx(369, rel=0.02)


def test_what_waits_is_taken_to_be_like_what_was_judged() -> None:
    looked = [Looked(True, 1)] * 5 + [Looked(True, 7, 0.5)]
    assert audit_estimate(looked).missed.value == 2
    assert audit_estimate(looked, reviewed_share=0.5).missed.value == 4
    assert audit_estimate(looked, reviewed_share=0.5).missed_mails == 28


def test_without_judgements_nothing_is_claimed() -> None:
    found = audit_estimate([])
    assert all(isnan(one.value) for one in (found.precision, found.recall, found.missed))


@pytest.mark.parametrize("k", [0, 1, 2, 5, 20, 300])
def test_the_bounds_are_close_to_the_exact_ones(k: int) -> None:
    low, high = _poisson(k)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * k + 2) / 2, rel=0.02)
    if k:
        assert low == pytest.approx(chi2.ppf(0.025, 2 * k) / 2, rel=0.03, abs=0.03)
