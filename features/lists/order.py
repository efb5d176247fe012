"""The order of the rows: sign-ups come as they come, files from elsewhere are often sorted.

Only neighbours are compared, the last row of a chunk with the first of the next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from features.lists.addresses import Addresses
from features.lists.counting import Counts, ratio
from features.lists.rows import joined

Ints = npt.NDArray[np.int64]
_DIGITS: Final = "0123456789"
_MAX_DIGITS: Final = 18
_MAX_STEP: Final = 3
_COMPARED_PLACES: Final = (0, 2, 5)
# Below this many comparisons an order is likely to be chance.
_MIN_PAIRS: Final = 10


_Row = tuple[str, str, str]
_TEXT, _DOMAIN = pl.col("text"), pl.col("domain")
COMPARED: Final = {
    "up": (_TEXT.shift() < _TEXT).sum(),
    "down": (_TEXT.shift() > _TEXT).sum(),
    "same": (_DOMAIN.shift() == _DOMAIN).sum(),
    "domain_up": (_DOMAIN.shift() < _DOMAIN).sum(),
    "domain_down": (_DOMAIN.shift() > _DOMAIN).sum(),
}
"""How the rows of a frame of addresses compare with the one before."""


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

    def add(self, found: Addresses, compared: Mapping[str, int]) -> None:
        """Add the rows of a chunk; `compared` is what `COMPARED` counts in their frame."""
        if not len(found.texts):
            return
        first = found.texts[0], found.locals[0], found.domains[0]
        if self._last is not None:
            self._add_pair(self._last, first)
        self._last = found.texts[-1], found.locals[-1], found.domains[-1]
        self.pairs += len(found.texts) - 1
        self.up += compared["up"]
        self.down += compared["down"]
        self.same_domain += compared["same"]
        self.domain_up += compared["domain_up"]
        self.domain_down += compared["domain_down"]
        self.counted_on += _counted_on(found.locals)

    def _add_pair(self, before: _Row, row: _Row) -> None:
        """Add the last row of a chunk and the first one of the next."""
        (text, local, domain), (next_text, next_local, next_domain) = before, row
        self.pairs += 1
        self.up += text < next_text
        self.down += text > next_text
        self.same_domain += domain == next_domain
        self.domain_up += domain < next_domain
        self.domain_down += domain > next_domain
        stem = local.rstrip(_DIGITS)
        if stem == next_local.rstrip(_DIGITS):
            self.counted_on += _near(stem, local, next_local)

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


def _counted_on(locals_: pl.Series) -> int:
    """Count the neighbours with one stem whose final numbers are at most three apart."""
    maybe = _maybe_alike(locals_)
    if not maybe.size:
        return 0
    pairs = pl.LazyFrame({"first": locals_.gather(maybe - 1), "second": locals_.gather(maybe)})
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


def _maybe_alike(locals_: pl.Series) -> Ints:
    """Return the rows that may count on from the one before: few rows need to be told their stem.

    Both end in a digit, and at any place bytes are equal or both digits. A place beyond the end is
    taken to be the last.
    """
    data, ends = joined(locals_)
    starts = np.append(0, ends[:-1])
    digits = _is_digit(data[ends - 1])
    rows: Ints = np.flatnonzero(digits[1:] & digits[:-1]) + 1
    for place in _COMPARED_PLACES:
        first, second = (
            data[np.minimum(starts[some] + place, ends[some] - 1)] for some in (rows - 1, rows)
        )
        rows = rows[(first == second) | (_is_digit(first) & _is_digit(second))]
    return rows


def _is_digit(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (data >= ord("0")) & (data <= ord("9"))
    return found


def _near(stem: str, first: str, second: str) -> bool:
    before, after = first[len(stem) :], second[len(stem) :]
    if not (0 < len(before) <= _MAX_DIGITS and 0 < len(after) <= _MAX_DIGITS):
        return False
    return 0 < abs(int(before) - int(after)) <= _MAX_STEP
