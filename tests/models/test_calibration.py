"""A calibration is monotone, stays in [0, 1] and survives JSON."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from models.calibration import BadCalibration, Calibration

MARGINS = st.floats(-50, 50)


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        ((), (), "0 margins"),
        ((0.0, 1.0), (0.0,), "2 margins and 1"),
        ((1.0, 0.0), (0.0, 1.0), "strictly increase"),
        ((0.0, 0.0), (0.0, 1.0), "strictly increase"),
        ((0.0, math.nan), (0.0, 1.0), "finite"),
        ((0.0, math.inf), (0.0, 1.0), "finite"),
        ((0.0, 1.0), (0.6, 0.5), "never decrease"),
        ((0.0, 1.0), (0.0, 1.1), r"\[0, 1\]"),
        ((0.0, 1.0), (math.nan, 1.0), r"\[0, 1\]"),
    ],
)
def test_bad_knots_are_refused(x: tuple[float, ...], y: tuple[float, ...], says: str) -> None:
    with pytest.raises(BadCalibration, match=says):
        Calibration(x, y)


@pytest.mark.parametrize("knots", [{}, {"x": [0]}, {"x": None, "y": []}, {"x": ["a"], "y": [0]}])
def test_unreadable_json_is_refused(knots: dict[str, object]) -> None:
    with pytest.raises(BadCalibration):
        Calibration.from_json(knots)  # type: ignore[arg-type]


def test_between_and_beyond_knots() -> None:
    line = Calibration((-1.0, 1.0), (0.2, 0.6))
    assert [line.of(x) for x in (-9.0, -1.0, 0.0, 1.0, 9.0)] == pytest.approx(
        [0.2, 0.2, 0.4, 0.6, 0.6]
    )


def test_platt_is_the_logistic_curve() -> None:
    margins = np.linspace(-6, 6, 101)
    wanted = 1 / (1 + np.exp(-(1.5 * margins - 0.7)))
    np.testing.assert_allclose(Calibration.platt(1.5, -0.7).of_many(margins), wanted, atol=2e-4)
    with pytest.raises(BadCalibration, match="turn the ranking round"):
        Calibration.platt(-1.0, 0.0)


def test_isotonic_knots_calibrate_and_keep_the_ranking() -> None:
    rng = np.random.default_rng(3)
    margins = rng.normal(size=4_000)
    happened = rng.random(4_000) < 1 / (1 + np.exp(-margins))
    fitted = IsotonicRegression(out_of_bounds="clip").fit(margins, happened)
    map_ = Calibration.from_knots(fitted.X_thresholds_, fitted.y_thresholds_)
    assert np.abs(map_.of_many(margins) - fitted.predict(margins)).max() < 2e-3
    ordered = np.sort(margins)
    assert np.all(np.diff(map_.of_many(ordered)) > 0)


@given(
    st.lists(st.tuples(MARGINS, st.floats(-0.5, 1.5)), min_size=1, max_size=30),
    st.lists(MARGINS, min_size=2, max_size=30),
)
def test_any_knots_make_a_monotone_map_that_survives_json(
    knots: list[tuple[float, float]], margins: list[float]
) -> None:
    map_ = Calibration.from_knots([x for x, _ in knots], [y for _, y in knots])
    values = map_.of_many(np.sort(np.array(margins)))
    # Interpolation rounds: two margins between the same knots may come out an ulp in the wrong order.
    assert np.all(np.diff(values) >= -1e-15)
    assert np.all((values >= 0) & (values <= 1))
    assert Calibration.from_json(json.loads(json.dumps(map_.as_json()))) == map_
    assert map_.of(margins[0]) == map_.of_many(np.array(margins[:1]))[0]
