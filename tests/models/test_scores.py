"""Probabilities add up exactly and forecasts are in order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.scores import interval, ordered, split_risk, split_risks

PROBABILITIES = st.floats(0, 1)


@given(PROBABILITIES, PROBABILITIES)
def test_malicious_and_careless_are_the_risk(risk: float, malice: float) -> None:
    malicious, careless = split_risk(risk, malice)
    assert malicious + careless == risk
    assert 0 <= malicious <= risk
    assert abs(malicious - risk * malice) <= 1e-15
    many = split_risks(np.array([risk]), np.array([malice]))
    assert (many[0][0], many[1][0]) == (malicious, careless)


@given(PROBABILITIES, PROBABILITIES, PROBABILITIES)
def test_intervals_hold_their_mean(mean: float, low: float, high: float) -> None:
    found = interval(mean, low, high)
    assert found.low <= found.mean <= found.high
    assert found.mean == mean
    assert ordered(np.array([[mean, low, high]]))[0].tolist() == [mean, found.low, found.high]
