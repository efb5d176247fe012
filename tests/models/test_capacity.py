"""The simulated queue against queues whose waits are known, and the hours that people work."""

import math
import time

import numpy as np
import pytest

from models.capacity import HOURS, Array, Load, Shift, arrivals, rates_of, simulated, spread, waits

ROUND = Shift(1, hours=24, starts=0)


def erlang_c(servers: int, load: float) -> float:
    """Return the chance that a case has to wait in M/M/c (Erlang, 1917); `load` in erlangs."""
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / math.factorial(k) for k in range(servers)) + last)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (2, 1.5), (4, 3.2)])
def test_with_one_rate_it_is_the_queue_of_erlang(servers: int, load: float) -> None:
    rng, mean = np.random.default_rng(7), 5.0
    came = np.cumsum(rng.exponential(mean / load, 60_000))
    took = rng.exponential(mean, len(came))
    shift = Shift(servers, hours=24, starts=0)
    waited = simulated(came, took, -came, shift)[5_000:]  # first come, first served
    chance = erlang_c(servers, load)
    assert (waited > 0).mean() == pytest.approx(chance, abs=0.03)
    assert waited.mean() == pytest.approx(chance * mean / (servers - load), rel=0.12)
    # The order does not change the mean wait, where it knows nothing of the work.
    by_harm = simulated(came, took, rng.random(len(came)), shift)[5_000:]
    assert by_harm.mean() == pytest.approx(waited.mean(), rel=0.05)


def test_with_any_times_it_is_the_queue_of_pollaczek_and_khinchine() -> None:
    rng, mean, load = np.random.default_rng(3), 5.0, 0.6
    minutes = spread(mean, of=20_000)
    came = np.cumsum(rng.exponential(mean / load, 80_000))
    waited = simulated(came, rng.choice(minutes, len(came)), -came, ROUND)[5_000:]
    known = load / mean * float((minutes**2).mean()) / (2 * (1 - load))
    assert waited.mean() == pytest.approx(known, rel=0.1)


def slow(came: Array, took: Array, harm: Array, shift: Shift) -> list[float]:
    """Return the waits by asking, for each look, everybody and every case."""
    free = [0.0] * shift.reviewers
    left, waited = set(range(len(came))), [0.0] * len(came)
    while left:
        earliest = min(came[i] for i in left)
        at, who = min((shift.open_from(max(free[w], earliest), w), w) for w in range(len(free)))
        one = max((i for i in left if came[i] <= at), key=lambda i: harm[i])
        waited[one], free[who] = at - came[one], at + took[one]
        left.remove(one)
    return waited


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_obvious_queue_for_any_shifts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shift = Shift(
        int(rng.integers(1, 5)), hours=float(rng.integers(2, 24)), starts=float(rng.integers(0, 24)),
        days=int(rng.integers(1, 8)), in_turn=bool(seed % 2),
    )  # fmt: skip
    came = np.sort(rng.random(150)) * 10_080 * rng.choice([0.1, 1.0, 3.0])
    took, harm = rng.exponential(40.0, 150), rng.random(150)
    waited = simulated(came, took, harm, shift)
    assert waited.min() >= 0
    assert waited.tolist() == pytest.approx(slow(came, took, harm, shift))


def test_shifts_in_turn_cover_the_night() -> None:
    shift = Shift(3, hours=8, starts=9, in_turn=True)
    assert [shift.open_from(3 * 60, who) for who in range(3)] == [9 * 60, 17 * 60, 3 * 60]
    load = Load(np.full(HOURS, 1.0), spread(6.0), np.ones(1))
    together, apart = (waits(load, Shift(3, 8, 9, in_turn=turn), 240) for turn in (False, True))
    assert together.late is not None
    assert together.late > 0.3
    assert apart.late == 0.0


def test_what_has_most_harm_at_stake_is_looked_at_first() -> None:
    came, took = np.array([0.0, 1.0, 1.0, 1.0]), np.full(4, 10.0)
    assert simulated(came, took, np.array([1.0, 1, 3, 2]), ROUND).tolist() == [0, 29, 9, 19]


def test_nobody_looks_outside_of_the_hours_that_are_worked() -> None:
    day = Shift(1, hours=8, starts=9, days=5)
    assert day.open_from(0) == 9 * 60
    assert day.open_from(12 * 60) == 12 * 60
    assert day.open_from(17 * 60) == (24 + 9) * 60
    friday, monday = 4 * 1_440, 7 * 1_440
    assert day.open_from(friday + 17 * 60) == monday + 9 * 60
    night = Shift(1, hours=8, starts=20)  # into the next morning
    assert night.open_from(2 * 60) == 2 * 60
    assert night.open_from(5 * 60) == 20 * 60
    waited = simulated(np.array([18 * 60.0]), np.array([5.0]), np.ones(1), day)
    assert waited.tolist() == [15 * 60]


def test_more_reviewers_wait_less_and_too_few_never_catch_up() -> None:
    load = Load(np.full(HOURS, 4.0), spread(6.0), np.random.default_rng(1).random(50))
    found = [waits(load, Shift(n, hours=8), due_minutes=240) for n in (1, 2, 3, 4)]
    assert found[0].utilisation == pytest.approx(4 * 24 * 6 / (8 * 60))
    assert (found[0].median, found[0].late) == (None, None)
    known = [one.p90 for one in found[1:] if one.p90 is not None]
    assert known == sorted(known, reverse=True)
    assert len(known) == 3
    assert found[3].late is not None
    assert found[3].late > 0.2  # who works eight hours a day is late with what comes at night
    assert waits(load, Shift(4, hours=24, starts=0), 240).late == 0.0


def test_the_same_seed_is_the_same_answer_and_no_cases_no_wait() -> None:
    load = Load(np.full(HOURS, 1.0), spread(6.0), np.ones(1))
    assert waits(load, Shift(1), 240, seed=4) == waits(load, Shift(1), 240, seed=4)
    assert waits(load, Shift(1), 240, seed=4) != waits(load, Shift(1), 240, seed=5)
    none = Load(np.zeros(HOURS), spread(6.0), np.ones(1))
    assert waits(none, Shift(1), 240).median is None


def test_arrivals_keep_to_the_rates_of_the_hours() -> None:
    rates = np.zeros(HOURS)
    rates[10] = 50.0
    came = arrivals(rates, 200, np.random.default_rng(2))
    assert len(came) == pytest.approx(10_000, rel=0.05)
    assert set((came // 60 % HOURS).tolist()) == {10.0}
    assert (np.diff(came) >= 0).all()


def test_few_cases_are_spread_over_the_same_hour_of_other_days() -> None:
    rates = rates_of([10, 10, 10, 10, 10, 10, 10], weeks=1)
    assert rates.sum() == pytest.approx(7)
    assert rates[10] == pytest.approx(4)
    assert rates[34] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "wrong", [{"reviewers": 0}, {"hours": 0}, {"hours": 25}, {"starts": 24}, {"days": 8}]
)
def test_a_shift_that_nobody_can_work_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"work|shift"):
        Shift(**({"reviewers": 1} | wrong))  # type: ignore[arg-type]


def test_a_busy_week_is_simulated_in_a_moment() -> None:
    load = Load(np.full(HOURS, 60.0), spread(4.0), np.random.default_rng(1).random(50))
    begun = time.perf_counter()
    assert waits(load, Shift(6, hours=24, starts=0), 240).cases > 10_000
    assert time.perf_counter() - begun < 5
