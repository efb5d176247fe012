"""How long cases wait for so many reviewers: a seeded simulation of the queue. Pure.

Cases come at random at the rates of the hours of a week (a Poisson process), wait in the order of the
harm at stake, and are looked at by reviewers who work some hours a day; a look once begun is ended.
With one rate, all hours worked and one order it is the M/G/c queue of the textbooks, whose known waits
the tests hold it against (Erlang 1917; Pollaczek and Khinchine).
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
HOURS: Final = 168
_HOUR: Final = 60.0
_DAY: Final = 24 * _HOUR
_WEEK: Final = HOURS * _HOUR
_WANTED: Final = 2_000
_FEWEST_WEEKS, _MOST_WEEKS = 1, 26
# The queue begins empty: what comes in the first weeks is looked at, but not counted.
_WARM_UP_WEEKS: Final = 1


@dataclass(frozen=True)
class Shift:
    """`reviewers` who each work `hours` from `starts` (an hour of the day, UTC) on the first `days`
    days of a week, Monday first. `in_turn`: each begins when the one before ends, around the clock.
    """

    reviewers: int
    hours: float = 6.0
    starts: float = 8.0
    days: int = 7
    in_turn: bool = False

    def __post_init__(self) -> None:
        if self.reviewers < 1 or not 0 < self.hours <= 24:
            raise ValueError("somebody has to work, for at most 24 hours a day")
        if not 0 <= self.starts < 24 or not 1 <= self.days <= 7:
            raise ValueError("a shift starts at an hour of the day, on 1 to 7 days a week")

    @property
    def minutes_a_week(self) -> float:
        """Reviewer's minutes a week, as `sendwarden policy optimise` counts them a day."""
        return self.reviewers * self.hours * self.days * 60.0

    def open_from(self, at: float, who: int = 0) -> float:
        """Return the first minute from `at` on in which a reviewer works, as `opening` has it."""
        return self.opening(who)(at)

    def opening(self, who: int = 0) -> Callable[[float], float]:
        """Return the function from a minute to the first one from it on in which a reviewer works.

        Reviewers are 0, 1, ...; minutes are those since a Monday, 00:00.
        """
        if self.hours >= 24 and self.days == 7:
            return lambda at: at
        starts = (self.starts + self.hours * who * self.in_turn) % 24 * _HOUR
        length, days = self.hours * _HOUR, self.days

        def opened(at: float) -> float:
            day = (at - starts) // _DAY
            if day % 7 < days and at < day * _DAY + starts + length:
                return at
            day += 1
            while day % 7 >= days:
                day += 1
            return day * _DAY + starts

        return opened


@dataclass(frozen=True)
class Load:
    """Cases an hour by hour of the week `(168,)`, Monday 00:00 UTC first; the `minutes` that looks took
    and the `harm` a minute at stake, of which both are drawn, `(n,)` and `(m,)`."""

    rates: Array
    minutes: Array
    harm: Array

    @property
    def cases_a_week(self) -> float:
        return float(self.rates.sum())

    @property
    def minutes_a_week(self) -> float:
        """Reviewer's minutes that a week's cases need."""
        return self.cases_a_week * float(self.minutes.mean())


@dataclass(frozen=True)
class Waits:
    """What becomes of the cases. `utilisation`: minutes needed over minutes there are.

    From 1 on the queue grows without end, and the rest is None: `median` and `p90` minutes from coming
    to being looked at, and the share that is looked at `late`, after it was due.
    """

    utilisation: float
    cases: int = 0
    median: float | None = None
    p90: float | None = None
    late: float | None = None


def waits(load: Load, shift: Shift, due_minutes: float, seed: int = 0) -> Waits:
    """Return how long the cases of some simulated weeks wait. The same seed, the same answer."""
    utilisation = load.minutes_a_week / shift.minutes_a_week
    if utilisation >= 1.0 or not load.cases_a_week:
        return Waits(utilisation)
    weeks = int(np.clip(np.ceil(_WANTED / load.cases_a_week), _FEWEST_WEEKS, _MOST_WEEKS))
    rng = np.random.default_rng(seed)
    came = arrivals(load.rates, weeks + _WARM_UP_WEEKS, rng)
    took = rng.choice(load.minutes, len(came))
    waited = simulated(came, took, rng.choice(load.harm, len(came)), shift)
    counted = waited[came >= _WARM_UP_WEEKS * _WEEK]
    if not len(counted):
        return Waits(utilisation)
    median, p90 = np.quantile(counted, (0.5, 0.9)).tolist()
    return Waits(utilisation, len(counted), median, p90, float((counted > due_minutes).mean()))


def arrivals(rates: Array, weeks: int, rng: np.random.Generator) -> Array:
    """Return when cases come in so many weeks, in minutes, sorted."""
    counts = rng.poisson(np.tile(rates, weeks))
    hours = np.repeat(np.arange(len(counts)), counts)
    return np.sort((hours + rng.random(len(hours))) * _HOUR)


def simulated(came: Array, took: Array, harm: Array, shift: Shift) -> Array:
    """Return the minutes that each case waits to be looked at, `(n,)`.

    Whoever can look first takes the case with the most harm of those that have come by then.
    """
    waited = [0.0] * len(came)
    times, minutes, order = came.tolist(), took.tolist(), (-harm).tolist()
    opens = [shift.opening(who) for who in range(shift.reviewers)]
    free = [(opened(0.0), who) for who, opened in enumerate(opens)]
    heapq.heapify(free)
    queue: list[tuple[float, int]] = []
    coming, clock = 0, 0.0
    for _ in range(len(times)):
        if not queue:
            clock = max(clock, times[coming])
        # Who was free before now may be off by now. Where all work together, they all are or none.
        while shift.in_turn and free[0][0] < clock:
            who = free[0][1]
            heapq.heapreplace(free, (opens[who](clock), who))
        at, who = free[0]
        clock = at if at >= clock else opens[who](clock)
        while coming < len(times) and times[coming] <= clock:
            heapq.heappush(queue, (order[coming], coming))
            coming += 1
        _, one = heapq.heappop(queue)
        waited[one] = clock - times[one]
        heapq.heapreplace(free, (opens[who](clock + minutes[one]), who))
    return np.array(waited)


def spread(mean: float, seed: int = 0, of: int = 500) -> Array:
    """Return minutes with a mean where none were measured: log-normal, as times at a task are.

    Their logarithm has a standard deviation of 0.8: nine in ten within some 2 times the mean.
    """
    drawn = np.exp(0.8 * np.random.default_rng(seed).standard_normal(of))
    return np.asarray(mean * drawn / drawn.mean(), dtype=np.float64)


def rates_of(hours: Sequence[int] | npt.NDArray[np.int64], weeks: float) -> Array:
    """Return cases an hour by hour of the week `(168,)` from those that came in each, over `weeks`.

    Few cases say little of single hours: half of the weight is the same hour of any day, so that a week
    of history does not make a Tuesday of its own out of chance.
    """
    counts = np.bincount(np.asarray(hours, dtype=np.int64), minlength=HOURS).astype(np.float64)
    by_hour = np.tile(counts.reshape(7, 24).mean(axis=0), 7)
    return (0.5 * counts + 0.5 * by_hour) / weeks
