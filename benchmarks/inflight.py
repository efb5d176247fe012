"""The sequential test on simulated campaigns: mails until it stops bad ones, and how often good ones.

One signal alone: evidence rises at bad mails only, so a campaign is its gaps between bad mails,
and every mail is a look. The peer is a plain threshold that is looked at as often, from its 50th
mail on. All signals together: the default policy's, every rate exactly at its limit, which is the
worst case the stated chance covers; a look after every mail. Intervals are Wilson's, 95 %.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from features.catalogue import load_catalogue
from models.inflight import Signal
from models.inflight.evidence import log_e_value
from models.policy import default_policy_text, load_policy

SEED: Final = 11
FALSE_STOP: Final = 0.001
_FLOOR: Final = 50
_CHUNK: Final = 2_000
_TOP: Final = 60.0
# What is asked of the median: (true rate, limit, published mails, most mails of a campaign).
POWER: Final = (
    (0.20, 0.02, 30, 1_000),
    (0.10, 0.02, 100, 2_000),
    (0.05, 0.02, 510, 10_000),
    (0.005, 0.001, 2_200, 40_000),
    (0.002, 0.001, 21_800, 400_000),
)
# Good campaigns: (true rate, limit, mails).
GOOD: Final = ((0.02, 0.02, 10_000), (0.01, 0.02, 10_000), (0.001, 0.001, 100_000))

Whole = npt.NDArray[np.int64]


def boundary(limit: float, mails: int, level: float) -> Whole:
    """Return, for k = 1, 2, ..., the most mails among which k bad ones still stop; 0: never."""
    found: list[int] = []
    while not found or found[-1] < mails:
        found.append(_most(len(found) + 1, limit, mails, -math.log(level)))
    return np.array(found)


def _most(k: int, limit: float, mails: int, needed: float) -> int:
    """Return the largest n in [k, mails] with enough evidence: it falls as n grows."""
    low, high = k - 1, mails
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if log_e_value(k, middle, limit) >= needed else (low, middle - 1)
    return low if low >= k else 0


def stops(
    rate: float, bounds: Whole, mails: int, campaigns: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return after how many mails each campaign stops, infinity for never: `(campaigns,)`."""
    found = np.full(campaigns, np.inf)
    for first in range(0, campaigns, _CHUNK):
        size = min(_CHUNK, campaigns - first)
        at = np.cumsum(rng.geometric(rate, (size, len(bounds))), axis=1)
        hit = (at <= bounds) & (at <= mails)
        row = np.where(hit.any(axis=1))[0]
        found[first + row] = at[row, hit[row].argmax(axis=1)]
    return found


def threshold(limit: float, mails: int) -> Whole:
    """Return the bounds of a plain threshold: stop when k / n is over the limit, n at least 50."""
    k = np.arange(1, math.ceil(limit * mails) + 2)
    return np.minimum((k / limit * (1 - 1e-12)).astype(np.int64), mails)


def threshold_share(rate: float, limit: float, mails: int, campaigns: int, seed: int) -> float:
    """Return the share of campaigns that a plain threshold stops; the floor is looked at, too."""
    rng, bounds = np.random.default_rng(seed), threshold(limit, mails)
    stopped = 0
    for first in range(0, campaigns, _CHUNK):
        size = min(_CHUNK, campaigns - first)
        at = np.cumsum(rng.geometric(rate, (size, len(bounds))), axis=1)
        later = (at >= _FLOOR) & (at <= bounds)
        at_floor = (at <= _FLOOR).sum(axis=1) > limit * _FLOOR
        stopped += int((later.any(axis=1) | at_floor).sum())
    return stopped / campaigns


def together(
    signals: tuple[Signal, ...], mails: int, campaigns: int, rng: np.random.Generator
) -> int:
    """Return how many campaigns whose rates are all at their limits the whole test stops."""
    bad = np.zeros((len(signals), campaigns), dtype=np.int32)
    stopped = np.zeros(campaigns, dtype=bool)
    for n in range(1, mails + 1):
        total = np.zeros(campaigns)
        for i, signal in enumerate(signals):
            bad[i] += rng.random(campaigns, dtype=np.float32) < signal.limit
            total += signal.weight * _values(signal, n, int(bad[i].max()))[bad[i]]
        stopped |= total >= 1 / FALSE_STOP
    return int(stopped.sum())


def _values(signal: Signal, n: int, most: int) -> npt.NDArray[np.float64]:
    """Return the e-values of 0 ... `most` bad mails in n, capped where they stop anyway."""
    return np.exp(np.minimum([log_e_value(k, n, signal.limit) for k in range(most + 1)], _TOP))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    z, share = 1.96, hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(middle - half, 0.0), middle + half


def run(quick: bool) -> None:
    """Print mails until the stop beside the published, then shares of good campaigns stopped."""
    campaigns = 5_000 if quick else 100_000
    console, rng = Console(), np.random.default_rng(SEED)
    _print_power(console, min(campaigns, 20_000), rng)
    _print_good(console, campaigns, rng)
    signals = load_policy(default_policy_text(), load_catalogue()).release.signals
    mails = 300 if quick else 1_000
    hits = together(signals, mails, campaigns, rng)
    low, high = wilson(hits, campaigns)
    console.print(
        f"all signals of the default policy at their limits, {mails:,} mails, {campaigns:,} campaigns: "
        f"{hits} stopped, {hits / campaigns:.3%} ({low:.3%} to {high:.3%}), stated {FALSE_STOP:.1%}"
    )


def _print_power(console: Console, campaigns: int, rng: np.random.Generator) -> None:
    headings = ("true rate", "limit", "published", "median mails", "ratio", "with a weight of 0.4")
    table = Table(*headings, title=f"mails until the stop, {campaigns:,} campaigns a row")
    for rate, limit, published, mails in POWER:
        alone, shared = (
            np.median(stops(rate, boundary(limit, mails, level), mails, campaigns, rng))
            for level in (FALSE_STOP, FALSE_STOP * 0.4)
        )
        table.add_row(
            f"{rate:.1%}", f"{limit:.1%}", f"{published:,}", f"{alone:,.0f}",
            f"{alone / published:.2f}", f"{shared:,.0f}",
        )  # fmt: skip
    console.print(table)


def _print_good(console: Console, campaigns: int, rng: np.random.Generator) -> None:
    headings = ("true rate", "limit", "mails", "stopped", "interval", "plain threshold")
    table = Table(*headings, title=f"good campaigns stopped, {campaigns:,} a row, stated 0.1 %")
    for rate, limit, mails in GOOD:
        bounds = boundary(limit, mails, FALSE_STOP)
        hits = int(np.isfinite(stops(rate, bounds, mails, campaigns, rng)).sum())
        low, high = wilson(hits, campaigns)
        plain = threshold_share(rate, limit, mails, campaigns, SEED)
        table.add_row(
            f"{rate:.1%}", f"{limit:.1%}", f"{mails:,}", f"{hits / campaigns:.3%}",
            f"{low:.3%} to {high:.3%}", f"{plain:.1%}",
        )  # fmt: skip
    console.print(table)
