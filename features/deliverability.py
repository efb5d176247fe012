"""Rates with intervals against the population and the own past, and a health score with its parts.

Pure: counts in, figures out. Counts are rows of the window kernel, `(11,)` in the order of
`features.tiles.COUNTERS`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from features import rates
from features.bounces.tally import CLASSES, SIGNALS
from features.rates import Prior
from features.records import EventType
from features.tiles import COUNTER_INDEX, Ints

# Mailbox providers without a feedback loop on single complaints: nothing they deliver can be
# complained about to us. Google: aggregated in Postmaster Tools only; Apple, GMX, Proton: none.
NO_FEEDBACK: Final = frozenset(
    [
        "gmail",
        "gmail.com",
        "googlemail.com",
        "google",
        "google.com",
        "gsuite",
        "google-workspace",
        "icloud",
        "icloud.com",
        "apple",
        "me.com",
        "mac.com",
        "gmx",
        "gmx.de",
        "gmx.net",
        "web.de",
        "t-online",
        "t-online.de",
        "proton",
        "protonmail.com",
        "proton.me",
    ]
)


def reports_complaints(provider: str) -> bool:
    """Return whether complaints at a mailbox provider reach the sender."""
    return provider.lower() not in NO_FEEDBACK


Parts = tuple[rates.Array, rates.Array]
"""k of n mails of some rates, each `(m,)`."""


@dataclass(frozen=True)
class Metric:
    """One rate. `over`: `handed` (given to providers), `delivered` or `reporting` (delivered to providers
    with a feedback loop). `limit` is where providers and ESPs act; `points` what health loses there."""

    name: str
    counter: EventType
    over: str
    prior: Prior
    limit: float | None = None
    points: float = 0.0


_E: Final = EventType
# Limits: Amazon SES review at 5 % bounces and 0.1 % complaints; SparkPost's warm-up stops below
# 90 % delivered; blocks and traps have no published one.
METRICS: Final = (
    Metric("hard_bounce", _E.HARD_BOUNCE, "handed", rates.HARD_BOUNCE, 0.05, 25),
    Metric("block_bounce", _E.BLOCK_BOUNCE, "handed", rates.BLOCK_BOUNCE, 0.05, 20),
    Metric("soft_bounce", _E.SOFT_BOUNCE, "handed", rates.SOFT_BOUNCE, 0.10, 5),
    Metric("deferred", _E.DEFERRED, "handed", rates.DEFERRED, 0.30, 10),
    Metric("complaint", _E.COMPLAINT, "reporting", rates.COMPLAINT, 0.001, 30),
    Metric("trap_hit", _E.TRAP_HIT, "delivered", rates.TRAP_HIT, 0.0005, 10),
    Metric("unsubscribe", _E.UNSUBSCRIBE, "delivered", rates.UNSUBSCRIBE),
    Metric("open", _E.OPEN, "delivered", rates.OPEN),
    Metric("click", _E.CLICK, "delivered", rates.CLICK),
)
BY_NAME: Final = {metric.name: metric for metric in METRICS}
# Not published by class; the weight of two thousand mails keeps one bounce from looking like a trend.
FAILURE_PRIOR: Final = Prior(0.0005, 2_000)
_BOUNCES: Final = (_E.HARD_BOUNCE, _E.SOFT_BOUNCE, _E.BLOCK_BOUNCE)


@dataclass(frozen=True)
class Tally:
    """Counts of one subject and window. `reporting` are deliveries to providers that report complaints.

    `failures` `(17,)` are in the order of `features.bounces.tally.FAILURES`; None where not asked for.
    """

    counts: Ints
    reporting: float
    failures: Ints | None = None

    def count(self, kind: EventType) -> int:
        return int(self.counts[COUNTER_INDEX[kind]])

    @cached_property
    def handed(self) -> int:
        """Mails given to mailbox providers; senders that do not report `sent` report outcomes."""
        outcomes = self.count(_E.DELIVERED) + sum(map(self.count, _BOUNCES))
        return max(self.count(_E.SENT), outcomes)

    def over(self, metric: Metric) -> float:
        """Return the number of mails that a rate is over."""
        if metric.over == "handed":
            return float(self.handed)
        return self.reporting if metric.over == "reporting" else float(self.count(_E.DELIVERED))


class _Together:
    """Some metrics as arrays, for rates that are worked out in one go: NumPy's price is by the call."""

    _OVER: Final = ("handed", "delivered", "reporting")

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self.names = tuple(metric.name for metric in metrics)
        self.priors = rates.Priors.of([metric.prior for metric in metrics])
        self._counters = [COUNTER_INDEX[metric.counter] for metric in metrics]
        self._over = [self._OVER.index(metric.over) for metric in metrics]

    def parts_of(self, tally: Tally) -> Parts:
        """Return k of n mails of each metric."""
        over = (tally.handed, tally.count(_E.DELIVERED), tally.reporting)
        mails = np.array(over, dtype=np.float64)[self._over]
        return tally.counts[self._counters].astype(np.float64), mails


