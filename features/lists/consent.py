"""Permission and engagement: when, from where and how each row says it opted in and last read."""

from dataclasses import dataclass, field
from math import floor, log2, nan
from typing import Final

import numpy as np
import polars as pl

from features.lists.cells import Cell, Cells, Crossed, crossed
from features.lists.coding import Coded
from features.lists.counting import (
    Counts,
    Hashes,
    Repeats,
    alone,
    ascending,
    hashes_of,
    ratio,
    runs,
)
from features.lists.fit import quantiles_of
from features.lists.rows import Chunk
from features.lists.sources import kind_of_source, source_name
from features.lists.times import UNKNOWN, Times, as_time, unix_seconds
from features.spans import Ints

_DAY: Final = 86_400
_MINUTE: Final = 60
# Below this many times, a common minute or an even clock says nothing.
_MIN_TIMES: Final = 10
_CLOCK_SLACK_SECONDS: Final = 86_400


@dataclass(frozen=True)
class Told:
    """What the well-formed rows of a chunk say of consent and engagement.

    `opted_in` and `engaged` are the known times, as many as there are; `engaged_before` counts the
    rows that have both and engaged first.
    """

    rows: int
    fields: frozenset[str]
    opted_in: Times
    engaged: Times
    both: int
    engaged_before: int
    ips: Hashes | None
    sources: dict[str, int]
    crossed: Crossed


def read_consent(chunk: Chunk, rows: Ints, domains: Coded, imported: int) -> Told:
    """Read the cells of the rows that hold an address at these domains."""
    cells = {
        name: column if rows.size == len(column) else column.gather(rows)
        for name, column in chunk.cells.items()
        if name != "email"
    }
    opted_in, engaged = (
        _times(cells.get(name), rows.size, day_first=chunk.day_first)
        for name in ("opted_in_at", "last_engaged_at")
    )
    both = (opted_in != UNKNOWN) & (engaged != UNKNOWN)
    # No time is so late that a day more passes what an unsigned number holds.
    before = both & (engaged + np.uint32(_DAY) < opted_in)
    sources = None
    if "opt_in_source" in cells:
        sources = Coded.of(cells["opt_in_source"]).renamed(_source_name)
    return Told(
        rows=rows.size,
        fields=chunk.fields,
        opted_in=opted_in[opted_in != UNKNOWN],
        engaged=engaged[engaged != UNKNOWN],
        both=int(both.sum()),
        engaged_before=int(before.sum()),
        ips=hashes_of(cells["opt_in_ip"]) if "opt_in_ip" in cells else None,
        sources=sources.counts() if sources else {},
        crossed=crossed(opted_in, engaged, domains, sources, imported),
    )


def _times(cells: pl.Series | None, rows: int, *, day_first: bool) -> Times:
    if cells is None:
        return np.full(rows, UNKNOWN, dtype=np.uint32)
    return unix_seconds(cells, day_first=day_first)


@dataclass
class Consent:
    """The known times (4 bytes each) and IPs (a hash each) of the well-formed rows, and counts."""

    fields: frozenset[str] = frozenset()
    ips: Repeats = field(default_factory=Repeats)
    sources: Counts = field(default_factory=lambda: Counts(max_keys=10_000))
    rows: int = 0
    both: int = 0
    engaged_before: int = 0
    _cells: Cells = field(default_factory=Cells)
    _opted_in: list[Times] = field(default_factory=list)
    _engaged: list[Times] = field(default_factory=list)

    def add(self, told: Told) -> None:
        """Add what the rows of a chunk say."""
        self.fields |= told.fields
        self.rows += told.rows
        self.both += told.both
        self.engaged_before += told.engaged_before
        self._opted_in.append(told.opted_in)
        self._engaged.append(told.engaged)
        if told.ips is not None:
            self.ips.add(told.ips)
        self.sources.add_counts({name: n for name, n in told.sources.items() if name})
        self._cells.add(told.crossed)

    def cells(self) -> tuple[Cell, ...]:
        return self._cells.cells(engagement_told="last_engaged_at" in self.fields)

    def summary(self, imported: int) -> tuple[dict[str, float], tuple[int, ...]]:
        """Return the numbers, and quantiles of the times of consent; `imported` is a Unix time."""
        opted_in = _joined(self._opted_in)
        order = _in_order(opted_in)
        opted_in = ascending(opted_in)
        numbers = _stamps(opted_in) | {"list_consent_order": order}
        numbers |= self._ages(opted_in, imported)
        quantiles = quantiles_of(opted_in)
        # Of a large list there is room for one more array at a time.
        del opted_in
        return numbers | self._origins() | self._engagement(imported), quantiles

    def _ages(self, known: Times, imported: int) -> dict[str, float]:
        first, median, third = (
            quantile_of_ages(known, share, imported) for share in (0.25, 0.5, 0.75)
        )
        return {
            "list_has_consent_times": float("opted_in_at" in self.fields),
            "list_consent_known_share": ratio(known.size, self.rows),
            "list_consent_age_days": median,
            "list_consent_spread_days": third - first,
            "list_consent_fresh_share": _after(known, imported - 90 * _DAY),
            "list_consent_older_1y_share": _before(known, imported - 365 * _DAY),
            "list_consent_old_share": _before(known, imported - 730 * _DAY),
            "list_consent_future_share": _after(known, imported + _CLOCK_SLACK_SECONDS),
        }

    def _origins(self) -> dict[str, float]:
        kinds = [(kind_of_source(name), n) for name, n in self.sources.by_key.items()]
        named = self.sources.total - self.sources.others
        return {
            "list_opt_in_ip_known_share": ratio(self.ips.total, self.rows),
            "list_opt_in_ip_reuse": self.ips.top_share,
            "list_opt_in_ip_shared_share": self.ips.shared_share,
            "list_opt_in_source_known_share": ratio(self.sources.total, self.rows),
            "list_opt_in_source_bought_share": ratio(
                sum(n for kind, n in kinds if kind == "bought"), named
            ),
            "list_opt_in_source_form_share": ratio(
                sum(n for kind, n in kinds if kind == "form"), named
            ),
        }

    def _engagement(self, imported: int) -> dict[str, float]:
        has = "last_engaged_at" in self.fields
        known = ascending(_joined(self._engaged))
        rows = self.rows if has else 0
        return {
            "list_has_engagement": float(has),
            "list_engaged_known_share": ratio(known.size, rows),
            "list_engaged_age_days": quantile_of_ages(known, 0.5, imported),
            "list_engaged_90d_share": ratio(_since(known, imported - 90 * _DAY), rows),
            "list_engaged_180d_share": ratio(_since(known, imported - 180 * _DAY), rows),
            "list_engaged_before_consent_share": ratio(self.engaged_before, self.both),
            "list_engaged_future_share": _after(known, imported + _CLOCK_SLACK_SECONDS),
        }


