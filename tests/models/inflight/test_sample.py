"""Is what went out like the list? A random sample passes, a sorted one does not."""

import numpy as np
import pytest

from models.inflight.sample import check_sample

LIST = {"gmail": 500, "outlook": 250, "yahoo": 150, "example.org": 100}


def test_random_samples_are_like_their_list() -> None:
    """10,000 samples of 100 to 500 mails; at one in a million by chance none may be unlike."""
    rng = np.random.default_rng(7)
    shares = np.array(list(LIST.values())) / sum(LIST.values())
    for _ in range(10_000):
        drawn = rng.multinomial(rng.integers(110, 500), shares)
        mix = {name: int(n) for name, n in zip(LIST, drawn, strict=True) if n}
        found = check_sample(LIST, mix)
        assert found is not None
        assert found.like_list


@pytest.mark.parametrize(
    "mix",
    [
        {"gmail": 1, "yahoo": 300},
        {"gmail": 500},
        {"gmail": 100, "outlook": 5, "example.org": 100},
        {"outlook": 200, "yahoo": 1},
    ],
)
def test_a_sorted_or_picked_sample_is_not(mix: dict[str, int]) -> None:
    found = check_sample(LIST, mix)
    assert found is not None
    assert not found.like_list
    assert found.distance > 0.2


@pytest.mark.parametrize(
    "mix",
    [
        {},
        {"gmail": 99},
        {"Google": 500, "Microsoft": 250},
        {"Google": 50, "outlook": 250, "yahoo": 150},
    ],
)
def test_nothing_is_said_of_too_little_or_of_other_names(mix: dict[str, int]) -> None:
    assert check_sample(LIST, mix) is None


def test_a_few_per_cent_off_is_no_fault() -> None:
    mix = {"gmail": 56_000, "outlook": 22_000, "yahoo": 13_000, "example.org": 9_000}
    found = check_sample(LIST, mix)
    assert found is not None
    assert found.like_list
