"""The index against the textbook formula, and what is and is not drift."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.records import Subject
from training.drift import column_drift, label_shift, psi


def _textbook(before: np.ndarray, now: np.ndarray) -> float:
    """Count every group by hand: tenths of the known values before, and the unknown."""
    known = sorted(v for v in before if not np.isnan(v))
    edges = sorted({float(np.quantile(known, k / 10)) for k in range(1, 10)}) if known else []
    total = 0.0
    for group in range(len(edges) + 2):
        shares = []
        for values in (before, now):
            if group == len(edges) + 1:
                count = sum(bool(np.isnan(v)) for v in values)
            else:
                low = -np.inf if group == 0 else edges[group - 1]
                high = np.inf if group == len(edges) else edges[group]
                count = sum(bool(low <= v < high) for v in values)
            shares.append(max(count / len(values), 1e-4))
        total += (shares[1] - shares[0]) * np.log(shares[1] / shares[0])
    return float(total)


VALUES = st.lists(
    st.one_of(st.just(float("nan")), st.integers(0, 4).map(float), st.floats(-3, 3)),
    min_size=1, max_size=60,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(VALUES, VALUES)
def test_the_index_is_the_textbooks_and_nothing_moved_is_zero(
    before: list[float], now: list[float]
) -> None:
    old, new = np.array(before), np.array(now)
    assert psi(old, new) == pytest.approx(_textbook(old, new), abs=1e-9)
    assert psi(old, old) == 0.0
    assert psi(old, new) >= 0.0


def test_a_shift_and_a_feature_gone_missing_are_drift_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    before = rng.normal(size=3000)

    def level(now: np.ndarray) -> str:
        return column_drift(Subject.CAMPAIGN, "x", "feature", before, now).level

    assert level(rng.normal(size=500)) == "ok"
    assert level(rng.normal(0.35, size=500)) == "watch"
    assert level(rng.normal(1.0, size=500)) == "drift"
    gone = rng.normal(size=500)
    gone[:250] = np.nan
    assert level(gone) == "drift"
    assert level(np.full(500, np.nan)) == "drift"
    assert column_drift(Subject.CAMPAIGN, "x", "feature", np.full(9, np.nan), gone).ks is None


def test_noise_of_few_rows_is_no_drift() -> None:
    rng = np.random.default_rng(1)
    found = [
        column_drift(Subject.LIST, "x", "feature", rng.normal(size=110), rng.normal(size=120))
        for _ in range(400)
    ]
    assert max(one.psi for one in found) > 0.25
    assert {one.level for one in found} == {"ok"}


def test_a_label_shift_needs_enough_labels_to_be_sure() -> None:
    few = label_shift(Subject.CAMPAIGN, np.ones(10), np.zeros(10))
    assert (few.p, few.level) == (None, "ok")
    before, now = np.r_[np.ones(20), np.zeros(180)], np.r_[np.ones(30), np.zeros(70)]
    assert label_shift(Subject.CAMPAIGN, before, now).level == "drift"
    assert label_shift(Subject.CAMPAIGN, before, before[::2]).level == "ok"
