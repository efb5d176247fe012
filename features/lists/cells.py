"""The rows of a list by age of consent, engagement, kind of domain and source, all crossed.

What is expected of a segment, and of a list without some segments, is summed over these cells:
segments overlap, cells do not.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from features.lists.coding import Coded
from features.lists.domains import domain_kind
from features.lists.times import UNKNOWN, Times, as_time
from features.spans import Ints

Codes = npt.NDArray[np.uint8]
_DAY: Final = 86_400
AGES: Final = ("up to 90 days", "90 days to 1 year", "1 to 2 years", "over 2 years", "unknown")
ENGAGEMENTS: Final = ("within 90 days", "within 1 year", "longer ago", "never", "not told")
DOMAIN_KINDS: Final = ("free mail", "own domains", "throw-away domains", "mistyped domains")
DIMENSIONS: Final = ("consent_age", "engagement", "domain_kind", "opt_in_source")
_MAX_SOURCES: Final = 16
OTHER_SOURCES: Final = "others"
NO_SOURCE: Final = "unknown"
# All cells of a few sources are counted at once, even for few rows.
_FEW_CODES: Final = 4_096


@dataclass(frozen=True)
class Cell:
    """Rows that agree in all four dimensions; `values` are in the order of `DIMENSIONS`."""

    values: tuple[str, str, str, str]
    rows: int


@dataclass(frozen=True)
class Crossed:
    """Rows of a chunk by cell: `codes` `(m,)` without the source, which `sources[places]` names.

    `rows` `(m,)` is how many rows agree; `sources` are in the order of first sight.
    """

    codes: Ints
    places: Ints
    rows: Ints
    sources: list[str]


def crossed(
    opted_in: Times, engaged: Times, domains: Coded, sources: Coded | None, imported: int
) -> Crossed:
    """Count the well-formed rows of a chunk, `(n,)` each; `imported` is a Unix time.

    `sources` are as they may be kept, or None where the list tells none.
    """
    code = domains.numbered(_kind_code)
    code = code * len(AGES) + _age_codes(opted_in, imported)
    code = code * len(ENGAGEMENTS) + _engagement_codes(engaged, imported)
    names = [""] if sources is None else sources.texts
    if sources is not None:
        code = code * len(names) + sources.codes
    found, rows = _counted(code)
    codes, places = np.divmod(found, max(len(names), 1))
    return Crossed(codes, places, rows, names)


def _counted(codes: Ints) -> tuple[Ints, Ints]:
    """Return the distinct codes and how many rows have each."""
    if codes.max(initial=0) > 4 * codes.size + _FEW_CODES:
        return np.unique(codes, return_counts=True)
    rows = np.bincount(codes)
    found: Ints = np.flatnonzero(rows)
    return found, rows[found]


@dataclass
class Cells:
    """Counts by cell."""

    _sources: dict[str, int] = field(default_factory=dict)
    _counts: Counter[int] = field(default_factory=Counter)

    def add(self, new: Crossed) -> None:
        """Add the rows of a chunk."""
        numbers = np.array([self._source(name) for name in new.sources], dtype=np.int64)
        codes = new.codes * (_MAX_SOURCES + 2) + numbers[new.places]
        for code, rows in zip(codes.tolist(), new.rows.tolist(), strict=True):
            self._counts[code] += rows

    def _source(self, name: str) -> int:
        """Return 0 for none, 1 for others, and a number of its own for each of the first names."""
        if not name:
            return 0
        if name not in self._sources and len(self._sources) < _MAX_SOURCES:
            self._sources[name] = len(self._sources) + 2
        return self._sources.get(name, 1)

    def cells(self, *, engagement_told: bool) -> tuple[Cell, ...]:
        """Return the cells that hold rows; without a column of engagement nobody "never" engaged."""
        engagements = ENGAGEMENTS if engagement_told else ("not told",) * len(ENGAGEMENTS)
        names = (NO_SOURCE, OTHER_SOURCES, *self._sources)
        found = []
        for code, rows in sorted(self._counts.items()):
            rest, source = divmod(code, _MAX_SOURCES + 2)
            rest, engagement = divmod(rest, len(ENGAGEMENTS))
            kind, age = divmod(rest, len(AGES))
            values = (AGES[age], engagements[engagement], DOMAIN_KINDS[kind], names[source])
            found.append(Cell(values, rows))
        return tuple(found)


@lru_cache(maxsize=200_000)
def _kind_code(domain: str) -> int:
    kind = domain_kind(domain)
    if kind.typo:
        return 3
    if kind.disposable:
        return 2
    return 0 if kind.free_mail else 1


def _age_codes(times: Times, imported: int) -> Codes:
    return _codes(times, imported, (90, 365, 730), AGES.index("unknown"))


def _engagement_codes(times: Times, imported: int) -> Codes:
    return _codes(times, imported, (90, 365), ENGAGEMENTS.index("never"))


def _codes(times: Times, imported: int, days: tuple[int, ...], unknown: int) -> Codes:
    """Return how many of the ages in days each time is past."""
    codes = np.zeros(times.size, dtype=np.uint8)
    for limit in days:
        codes += times < as_time(imported - limit * _DAY)
    codes[times == UNKNOWN] = unknown
    return codes
