"""Sets of thresholds that were tried on history, weighed by prices that somebody moves. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.policy.edit import Threshold

PRICES: Final = ("mail_leaked", "good_mail_delayed", "wrong_suspension", "reviewer_minute")
_PARTS: Final = ("leaked", "delayed", "false_stops", "minutes")


@dataclass(frozen=True)
class Weighed:
    """One set of thresholds, all a day: what it costs at these prices, and what it needs."""

    thresholds: Mapping[Threshold, float]
    cost: float
    minutes: float
    leaked: float
    delayed: float
    false_stops: float


@dataclass(frozen=True)
class Weighing:
    """What prices make of everything that was tried; the first is what the policy has.

    `best` needs no more than the reviewers there are; `more` and `less` are with one more or less.
    """

    tried: tuple[Weighed, ...]
    edge: tuple[Weighed, ...]
    best: Weighed | None
    more: Weighed | None
    less: Weighed | None
    minutes_of_one: float
    reviewers: float

    @property
    def now(self) -> Weighed:
        return self.tried[0]


def weighed(
    found: Mapping[str, Any], prices: Mapping[str, float], reviewers: float
) -> Weighing | None:
    """Return the weighing of a kept search; None when nothing was tried."""
    tried = tuple(_weighed(one, prices) for one in found.get("tried", ()))
    if not tried:
        return None
    one = float(found["minutes_of_one"])
    return Weighing(
        tried=tried,
        edge=_edge(tried),
        best=_cheapest(tried, reviewers * one),
        more=_cheapest(tried, (reviewers + 1) * one),
        less=_cheapest(tried, (reviewers - 1) * one),
        minutes_of_one=one,
        reviewers=reviewers,
    )


def prices_of(costs: Mapping[str, float]) -> dict[str, float]:
    """Return prices from a policy's `costs`; a review of a campaign takes five minutes."""
    return {
        "mail_leaked": costs["mail_leaked"],
        "good_mail_delayed": costs["good_mail_delayed"],
        "wrong_suspension": costs["false_stop"],
        "reviewer_minute": costs["review"] / 5.0,
    }


def _weighed(one: Mapping[str, Any], prices: Mapping[str, float]) -> Weighed:
    parts = {name: float(one[name]) for name in _PARTS}
    cost = sum(prices[price] * parts[part] for price, part in zip(PRICES, _PARTS, strict=True))
    values = {Threshold(*key.split(".")): float(v) for key, v in one["thresholds"].items()}
    return Weighed(thresholds=values, cost=cost, **parts)


def _cheapest(tried: Sequence[Weighed], minutes: float) -> Weighed | None:
    within = [one for one in tried if one.minutes <= minutes]
    return min(within, key=lambda one: (one.cost, one.minutes), default=None)


def _edge(tried: Sequence[Weighed]) -> tuple[Weighed, ...]:
    """Return what nothing else beats in both cost and review, the least review first."""
    found: list[Weighed] = []
    for one in sorted(tried, key=lambda one: (one.minutes, one.cost)):
        if not found or one.cost < found[-1].cost - 1e-9:
            found.append(one)
    return tuple(found)
