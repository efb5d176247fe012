"""Permission and engagement: when, from where and how each row says it opted in and last read."""

from dataclasses import dataclass, field
from math import log2, nan
from typing import Final

import numpy as np
import numpy.typing as npt

from features.lists.cells import Cell, Cells
from features.lists.coding import Coded
from features.lists.counting import Counts, Repeats, ratio, runs
from features.lists.rows import Chunk
from features.lists.sources import kind_of_source, source_name
from features.lists.times import UNKNOWN, Ints, unix_seconds

Flags = npt.NDArray[np.bool_]
# Unix seconds, until the year 2106.
Seconds = npt.NDArray[np.uint32]
_DAY: Final = 86_400
_MINUTE: Final = 60
_TIMED: Final = ("opted_in_at", "last_engaged_at")
# Below this many times, a common minute or an even clock says nothing.
_MIN_TIMES: Final = 10
_CLOCK_SLACK_SECONDS: Final = 86_400


@dataclass
class Consent:
    """The times (4 bytes each) and IPs (a hash each) of the well-formed rows, counts of sources."""

    _cells: Cells
    fields: frozenset[str] = frozenset()
    ips: Repeats = field(default_factory=Repeats)
    sources: Counts = field(default_factory=lambda: Counts(max_keys=10_000))
    _opted_in: list[Seconds] = field(default_factory=list)
    _engaged: list[Seconds] = field(default_factory=list)

    def add(self, chunk: Chunk, rows: Ints, domains: Coded) -> None:
        """Add the cells of the rows that hold an address at these domains."""
        self.fields |= chunk.fields
        cells = {
            field: column if rows.size == len(column) else column.gather(rows)
            for field, column in chunk.cells.items()
            if field != "email"
        }
        unknown = np.full(rows.size, UNKNOWN, dtype=np.int64)
        opted_in, engaged = (
            unix_seconds(cells[name]) if name in cells else unknown for name in _TIMED
        )
        self._opted_in.append(opted_in.astype(np.uint32))
        self._engaged.append(engaged.astype(np.uint32))
        if "opt_in_ip" in cells:
            self.ips.add(cells["opt_in_ip"])
        sources = None
        if "opt_in_source" in cells:
            sources = Coded.of(cells["opt_in_source"]).renamed(_source_name)
            self.sources.add_counts({name: n for name, n in sources.counts().items() if name})
        self._cells.add(opted_in, engaged, domains, sources)

    def cells(self) -> tuple[Cell, ...]:
        return self._cells.cells(engagement_told="last_engaged_at" in self.fields)

    def opt_ins(self) -> Seconds:
        """Return the known times of consent in the order of the rows."""
        opted_in = _joined(self._opted_in)
        known: Seconds = opted_in[opted_in != UNKNOWN]
        return known

    def numbers(self, imported: int) -> dict[str, float]:
        """Return the numbers; `imported` is the Unix time of the import."""
        known, rows = self.opt_ins(), sum(part.size for part in self._opted_in)
        order = _in_order(known)
        known.sort()
        stamps = _stamps(known) | {"list_consent_order": order} | self._ages(known, rows, imported)
        # Of a large list there is room for one array more, not for three.
        del known
        return stamps | self._origins(rows) | self._engagement(imported)

    def _ages(self, known: Seconds, rows: int, imported: int) -> dict[str, float]:
        future = _share(known > imported + _CLOCK_SLACK_SECONDS)
        ages = known.astype(np.float64)
        ages -= imported
        ages /= -_DAY
        quartiles = (nan, nan, nan)
        if ages.size:
            quartiles = tuple(np.quantile(ages, (0.25, 0.5, 0.75), overwrite_input=True).tolist())
        return {
            "list_has_consent_times": float("opted_in_at" in self.fields),
            "list_consent_known_share": ratio(known.size, rows),
            "list_consent_age_days": float(quartiles[1]),
            "list_consent_spread_days": float(quartiles[2] - quartiles[0]),
            "list_consent_fresh_share": _share(ages < 90),
            "list_consent_older_1y_share": _share(ages > 365),
            "list_consent_old_share": _share(ages > 730),
            "list_consent_future_share": future,
        }

    def _origins(self, valid: int) -> dict[str, float]:
        kinds = [(kind_of_source(name), n) for name, n in self.sources.by_key.items()]
        named = self.sources.total - self.sources.others
        return {
            "list_opt_in_ip_known_share": ratio(self.ips.total, valid),
            "list_opt_in_ip_reuse": self.ips.top_share,
            "list_opt_in_ip_shared_share": self.ips.shared_share,
            "list_opt_in_source_known_share": ratio(self.sources.total, valid),
            "list_opt_in_source_bought_share": ratio(
                sum(n for kind, n in kinds if kind == "bought"), named
            ),
            "list_opt_in_source_form_share": ratio(
                sum(n for kind, n in kinds if kind == "form"), named
            ),
        }

    def _engagement(self, imported: int) -> dict[str, float]:
        has = "last_engaged_at" in self.fields
        opted_in, engaged = _joined(self._opted_in), _joined(self._engaged)
        known = engaged != UNKNOWN
        both = known & (opted_in != UNKNOWN)
        before = engaged[both] < opted_in[both].astype(np.int64) - _DAY
        ages = (imported - engaged[known].astype(np.int64)) / _DAY
        rows = engaged.size if has else 0
        return {
            "list_has_engagement": float(has),
            "list_engaged_known_share": ratio(ages.size, rows),
            "list_engaged_age_days": float(np.median(ages)) if ages.size else nan,
            "list_engaged_90d_share": ratio(int((ages <= 90).sum()), rows),
            "list_engaged_180d_share": ratio(int((ages <= 180).sum()), rows),
            "list_engaged_before_consent_share": _share(before),
            "list_engaged_future_share": _share(ages < -_CLOCK_SLACK_SECONDS / _DAY),
        }


