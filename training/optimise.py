"""Looks for the thresholds that cost least under what reviewers can look at.

A coordinate search from the thresholds in force, once for each of several prices of a reviewer's
minute, on half of the accounts; everything that was tried spans the frontier of cost against
review. What is proposed is then measured on the other half.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np

from features.hashing import key64
from models.policy.action import action_kinds
from models.policy.edit import Threshold
from models.policy.policy import Band, Lane, Policy
from training.backtest_mail import Sent
from training.backtest_replay import Replay
from training.backtest_rows import Assumptions, History, Past
from training.backtest_sums import COLUMN, SUMS, Array, Outcome, Prices, drawn, numbered

# No candidate goes below this score, so an account that never comes near it never changes.
LOWEST: Final = 0.02
_STEPS: Final = (0.5, -0.5, 1.2, -1.2)
_PRICES_OF_REVIEW: Final = (0.0, 1.0, 4.0, 0.25, 16.0)
_FIXED: Final = "terminate"
_DIGITS: Final = 3
Thresholds = Mapping[Threshold, float]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Budget:
    """What reviewers can do: minutes a day."""

    reviewers: float
    hours: float = 6.0

    @property
    def minutes(self) -> float:
        return self.reviewers * self.hours * 60.0

    @property
    def one(self) -> float:
        """The minutes a day of one reviewer."""
        return self.hours * 60.0


@dataclass(frozen=True)
class Tried:
    """One set of thresholds, all a day: cost, reviewer's minutes, and what makes up the cost."""

    thresholds: Thresholds
    cost: float
    minutes: float
    leaked: float
    delayed: float
    false_stops: float


@dataclass(frozen=True)
class Proposal:
    """What the search found. `best` is None when nothing that was tried fits the budget.

    `checked` is the change of cost a day from `now` to `best` on the other half of the accounts,
    with its 95 % interval. `price_of_more` and `price_of_less` are what one reviewer more or less
    changes of the cost a day, None where nothing tried needs that few.
    """

    tried: tuple[Tried, ...]
    now: Tried
    best: Tried | None
    budget: Budget
    checked: tuple[float, float, float]
    price_of_more: float | None
    price_of_less: float | None
    accounts: int
    decisions: int
    moving: int


