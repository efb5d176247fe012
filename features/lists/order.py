"""The order of the rows: sign-ups come as they come, files from elsewhere are often sorted.

Only neighbours are compared, the last row of a chunk with the first of the next one.
"""

from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from features.lists.addresses import Addresses
from features.lists.coding import Coded
from features.lists.counting import Counts, ratio
from features.spans import Bytes, Ints

_DIGITS: Final = "0123456789"
_MAX_DIGITS: Final = 18
_MAX_STEP: Final = 3
# Those that tell names apart soonest come first.
_COMPARED_PLACES: Final = (2, 5, 1, 3, 4, 6, 7, 8, 9, 10, 11, 12)
# So many pairs are compared one by one sooner than a query over columns begins.
_FEW: Final = 3_000
# Below this many comparisons an order is likely to be chance.
_MIN_PAIRS: Final = 10


_Row = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """How the well-formed rows of a chunk compare with the one before each; `(first, last)` if any."""

    ends: tuple[_Row, _Row] | None
    pairs: int = 0
    up: int = 0
    down: int = 0
    same_domain: int = 0
    domain_up: int = 0
    domain_down: int = 0
    counted_on: int = 0


def compare(found: Addresses) -> Compared:
    """Compare the addresses of a chunk with the one before."""
    if not len(found.texts):
        return Compared(None)
    first, last = (_parts(found.texts[place]) for place in (0, -1))
    up, down = _text_steps(found)
    same, domain_up, domain_down = _domain_steps(found.domains)
    return Compared(
        ends=(first, last),
        pairs=len(found.texts) - 1,
        up=up,
        down=down,
        same_domain=same,
        domain_up=domain_up,
        domain_down=domain_down,
        counted_on=_counted_on(found),
    )


def _parts(text: str) -> _Row:
    return text, text.rpartition("@")[2]


def _text_steps(found: Addresses) -> tuple[int, int]:
    """Return how many addresses come after the one before in the alphabet, and how many before."""
    first, second = found.beginnings[:-1], found.beginnings[1:]
    tied = np.flatnonzero(first == second)
    up, down = int((first < second).sum()), int((first > second).sum())
    if tied.size:
        before, row = found.texts.gather(tied), found.texts.gather(tied + 1)
        up, down = up + int((before < row).sum()), down + int((before > row).sum())
    return up, down


def _domain_steps(domains: Coded) -> tuple[int, int, int]:
    """Return how many domains are as the one before, come after it in the alphabet, and before."""
    order = pl.Series(domains.texts, dtype=pl.String).arg_sort().to_numpy()
    ranks = np.empty(order.size, dtype=np.uint32)
    ranks[order] = np.arange(order.size, dtype=np.uint32)
    rows = ranks[domains.codes]
    first, second = rows[:-1], rows[1:]
    steps = (first == second, first < second, first > second)
    same, up, down = (int(step.sum()) for step in steps)
    return same, up, down


@dataclass
class Order:
    """Counts of how each well-formed row compares with the one before it."""

    pairs: int = 0
    up: int = 0
    down: int = 0
    same_domain: int = 0
    domain_up: int = 0
    domain_down: int = 0
    counted_on: int = 0
    _last: _Row | None = None

    def add(self, new: Compared) -> None:
        """Add the rows of a chunk."""
        if new.ends is None:
            return
        first, last = new.ends
        if self._last is not None:
            self._add_pair(self._last, first)
        self._last = last
        self.pairs += new.pairs
        self.up += new.up
        self.down += new.down
        self.same_domain += new.same_domain
        self.domain_up += new.domain_up
        self.domain_down += new.domain_down
        self.counted_on += new.counted_on

    def _add_pair(self, before: _Row, row: _Row) -> None:
        """Add the last row of a chunk and the first one of the next."""
        (text, domain), (next_text, next_domain) = before, row
        self.pairs += 1
        self.up += text < next_text
        self.down += text > next_text
        self.same_domain += domain == next_domain
        self.domain_up += domain < next_domain
        self.domain_down += domain > next_domain
        self.counted_on += _counts_on(text, next_text)

    def numbers(self, domains: Counts) -> dict[str, float]:
        """Return the numbers; `domains` are the counts of the same rows."""
        return {
            "list_sequence_share": ratio(self.counted_on, self.pairs),
            "list_alphabetical_order": _sorted(self.up, self.down),
            "list_domain_alphabetical": _sorted(self.domain_up, self.domain_down),
            "list_domain_order": self._runs(domains),
        }

    def _runs(self, domains: Counts) -> float:
        """Return how far equal domains stand together: 0 as by chance, 1 as far as can be."""
        distinct = len(domains.by_key) + domains.others
        possible = 1 - distinct / (self.pairs + 1) - domains.chance_of_equal
        if self.pairs < _MIN_PAIRS or not possible > 0.05:
            return nan
        beyond = self.same_domain / self.pairs - domains.chance_of_equal
        return min(max(beyond / possible, 0.0), 1.0)


