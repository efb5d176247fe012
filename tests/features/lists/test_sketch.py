"""Sketches: what they keep, and how well they tell the overlap of lists."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.lists import SharedWith, containment, estimate_containment, platform_numbers
from features.lists.numbers import SEEN_NUMBERS
from features.lists.sketch import Hashes, K, bottom_k

INTS = st.integers(-(2**63), 2**63 - 1)


def hashes(n: int, rng: np.random.Generator) -> Hashes:
    return rng.integers(-(2**63), 2**63 - 1, n)


@given(st.lists(INTS, max_size=60), st.integers(1, 20))
def test_bottom_k_is_the_smallest_as_unsigned_numbers(values: list[int], k: int) -> None:
    expected = sorted({value % 2**64 for value in values})[:k]
    found = bottom_k(np.array(values, dtype=np.int64), k)
    assert found.view(np.uint64).tolist() == expected


@given(st.sets(INTS, max_size=15), st.sets(INTS, max_size=15))
def test_whole_lists_are_compared_exactly(mine: set[int], theirs: set[int]) -> None:
    sketch, other = (np.array(sorted(s), dtype=np.int64) for s in (mine, theirs))
    found = estimate_containment(sketch, other)
    if mine:
        assert found.share == len(mine & theirs) / len(mine)
        assert found.standard_error == 0
    else:
        assert math.isnan(found.share)


@pytest.mark.parametrize(
    ("size", "other_size", "share"),
    [(20_000, 20_000, 0.3), (50_000, 10_000, 0.1), (10_000, 60_000, 0.9), (3_000, 30_000, 0.5)],
)
def test_estimates_lie_within_their_errors(size: int, other_size: int, share: float) -> None:
    rng = np.random.default_rng(5)
    scores = []
    for _ in range(60):
        mine = hashes(size, rng)
        other = np.concatenate(
            (mine[: int(size * share)], hashes(other_size - int(size * share), rng))
        )
        found = estimate_containment(bottom_k(mine), bottom_k(other))
        scores.append((found.share - share) / found.standard_error)
    assert abs(np.mean(scores)) < 0.5
    assert 0.6 < np.std(scores) < 1.4


def test_a_slice_with_noise_is_found() -> None:
    """A bought list of 200,000, cut to 20,000 of it and 30 % other rows shuffled in."""
    rng = np.random.default_rng(6)
    bought = hashes(200_000, rng)
    cut = np.concatenate((bought[rng.permutation(200_000)[:20_000]], hashes(8_571, rng)))
    found = estimate_containment(bottom_k(cut), bottom_k(bought))
    assert found.share == pytest.approx(0.7, abs=4 * found.standard_error)
    assert found.standard_error < 0.03


def test_strangers_share_nothing() -> None:
    rng = np.random.default_rng(7)
    assert containment(bottom_k(hashes(30_000, rng)), bottom_k(hashes(30_000, rng))) == 0


def test_too_little_to_compare_counts_as_nothing() -> None:
    """Of 100 addresses about one lies under the threshold of a sketch of 400,000."""
    rng = np.random.default_rng(8)
    large = hashes(400_000, rng)
    small = large[:100]
    assert estimate_containment(small, bottom_k(large)).compared < 20
    assert containment(small, bottom_k(large)) == 0
    assert containment(small[:5], small[:50]) == 1


def test_a_sketch_survives_a_trip_through_the_store() -> None:
    kept = bottom_k(hashes(9_000, np.random.default_rng(9)))
    assert len(kept) == K
    assert containment(kept, np.frombuffer(kept.tobytes(), dtype="<i8")) == 1


def test_platform_numbers() -> None:
    sketch = np.arange(10, dtype=np.int64)
    flags = {0: 1, 1: 2 | 16, 2: 4, 3: 8, 99: 1}
    shared = [
        SharedWith(0.8, one_owner=True),
        SharedWith(0.02),
        SharedWith(0.3, abuser=True),
        SharedWith(0.6, known_bad=True),
    ]
    found = platform_numbers(sketch, flags, shared)
    assert set(found) == set(SEEN_NUMBERS)
    assert found["list_hard_bounced_share"] == found["list_complained_share"] == 0.1
    assert found["list_unsubscribed_share"] == found["list_trap_share"] == 0.1
    assert found["list_known_share"] == 0.4
    assert (found["list_overlap_max"], found["list_overlap_lists"]) == (0.8, 2)
    assert (found["list_overlap_stranger_max"], found["list_overlap_stranger_lists"]) == (0.3, 1)
    assert found["list_overlap_owner_max"] == 0.8
    assert (found["list_overlap_abuser_max"], found["list_overlap_bad_list_max"]) == (0.3, 0.6)


def test_platform_numbers_of_an_empty_list_are_undefined() -> None:
    found = platform_numbers(np.zeros(0, dtype=np.int64), {}, [])
    assert all(math.isnan(value) for value in found.values())