@dataclass
class _Bench:
    """Measures thresholds on one set of decisions; what never changes is replayed once."""

    policy: Policy
    history: History
    prices: Prices
    assumed: Assumptions
    days: float
    plans: dict[tuple[object, ...], Sent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        quiet, moving = _parted(self.policy, self.history, self.assumed)
        self.moving = moving
        self.still = self._sums(self.policy, quiet).sum(axis=0)

    def measure(self, values: Thresholds) -> Tried:
        total = self.still + self.sums(values).sum(axis=0)
        return tried_of(values, total, self.prices, self.days)

    def sums(self, values: Thresholds) -> Array:
        """Return the sums of each decision of accounts that move, `(n, SUMS)`."""
        return self._sums(with_bands(self.policy, values), self.moving)

    def _sums(self, policy: Policy, history: History) -> Array:
        replay = Replay(policy, self.assumed, self.plans)
        return Outcome.of(replay.run(history)).sums


def tried_of(values: Thresholds, total: Array, prices: Prices, days: float) -> Tried:
    """Return what sums `(SUMS,)` over `days` come to a day."""
    a_day = total / days
    return Tried(
        dict(values),
        float(prices.cost(a_day)),
        *(float(a_day[COLUMN[name]]) for name in ("minutes", "leaked", "delayed", "false_stops")),
    )


def optimise(
    history: History,
    policy: Policy,
    start: Thresholds,
    budget: Budget,
    prices: Prices,
    assumed: Assumptions | None = None,
    effort: int = 300,
    seed: int = 0,
    progress: Progress = lambda _done, _of: None,
) -> Proposal:
    """Search from `start` with at most `effort` replays. The same seed, the same proposal."""
    assumed = assumed or Assumptions()
    days = history.days
    fit, check = (_half(history, side) for side in (0, 1))
    # Half of the accounts do half of the work: sums are doubled to be those of the whole.
    bench = _Bench(policy, fit, prices, assumed, days / 2)
    tried = list(_search(bench, start, effort, np.random.default_rng(seed), progress))
    now = tried[0]
    best = cheapest(tried, budget.minutes)
    more = cheapest(tried, budget.minutes + budget.one)
    less = cheapest(tried, budget.minutes - budget.one)
    return Proposal(
        tried=tuple(tried),
        now=now,
        best=best,
        budget=budget,
        checked=_checked(policy, check, prices, assumed, days / 2, now, best, seed),
        price_of_more=None if best is None or more is None else more.cost - best.cost,
        price_of_less=None if best is None or less is None else less.cost - best.cost,
        accounts=len({past.account_id for past in history.decisions}),
        decisions=len(history.decisions),
        moving=len(bench.moving.decisions),
    )


def cheapest(tried: Sequence[Tried], minutes: float) -> Tried | None:
    """Return what costs least of all that needs no more than so many minutes a day."""
    within = [one for one in tried if one.minutes <= minutes]
    return min(within, key=lambda one: (one.cost, one.minutes), default=None)


def frontier(tried: Sequence[Tried]) -> list[Tried]:
    """Return what nothing else beats in both cost and review, the least review first."""
    found: list[Tried] = []
    for one in sorted(tried, key=lambda one: (one.minutes, one.cost)):
        if not found or one.cost < found[-1].cost - 1e-9:
            found.append(one)
    return found


def with_bands(policy: Policy, values: Thresholds) -> Policy:
    """Return the policy with other thresholds in its bands."""
    kinds = action_kinds()
    bands: dict[Lane, list[Band]] = {lane: [] for lane in policy.bands}
    for key, value in values.items():
        bands[Lane(key.lane)].append(Band(key.score, value, kinds[key.action]))
    return replace(policy, bands={lane: tuple(found) for lane, found in bands.items()})


def _search(
    bench: _Bench,
    start: Thresholds,
    effort: int,
    rng: np.random.Generator,
    progress: Progress,
) -> Iterator[Tried]:
    """Yield everything that is tried, the start first."""
    seen: dict[tuple[float, ...], Tried] = {}

    def measured(values: Thresholds) -> Tried:
        key = tuple(values.values())
        if key not in seen:
            seen[key] = bench.measure(values)
            progress(len(seen), effort)
        return seen[key]

    measured(start)
    moves = [key for key in start if key.action != _FIXED]
    for number, price in enumerate(_PRICES_OF_REVIEW):
        best = min(seen.values(), key=lambda one: _priced(one, price, bench.prices))
        until = effort * (number + 1) // len(_PRICES_OF_REVIEW)
        order = [(k, s) for k in rng.permutation(len(moves)) for s in _STEPS]
        for place, step in order:
            if len(seen) >= until:
                break
            values = moved(best.thresholds, moves[place], step)
            if values is not None:
                one = measured(values)
                best = min(best, one, key=lambda one: _priced(one, price, bench.prices))
    yield from seen.values()


def _priced(one: Tried, price: float, prices: Prices) -> float:
    """Return the cost with a reviewer's minute at `price` times what it is stated to cost."""
    return one.cost + (price - 1.0) * prices.reviewer_minute * one.minutes


def moved(values: Thresholds, key: Threshold, step: float) -> dict[Threshold, float] | None:
    """Return thresholds with one moved in log-odds; None where the ladder would break."""
    odds = math.log(values[key] / (1.0 - values[key])) if 0 < values[key] < 1 else 0.0
    new = 1.0 / (1.0 + math.exp(-(odds + step)))
    new = min(max(float(f"{new:.{_DIGITS}g}"), LOWEST), 0.999)
    changed = dict(values) | {key: new}
    kinds = action_kinds()
    ladder = sorted(
        (one for one in changed if (one.lane, one.score) == (key.lane, key.score)),
        key=lambda one: kinds[one.action].severity,
    )
    broken = any(changed[mild] > changed[hard] for mild, hard in pairwise(ladder))
    return None if broken or new == values[key] else changed


def _half(history: History, side: int) -> History:
    """Return every other account, by a hash of its id."""
    return _of(history, lambda past: key64("optimise", past.account_id) % 2 == side)


def _of(history: History, chosen: Callable[[Past], bool]) -> History:
    decisions = tuple(past for past in history.decisions if chosen(past))
    accounts = {past.account_id for past in decisions}
    words = tuple(word for word in history.words if word.account_id in accounts)
    return History(decisions, words, history.odd)


def _parted(policy: Policy, history: History, assumed: Assumptions) -> tuple[History, History]:
    """Return the accounts that no candidate can touch, and those that one could."""
    bare = replace(policy, bands=dict.fromkeys(policy.bands, ()))
    touched = {
        one.past.account_id
        for one in Replay(bare, assumed).run(history)
        if one.action != "allow" or _near(one.past)
    }
    return (
        _of(history, lambda past: past.account_id not in touched),
        _of(history, lambda past: past.account_id in touched),
    )


def _near(past: Past) -> bool:
    scores = past.scores
    return scores is not None and max(scores.risk, scores.malicious) >= LOWEST


def _checked(
    policy: Policy,
    history: History,
    prices: Prices,
    assumed: Assumptions,
    days: float,
    now: Tried,
    best: Tried | None,
    seed: int,
) -> tuple[float, float, float]:
    """Return the change of cost a day on accounts that the search did not see."""
    if best is None or not history.decisions:
        return (0.0, 0.0, 0.0)
    account, n = numbered([past.account_id for past in history.decisions])
    sides = []
    for values in (now.thresholds, best.thresholds):
        replay = Replay(with_bands(policy, values), assumed)
        sides.append(Outcome.of(replay.run(history)).by_account(account, n)[:, : len(SUMS)])
    change = prices.cost(sides[1] - sides[0]) / days
    draws = drawn(n, 400, np.random.default_rng(seed)) @ change
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(change.sum()), float(low), float(high)