def _sorted(up: int, down: int) -> float:
    """Return 0 for as many steps up as down, 1 for all one way; NaN where it may be chance."""
    return abs(up - down) / (up + down) if up + down >= _MIN_PAIRS else nan


def _counted_on(found: Addresses) -> int:
    """Count the neighbours with one stem whose final numbers are at most three apart."""
    maybe = _maybe_alike(found)
    first, second = found.texts.gather(maybe - 1), found.texts.gather(maybe)
    if maybe.size <= _FEW:
        return sum(map(_counts_on, first.to_list(), second.to_list()))
    pairs = pl.LazyFrame({"first": first, "second": second}).select(
        pl.all().str.split("@").list.first()
    )
    stems = [pl.col(name).str.strip_chars_end(_DIGITS) for name in ("first", "second")]
    ends = [pl.col(name).str.strip_prefix(pl.col("stem")) for name in ("first", "second")]
    numbers = [
        pl.when(end.str.len_bytes().is_between(1, _MAX_DIGITS)).then(end).cast(pl.Int64)
        for end in ends
    ]
    apart = (numbers[0] - numbers[1]).abs()
    alike = pairs.with_columns(stem=stems[0]).filter(pl.col("stem") == stems[1])
    near: int = alike.select(apart.is_between(1, _MAX_STEP).sum()).collect().item()
    return near


def _maybe_alike(found: Addresses) -> Ints:
    """Return the rows that may count on from the one before: few rows need to be told their stem.

    Both local parts end in a digit, and at any place bytes are equal or both digits. A place beyond
    the end is taken to be the last.
    """
    data, starts, ends = found.spans.data, found.spans.starts, found.ats
    first = (found.beginnings >> np.uint64(56)).astype(np.uint8)
    rows: Ints = np.flatnonzero(_alike(first[:-1], first[1:])) + 1
    rows = rows[_is_digit(data[ends[rows] - 1]) & _is_digit(data[ends[rows - 1] - 1])]
    for place in _COMPARED_PLACES:
        before, row = (
            data[np.minimum(starts[some] + place, ends[some] - 1)] for some in (rows - 1, rows)
        )
        rows = rows[_alike(before, row)]
    return rows


def _alike(first: Bytes, second: Bytes) -> npt.NDArray[np.bool_]:
    """Return where bytes are equal or both digits."""
    alike: npt.NDArray[np.bool_] = (first == second) | (_is_digit(first) & _is_digit(second))
    return alike


def _is_digit(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (data >= ord("0")) & (data <= ord("9"))
    return found


def _counts_on(first: str, second: str) -> bool:
    """Return whether two addresses have one stem and final numbers at most three apart."""
    before, after = first.partition("@")[0], second.partition("@")[0]
    stem = before.rstrip(_DIGITS)
    if stem != after.rstrip(_DIGITS):
        return False
    before, after = before[len(stem) :], after[len(stem) :]
    if not (0 < len(before) <= _MAX_DIGITS and 0 < len(after) <= _MAX_DIGITS):
        return False
    return 0 < abs(int(before) - int(after)) <= _MAX_STEP
