"""Thresholds are changed in the text, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import load_catalogue
from models.policy import default_policy_text, load_policy
from models.policy.edit import Threshold, thresholds, with_thresholds

TEXT = default_policy_text()
KEYS = list(thresholds(TEXT))


def test_the_thresholds_of_the_default_are_found() -> None:
    found = thresholds(TEXT)
    assert found[Threshold("broadcast", "risk", "trickle")] == 0.35
    assert len(found) == 18


def test_only_what_differs_is_written() -> None:
    key = Threshold("list", "malicious", "review")
    text = with_thresholds(TEXT, thresholds(TEXT) | {key: 0.625}, "2")
    before, after = TEXT.split("\n"), text.split("\n")
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert [b.strip() for _, b in changed] == [
        "version: 2",
        "malicious: {throttle: 0.10, review: 0.625}",
    ]


@given(st.lists(st.floats(0.01, 0.99).map(lambda x: float(f"{x:.3g}")), min_size=18, max_size=18))
def test_what_is_written_is_what_is_read(values: list[float]) -> None:
    wanted = dict(zip(KEYS, values, strict=True))
    assert thresholds(with_thresholds(TEXT, wanted, "x")) == wanted


def test_an_edited_policy_is_usable() -> None:
    key = Threshold("broadcast", "risk", "review")
    policy = load_policy(with_thresholds(TEXT, {key: 0.9}, "2"), load_catalogue())
    assert policy.version.startswith("default-2-")


def test_a_threshold_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        with_thresholds(TEXT, {Threshold("list", "careless", "review"): 0.5}, "2")
