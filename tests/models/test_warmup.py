"""The ladder of a warm-up, and how days climb it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.warmup import Day, Step, judged, ladder, standing

GOOD = Day(200, 198, 2)
NONE = Day(0, 0, 0)


def test_the_default_ladder_has_thirty_stages_from_200_to_the_target() -> None:
    steps = ladder(50_000)
    assert (len(steps), steps[0], steps[-1]) == (30, 200, 50_000)
    factors = [b / a for a, b in pairwise(steps)]
    assert max(factors) < 1.3


@given(target=st.integers(1, 10**9), stages=st.integers(1, 365), first=st.integers(1, 10**9))
def test_a_ladder_never_falls_and_ends_at_the_target(target: int, stages: int, first: int) -> None:
    steps = ladder(target, stages, first)
    assert list(steps) == sorted(steps)
    assert steps[-1] == target
    assert steps[0] >= 1
    assert len(steps) <= stages


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (GOOD, Step.CLIMBED),
        (NONE, Step.IDLE),
        (Day(99, 99, 0), Step.HELD),
        (Day(200, 170, 0), Step.BACKED_OFF),
        (Day(200, 179, 0), Step.HELD),
        (Day(200, 200, 60), Step.BACKED_OFF),
        (Day(200, 140, 60), Step.BACKED_OFF),
        (Day(2, 0, 0), Step.BACKED_OFF),
        (Day(1, 0, 1), Step.HELD),
    ],
)
def test_a_day_is_judged_by_evidence(day: Day, step: Step) -> None:
    assert judged(day, 200) is step


def test_good_days_climb_bad_ones_fall_back_and_idle_ones_stay() -> None:
    steps = ladder(50_000)
    days = [Day(steps[i], steps[i], 0) for i in range(5)]
    assert standing(steps, days, NONE).stage == 6
    refused = Day(steps[5], steps[5] // 2, steps[5] // 2)
    fallen = standing(steps, [*days, refused], NONE)
    assert (fallen.stage, fallen.last) == (4, Step.BACKED_OFF)
    assert standing(steps, [*days, *[NONE] * 5], NONE).stage == 6
    assert standing(steps, [*days, *[NONE] * 30], NONE).stage == 3


def test_today_is_halved_while_it_is_refused() -> None:
    steps = ladder(50_000)
    now = standing(steps, [], Day(80, 20, 60))
    assert (now.today, now.left, now.slowed) == (100, 20, True)
    assert standing(steps, [], Day(80, 79, 1)).left == 120


def test_the_last_stage_is_the_end() -> None:
    steps = ladder(1_000, 3)
    days = [Day(steps[min(i, 2)], steps[min(i, 2)], 0) for i in range(3)]
    assert standing(steps, days, NONE).done
    assert not standing(steps, [], NONE).done
