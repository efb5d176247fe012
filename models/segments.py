"""What is expected of parts of a list, and what to take out so that the rest can be sent.

The list's own forecast says how much bounces and complains on the whole; how that spreads over
age of consent, engagement, kinds of domains and sources is a prior: odds ratios from published
figures. Addresses die at 20 to 25 % a year (MarketingSherpa), recipients who clicked lately are
alive, single opt-in bounces twice as double opt-in (Mailchimp), bought lists several times as much.
The prior's odds are shifted together until the list's mean is the forecast's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from features.lists.cells import DIMENSIONS, Cell
from features.lists.sources import kind_of_source
from features.records import Segment
from models.decision import Forecast

Floats = npt.NDArray[np.float64]
MIN_ROWS: Final = 200
_MOST_SEGMENTS: Final = 3
_STEPS: Final = 60
# Odds of a hard bounce, of a complaint: by value, against the first one.
_AGE: Final = {
    "up to 90 days": (1.0, 1.0),
    "90 days to 1 year": (2.0, 1.4),
    "1 to 2 years": (5.0, 2.5),
    "over 2 years": (12.0, 4.0),
    "unknown": (4.0, 3.0),
}
_ENGAGEMENT: Final = {
    "within 90 days": (0.1, 0.6),
    "within 1 year": (0.35, 0.8),
    "longer ago": (1.0, 1.2),
    "never": (1.5, 1.5),
    "not told": (1.0, 1.0),
}
_DOMAIN: Final = {
    "free mail": (1.0, 1.0),
    "own domains": (1.4, 0.7),
    "throw-away domains": (6.0, 0.5),
    "mistyped domains": (40.0, 0.3),
}
_SOURCE: Final = {"bought": (3.0, 6.0), "form": (0.8, 0.8), "other": (1.0, 1.0)}
_BASE: Final = (0.01, 0.0004)


@dataclass(frozen=True)
class Sendable:
    """The rates under which a list may be sent as it is: Amazon SES's and Google's advice."""

    hard_bounce_rate: float = 0.02
    complaint_rate: float = 0.001

    def holds(self, rates: Floats) -> bool:
        return bool(rates[0] <= self.hard_bounce_rate and rates[1] <= self.complaint_rate)


@dataclass(frozen=True)
class Rates:
    """Expected shares of the recipients."""

    hard_bounce_rate: float
    complaint_rate: float


@dataclass(frozen=True)
class Removal:
    """Segments to take out, and what is expected of the list before and after."""

    segments: tuple[Segment, ...]
    rows_removed: int
    rows_left: int
    before: Rates
    after: Rates


def cell_rates(cells: Sequence[Cell], forecast: Forecast) -> Floats:
    """Return the expected hard bounce and complaint rate of each cell, `(n_cells, 2)`.

    Their mean over the rows is the forecast's.
    """
    odds = np.array([_odds(cell) for cell in cells]).reshape(-1, 2)
    rows = np.array([cell.rows for cell in cells], dtype=np.float64)
    means = (forecast.hard_bounce_rate.mean, forecast.complaint_rate.mean)
    columns = [_shifted(odds[:, i], rows, mean) for i, mean in enumerate(means)]
    return np.stack(columns, axis=1)


def _odds(cell: Cell) -> tuple[float, float]:
    age, engagement, domain, source = cell.values
    parts = (
        _AGE[age], _ENGAGEMENT[engagement], _DOMAIN[domain], _SOURCE[kind_of_source(source)],
    )  # fmt: skip
    hard, complaint = _BASE
    for part in parts:
        hard, complaint = hard * part[0], complaint * part[1]
    return hard, complaint


def _shifted(odds: Floats, rows: Floats, mean: float) -> Floats:
    """Return rates whose odds are `odds` times one factor, with this mean over the rows."""
    if not odds.size or not 0 < mean < 1:
        return np.full(odds.shape, min(max(mean, 0.0), 1.0))
    low, high = -40.0, 40.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        scaled = odds * np.exp(middle)
        too_high = np.average(scaled / (1 + scaled), weights=rows) > mean
        low, high = (low, middle) if too_high else (middle, high)
    scaled = odds * np.exp((low + high) / 2)
    rates: Floats = scaled / (1 + scaled)
    return rates


def with_rates(
    segments: Sequence[Segment], cells: Sequence[Cell], rates: Floats
) -> tuple[Segment, ...]:
    """Return the segments with what is expected of them; None where cells do not tell them."""
    rows = np.array([cell.rows for cell in cells], dtype=np.float64)
    found = []
    for segment in segments:
        inside = _inside(segment, cells)
        if inside.any():
            hard, complaint = np.average(rates[inside], axis=0, weights=rows[inside]).tolist()
        found.append(
            Segment(
                by=segment.by,
                value=segment.value,
                rows=segment.rows,
                expected_hard_bounce_rate=hard if inside.any() else None,
                expected_complaint_rate=complaint if inside.any() else None,
            )
        )
    return tuple(found)


def _inside(segment: Segment, cells: Sequence[Cell]) -> npt.NDArray[np.bool_]:
    if segment.by not in DIMENSIONS:
        return np.zeros(len(cells), dtype=np.bool_)
    place = DIMENSIONS.index(segment.by)
    return np.array([cell.values[place][:64] == segment.value for cell in cells], dtype=np.bool_)


def is_sendable(forecast: Forecast, limits: Sendable | None = None) -> bool:
    """Return whether the whole list is expected to stay within the limits."""
    means = np.array([forecast.hard_bounce_rate.mean, forecast.complaint_rate.mean])
    return (limits or Sendable()).holds(means)


def removal(
    segments: Sequence[Segment],
    cells: Sequence[Cell],
    rates: Floats,
    limits: Sendable | None = None,
    min_rows: int = MIN_ROWS,
) -> Removal | None:
    """Return the fewest segments without which the list is sendable, of those the smallest.

    At most three; None where the list is sendable as it is, or no such set leaves `min_rows` rows.
    """
    limits = limits or Sendable()
    rows = np.array([cell.rows for cell in cells], dtype=np.float64)
    if not cells or limits.holds(np.average(rates, axis=0, weights=rows)):
        return None
    masks = [(segment, inside) for segment in segments if (inside := _inside(segment, cells)).any()]
    for count in range(1, _MOST_SEGMENTS + 1):
        best: tuple[float, tuple[Segment, ...], npt.NDArray[np.bool_]] | None = None
        for chosen in combinations(masks, count):
            kept = ~np.logical_or.reduce([inside for _, inside in chosen])
            left = float(rows[kept].sum())
            if left < min_rows or (best is not None and left <= best[0]):
                continue
            if limits.holds(np.average(rates[kept], axis=0, weights=rows[kept])):
                best = left, tuple(segment for segment, _ in chosen), kept
        if best is not None:
            return _told(best[1], best[2], rows, rates)
    return None


def _told(
    segments: tuple[Segment, ...], kept: npt.NDArray[np.bool_], rows: Floats, rates: Floats
) -> Removal:
    return Removal(
        segments=segments,
        rows_removed=int(rows[~kept].sum()),
        rows_left=int(rows[kept].sum()),
        before=_mean(rates, rows),
        after=_mean(rates[kept], rows[kept]),
    )


def _mean(rates: Floats, rows: Floats) -> Rates:
    hard, complaint = np.average(rates, axis=0, weights=rows).tolist()
    return Rates(hard, complaint)