def _joined(parts: list[Times]) -> Times:
    return np.concatenate(parts) if parts else np.zeros(0, np.uint32)


def _source_name(text: str) -> str:
    """Return the name of a source, "" where there is none."""
    return source_name(text) if text.strip() else ""


def _since(ascending: Times, second: int) -> int:
    """Return how many times are not before a second."""
    return ascending.size - int(np.searchsorted(ascending, as_time(second)))


def _after(ascending: Times, second: int) -> float:
    """Return the share of the times after a second; NaN without times."""
    return ratio(_since(ascending, second + 1), ascending.size)


def _before(ascending: Times, second: int) -> float:
    """Return the share of the times before a second; NaN without times."""
    return ratio(ascending.size - _since(ascending, second), ascending.size)


def quantile_of_ages(ascending: Times, share: float, imported: int) -> float:
    """Return a quantile of the ages in days, between two ages where it falls so; NaN without times."""
    if not ascending.size:
        return nan
    place = share * (ascending.size - 1)
    low = floor(place)
    # Old ages are early times.
    first, second = (
        (imported - int(ascending[max(ascending.size - 1 - at, 0)])) / _DAY for at in (low, low + 1)
    )
    # As np.quantile does: from the nearer of the two.
    part, apart = place - low, second - first
    return second - apart * (1 - part) if part >= 0.5 else first + apart * part


def _stamps(times: Times) -> dict[str, float]:
    """Return how the times of consent crowd, given in ascending order.

    A date without a time of day says nothing of seconds.
    """
    of_day = times % np.uint32(_DAY)
    timed = times[of_day != 0]
    minutes = timed // np.uint32(_MINUTE)
    return {
        "list_consent_burst_share": _fullest(runs(minutes)),
        "list_consent_same_second_share": _crowded(timed),
        "list_consent_same_minute_share": _crowded(minutes),
        "list_consent_same_day_share": _fullest(runs(times // np.uint32(_DAY))),
        "list_consent_midnight_share": ratio(times.size - timed.size, times.size),
        "list_consent_hour_entropy": _evenness(of_day[of_day != 0] // np.uint32(3_600)),
    }


def _fullest(counts: Ints) -> float:
    """Return the share of the fullest of slots with so many values; NaN below ten values."""
    values = int(counts.sum())
    return int(counts.max()) / values if values >= _MIN_TIMES else nan


def _crowded(slots: Times) -> float:
    """Return the share of ascending slots that are not alone; NaN below ten of them."""
    return (slots.size - alone(slots)) / slots.size if slots.size >= _MIN_TIMES else nan


def _evenness(hours: Times) -> float:
    """Return the entropy of the hours of the day over that of 24 equal ones; NaN below ten."""
    if hours.size < _MIN_TIMES:
        return nan
    shares = np.bincount(hours, minlength=24) / hours.size
    shares = shares[shares > 0]
    return abs(float(-(shares * np.log2(shares)).sum() / log2(24)))


def _in_order(times: Times) -> float:
    """Return how far times stand in order: 0 as many steps up as down, 1 all one way."""
    up, down = (int(moves.sum()) for moves in (times[1:] > times[:-1], times[1:] < times[:-1]))
    return abs(up - down) / (up + down) if up + down >= _MIN_TIMES else nan