_ALL: Final = _Together(METRICS)
_LIMITED: Final = tuple(metric for metric in METRICS if metric.limit is not None)
_ALL_LIMITED: Final = _Together(_LIMITED)


def tally_of(by_provider: Mapping[str, Ints]) -> Tally:
    """Return the sum of a subject's counts by mailbox provider: rows `(11,)`, or with failures `(28,)`."""
    wide = len(COUNTER_INDEX)
    width = max(map(len, by_provider.values()), default=wide)
    counts = np.zeros(width, dtype=np.int64)
    reporting = 0
    for provider, row in by_provider.items():
        counts += row
        if reports_complaints(provider):
            reporting += int(row[COUNTER_INDEX[_E.DELIVERED]])
    return Tally(counts[:wide], float(reporting), counts[wide:] if width > wide else None)


@dataclass(frozen=True)
class Rate:
    """`k` of `n` mails. `low` and `high` bound the rate with 90 % confidence (Clopper-Pearson).

    `population` is everyone's rate, `baseline` the subject's own before the window (smoothed), `z` how
    many standard deviations the rate lies above that baseline. None where there was no mail.
    """

    k: int
    n: int
    rate: float | None
    low: float | None
    high: float | None
    population: float | None = None
    baseline: float | None = None
    z: float | None = None


def rates_of(
    tally: Tally, population: Tally | None = None, before: Tally | None = None
) -> dict[str, Rate]:
    """Return every rate of a window; `before` are the counts of the time before the window."""
    everyone = None if population is None else _ALL.parts_of(population)
    past = None if before is None else _ALL.parts_of(before)
    return _rates_of(_ALL.names, _ALL.parts_of(tally), everyone, past, _ALL.priors)


def class_rates(tally: Tally, population: Tally | None, before: Tally | None) -> dict[str, Rate]:
    """Return the rate of bounces of each class that came, over mail handed to providers."""
    return _failure_rates(enumerate(CLASSES), tally, population, before)


def signal_rates(tally: Tally, population: Tally | None, before: Tally | None) -> dict[str, Rate]:
    """Return the rate of answers that name the sender's behaviour, deferrals included."""
    return _failure_rates(enumerate(SIGNALS, len(CLASSES)), tally, population, before)


def _failure_rates(
    kinds: Iterable[tuple[int, str]],
    tally: Tally,
    population: Tally | None,
    before: Tally | None,
) -> dict[str, Rate]:
    if tally.failures is None:
        return {}
    came = [(place, name) for place, name in kinds if tally.failures[place]]
    if not came:
        return {}
    places, names = [place for place, _ in came], [name for _, name in came]

    def parts_of(some: Tally) -> Parts:
        failed = np.zeros(len(places)) if some.failures is None else some.failures[places]
        return failed.astype(np.float64), np.full(len(places), some.handed, dtype=np.float64)

    everyone = None if population is None else parts_of(population)
    past = None if before is None else parts_of(before)
    return _rates_of(names, parts_of(tally), everyone, past, FAILURE_PRIOR)


