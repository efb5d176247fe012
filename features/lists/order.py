"""The order of the rows: sign-ups come as they come, files from elsewhere are often sorted.

Only neighbours are compared, the last row of a chunk with the first of the next one.
"""

from dataclasses import dataclass
from math import nan
from typing import Final

import polars as pl

from features.lists.addresses import Addresses
from features.lists.counting import Counts, ratio

_DIGITS: Final = "0123456789"
_MAX_DIGITS: Final = 18
_MAX_STEP: Final = 3
# Below this many comparisons an order is likely to be chance.
_MIN_PAIRS: Final = 10


_TEXT, _DOMAIN = pl.col("text"), pl.col("domain")
_COMPARED: Final = {
    "up": (_TEXT.shift() < _TEXT).sum(),
    "down": (_TEXT.shift() > _TEXT).sum(),
    "same": (_DOMAIN.shift() == _DOMAIN).sum(),
    "domain_up": (_DOMAIN.shift() < _DOMAIN).sum(),
    "domain_down": (_DOMAIN.shift() > _DOMAIN).sum(),
}


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
    _last: pl.DataFrame | None = None

    def add(self, found: Addresses) -> None:
        frame = pl.DataFrame({"text": found.texts, "local": found.locals, "domain": found.domains})
        if self._last is not None:
            frame = pl.concat([self._last, frame])
        if not frame.height:
            return
        self._last = frame.tail(1)
        self.pairs += frame.height - 1
        counts = frame.select(**_COMPARED).row(0, named=True)
        self.up += counts["up"]
        self.down += counts["down"]
        self.same_domain += counts["same"]
        self.domain_up += counts["domain_up"]
        self.domain_down += counts["domain_down"]
        self.counted_on += _counted_on(frame["local"])

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
    stem = pl.col("second").str.strip_chars_end(_DIGITS)
    alike = (
        pl.DataFrame({"second": locals_})
        .select("second", stem=stem, first=pl.col("second").shift())
        .filter(pl.col("stem") == pl.col("stem").shift())
    )
    return sum(_near(*row) for row in alike.select("stem", "first", "second").iter_rows())


def _near(stem: str, first: str, second: str) -> bool:
    before, after = first[len(stem) :], second[len(stem) :]
    if not (0 < len(before) <= _MAX_DIGITS and 0 < len(after) <= _MAX_DIGITS):
        return False
    return 0 < abs(int(before) - int(after)) <= _MAX_STEP
