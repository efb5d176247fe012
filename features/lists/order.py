"""The order of the rows: sign-ups come as they come, files from elsewhere are often sorted.

Only neighbours are compared, the last row of a chunk with the first of the next one.
"""

from dataclasses import dataclass
from math import nan
from typing import Final, NamedTuple

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
_ZERO: Final = ord("0")
# Those that tell names apart soonest come first.
_COMPARED_PLACES: Final = (2, 5, 1, 3, 4, 6, 7, 8, 9, 10, 11, 12)
# So many pairs are compared one by one sooner than a query over columns begins.
_FEW: Final = 3_000
# Below this many comparisons an order is likely to be chance.
_MIN_PAIRS: Final = 10


_Row = tuple[str, str]


class Steps(NamedTuple):
    """How many rows there are with one before them, and how they compare with it.

    `up` and `down` in the alphabet, by address and by domain; `counted_on`: one stem, numbers at
    most three apart.
    """

    pairs: int = 0
    up: int = 0
    down: int = 0
    same_domain: int = 0
    domain_up: int = 0
    domain_down: int = 0
    counted_on: int = 0

    def and_then(self, other: "Steps") -> "Steps":
        """Return both counts added up."""
        return Steps(*map(sum, zip(self, other, strict=True)))


_NO_STEPS: Final = Steps()


@dataclass(frozen=True)
class Compared:
    """The steps within a chunk's well-formed rows, and its `(first, last)` row if it has any."""

    ends: tuple[_Row, _Row] | None
    steps: Steps = _NO_STEPS


def compare(found: Addresses) -> Compared:
    """Compare the addresses of a chunk with the one before."""
    if not len(found.texts):
        return Compared(None)
    first, last = (_parts(found.texts[place]) for place in (0, -1))
    steps = Steps(
        len(found.texts) - 1,
        *_text_steps(found),
        *_domain_steps(found.domains),
        counted_on=_counted_on(found),
    )
    return Compared((first, last), steps)


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

    steps: Steps = _NO_STEPS
    _last: _Row | None = None

    def add(self, new: Compared) -> None:
        """Add the rows of a chunk."""
        if new.ends is None:
            return
        first, last = new.ends
        if self._last is not None:
            self.steps = self.steps.and_then(_step(self._last, first))
        self.steps = self.steps.and_then(new.steps)
        self._last = last

    def numbers(self, domains: Counts) -> dict[str, float]:
        """Return the numbers; `domains` are the counts of the same rows."""
        steps = self.steps
        return {
            "list_sequence_share": ratio(steps.counted_on, steps.pairs),
            "list_alphabetical_order": _sorted(steps.up, steps.down),
            "list_domain_alphabetical": _sorted(steps.domain_up, steps.domain_down),
            "list_domain_order": self._runs(domains),
        }

    def _runs(self, domains: Counts) -> float:
        """Return how far equal domains stand together: 0 as by chance, 1 as far as can be."""
        distinct, pairs = len(domains.by_key) + domains.others, self.steps.pairs
        possible = 1 - distinct / (pairs + 1) - domains.chance_of_equal
        if pairs < _MIN_PAIRS or not possible > 0.05:
            return nan
        beyond = self.steps.same_domain / pairs - domains.chance_of_equal
        return min(max(beyond / possible, 0.0), 1.0)


def _step(before: _Row, row: _Row) -> Steps:
    """Return the step from the last row of a chunk to the first one of the next."""
    (text, domain), (next_text, next_domain) = before, row
    return Steps(
        pairs=1,
        up=int(text < next_text),
        down=int(text > next_text),
        same_domain=int(domain == next_domain),
        domain_up=int(domain < next_domain),
        domain_down=int(domain > next_domain),
        counted_on=int(_counts_on(text, next_text)),
    )


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

    Both local parts end in a digit, their last two digits are those of near numbers, and at any
    place bytes are equal or both digits. A place beyond the end is taken to be the last.
    """
    data, starts, ends = found.spans.data, found.spans.starts, found.ats
    first = (found.beginnings >> np.uint64(56)).astype(np.uint8)
    rows: Ints = np.flatnonzero(_alike(first[:-1], first[1:])) + 1
    rows = rows[_is_digit(data[ends[rows] - 1]) & _is_digit(data[ends[rows - 1] - 1])]
    numbers = [_last_digits(data, starts[some], ends[some]) for some in (rows - 1, rows)]
    rows = rows[_may_be_near(*numbers)]
    for place in _COMPARED_PLACES:
        before, row = (
            data[np.minimum(starts[some] + place, ends[some] - 1)] for some in (rows - 1, rows)
        )
        rows = rows[_alike(before, row)]
    return rows


def _last_digits(data: Bytes, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Return the number of the last digit or two, and 10 or 100 by how many there are."""
    ones, tens = (data[ends - back].astype(np.int64) - _ZERO for back in (1, 2))
    two = (tens >= 0) & (tens <= 9) & (ends - starts > 1)
    return ones + np.where(two, 10 * tens, 0), np.where(two, 100, 10)


def _may_be_near(first: tuple[Ints, Ints], second: tuple[Ints, Ints]) -> npt.NDArray[np.bool_]:
    """Return where numbers with such last digits may be one to three apart."""
    turn = np.minimum(first[1], second[1])
    apart = (first[0] - second[0]) % turn
    apart = np.minimum(apart, turn - apart)
    near: npt.NDArray[np.bool_] = (apart >= 1) & (apart <= _MAX_STEP)
    return near


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