def _rates_of(
    names: Sequence[str],
    own: Parts,
    population: Parts | None,
    before: Parts | None,
    prior: rates.Prior | rates.Priors,
) -> dict[str, Rate]:
    """Return k of n of each rate beside everyone's and the earlier k of n."""
    k, n = own
    share = np.minimum(rates.ratio(k, n), 1.0)
    everyone = baseline = z = np.full(len(names), np.nan)
    if population is not None:
        everyone = np.minimum(rates.ratio(*population), 1.0)
    if before is not None:
        there = (n > 0) & (before[1] > 0)
        baseline = np.where(there, rates.smoothed(*before, prior), np.nan)
        z = np.where(there, rates.z_difference(k, n, *before, prior), np.nan)
    columns = (share, rates.lower_bound(k, n), rates.upper_bound(k, n), everyone, baseline, z)
    counts = zip(k.tolist(), n.tolist(), strict=True)
    figures = zip(*(column.tolist() for column in columns), strict=True)
    return {
        name: Rate(int(a), max(int(b), 0), *map(_known, row))
        for name, (a, b), row in zip(names, counts, figures, strict=True)
    }


def _known(figure: float) -> float | None:
    return None if math.isnan(figure) else figure


@dataclass(frozen=True)
class HealthPart:
    """What one rate costs. `rate` is smoothed towards the population's, so that few mails cost little."""

    name: str
    rate: float
    usual: float
    limit: float
    lost: float
    most: float


@dataclass(frozen=True)
class Health:
    """100 is clean, 0 is at or past every limit; None without mail. `score` = 100 - the parts' `lost`."""

    score: float | None
    parts: tuple[HealthPart, ...]


def health_of(tally: Tally) -> Health:
    """Return the health of a window with the points that each rate takes."""
    if not tally.handed:
        return Health(None, ())
    found = rates.smoothed(*_ALL_LIMITED.parts_of(tally), _ALL_LIMITED.priors).tolist()
    parts = tuple(
        _part(metric, metric.limit, rate)
        for metric, rate in zip(_LIMITED, found, strict=True)
        if metric.limit is not None and not math.isnan(rate)
    )
    return Health(round(100.0 - sum(part.lost for part in parts), 1), parts)


def _part(metric: Metric, limit: float, rate: float) -> HealthPart:
    """Return the points lost: none at the usual rate, all at the limit, in between by the logarithm.

    Rates span orders of magnitude: the step from usual to ten times usual hurts as the next one.
    """
    usual = metric.prior.rate
    depth = math.log(rate / usual) / math.log(limit / usual)
    lost = round(metric.points * min(max(depth, 0.0), 1.0), 1)
    return HealthPart(metric.name, rate, usual, limit, lost, metric.points)


@dataclass(frozen=True)
class Cause:
    """An account's part in an excess of bad events. `share` is of the whole excess, in [0, 1]."""

    account_id: str
    k: int
    n: int
    excess: float
    share: float


def causes_of(
    metric: Metric,
    now: Sequence[tuple[str, Tally]],
    usual_rate: float,
    limit: int = 20,
) -> tuple[Cause, ...]:
    """Rank the accounts that explain why a rate is above `usual_rate`, the largest excess first.

    An account's excess is its bad events less those that its mail would have had at the usual
    rate; accounts below it explain nothing and are not set against the others.
    """
    found = []
    for account_id, tally in now:
        k, n = tally.count(metric.counter), tally.over(metric)
        excess = min(float(k), n) - usual_rate * n if n > 0 else float(k)
        if excess > 0:
            found.append((account_id, k, int(n), excess))
    total = sum(excess for *_, excess in found)
    ranked = sorted(found, key=lambda item: (-item[3], item[0]))[:limit]
    return tuple(
        Cause(account_id, k, n, round(excess, 2), excess / total)
        for account_id, k, n, excess in ranked
    )
