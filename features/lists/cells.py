"""The rows of a list by age of consent, engagement, kind of domain and source, all crossed.

What is expected of a segment, and of a list without some segments, is summed over these cells:
segments overlap, cells do not.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.lists.coding import Coded
from features.lists.domains import domain_kind
from features.lists.times import UNKNOWN, Ints

_DAY: Final = 86_400
AGES: Final = ("up to 90 days", "90 days to 1 year", "1 to 2 years", "over 2 years", "unknown")
ENGAGEMENTS: Final = ("within 90 days", "within 1 year", "longer ago", "never", "not told")
DOMAIN_KINDS: Final = ("free mail", "own domains", "throw-away domains", "mistyped domains")
DIMENSIONS: Final = ("consent_age", "engagement", "domain_kind", "opt_in_source")
_MAX_SOURCES: Final = 16
OTHER_SOURCES: Final = "others"
NO_SOURCE: Final = "unknown"


@dataclass(frozen=True)
class Cell:
    """Rows that agree in all four dimensions; `values` are in the order of `DIMENSIONS`."""

    values: tuple[str, str, str, str]
    rows: int


@dataclass
class Cells:
    """Counts by cell; `imported` is the Unix time of the import."""

    imported: int
    _sources: dict[str, int] = field(default_factory=dict)
    _counts: Counter[int] = field(default_factory=Counter)

    def add(self, opted_in: Ints, engaged: Ints, domains: Coded, sources: Coded | None) -> None:
        """Add the well-formed rows of a chunk, `(n,)` each.

        `sources` are as written, or None where the list tells none.
        """
        code = domains.numbered(_kind_code)
        code = code * len(AGES) + _age_codes(opted_in, self.imported)
        code = code * len(ENGAGEMENTS) + _engagement_codes(engaged, self.imported)
        code = code * (_MAX_SOURCES + 2)
        if sources is not None:
            code += sources.numbered(self._source)
        rows = np.bincount(code)
        values = np.flatnonzero(rows)
        self._counts.update(dict(zip(values.tolist(), rows[values].tolist(), strict=True)))

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


def _kind_code(domain: str) -> int:
    kind = domain_kind(domain)
    if kind.typo:
        return 3
    if kind.disposable:
        return 2
    return 0 if kind.free_mail else 1


def _age_codes(times: Ints, imported: int) -> Ints:
    return _codes(times, imported, (90, 365, 730), AGES.index("unknown"))


def _engagement_codes(times: Ints, imported: int) -> Ints:
    return _codes(times, imported, (90, 365), ENGAGEMENTS.index("never"))


def _codes(times: Ints, imported: int, days: tuple[int, ...], unknown: int) -> Ints:
    """Return how many of the ages in days each time is past."""
    codes = np.zeros(times.size, dtype=np.int64)
    for limit in days:
        codes += times < imported - limit * _DAY
    codes[times == UNKNOWN] = unknown
    return codes