def _joined(parts: list[Seconds]) -> Seconds:
    return np.concatenate(parts) if parts else np.zeros(0, np.uint32)


def _source_name(text: str) -> str:
    """Return the name of a source, "" where there is none."""
    return source_name(text) if text.strip() else ""


def _stamps(times: Seconds) -> dict[str, float]:
    """Return how the times of consent crowd, given in ascending order.

    A date without a time of day says nothing of seconds.
    """
    timed = times[times % _DAY != 0]
    return {
        "list_consent_burst_share": _fullest(timed // _MINUTE),
        "list_consent_same_second_share": _crowded(timed),
        "list_consent_same_minute_share": _crowded(timed // _MINUTE),
        "list_consent_same_day_share": _fullest(times // _DAY),
        "list_consent_midnight_share": ratio(times.size - timed.size, times.size),
        "list_consent_hour_entropy": _evenness(timed % _DAY // 3_600),
    }


def _share(hits: Flags) -> float:
    return float(hits.mean()) if hits.size else nan


def _fullest(slots: Seconds) -> float:
    """Return the share of the fullest of ascending slots; NaN below ten values."""
    if slots.size < _MIN_TIMES:
        return nan
    return float(runs(slots).max() / slots.size)


def _crowded(slots: Seconds) -> float:
    """Return the share of values that are not alone in their slot; NaN below ten values."""
    if slots.size < _MIN_TIMES:
        return nan
    counts = runs(slots)
    return float(counts[counts > 1].sum() / slots.size)


def _evenness(hours: Seconds) -> float:
    """Return the entropy of the hours of the day over that of 24 equal ones; NaN below ten."""
    if hours.size < _MIN_TIMES:
        return nan
    shares = np.bincount(hours, minlength=24) / hours.size
    shares = shares[shares > 0]
    return abs(float(-(shares * np.log2(shares)).sum() / log2(24)))


def _in_order(times: Seconds) -> float:
    """Return how far times stand in order: 0 as many steps up as down, 1 all one way."""
    up, down = (int(moves.sum()) for moves in (times[1:] > times[:-1], times[1:] < times[:-1]))
    return abs(up - down) / (up + down) if up + down >= _MIN_TIMES else nan
