"""Counts by key that a hostile list cannot blow up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2, nan
from typing import Final

import polars as pl

MAX_KEYS: Final = 200_000
# Below so many rows a query costs more than counting them one by one.
_FEW: Final = 4_096
_SETTLED_ROWS: Final = 400_000


@dataclass
class Counts:
    """How often each key came; the keys after the first `max_keys` are only counted together.

    What is kept depends on the order of the keys and not on how they were cut into chunks.
    """

    max_keys: int = MAX_KEYS
    _by_key: Counter[str] = field(default_factory=Counter)
    _others: int = 0
    # Columns are counted some at a time: a key that comes in each of them is then counted once.
    _waiting: list[pl.Series] = field(default_factory=list)
    _waiting_rows: int = 0

    @classmethod
    def of(cls, by_key: Mapping[str, int]) -> "Counts":
        """Return counts that are known."""
        return cls(_by_key=Counter(by_key))

    @property
    def by_key(self) -> Counter[str]:
        """The counts of the keys that are kept."""
        self._settle()
        return self._by_key

    @property
    def others(self) -> int:
        """How often other keys came."""
        self._settle()
        return self._others

    def add(self, keys: pl.Series) -> None:
        """Count the strings of a column, without nulls."""
        self._waiting.append(keys)
        self._waiting_rows += len(keys)
        if self._waiting_rows >= _SETTLED_ROWS:
            self._settle()

    def _settle(self) -> None:
        if not self._waiting:
            return
        keys = pl.concat(self._waiting)
        self._waiting, self._waiting_rows = [], 0
        if len(keys) < _FEW:
            self._add_counts(Counter(keys.to_list()))
            return
        grouped = pl.DataFrame({"key": keys}).group_by("key", maintain_order=True).len()
        self._add_counts(dict(zip(grouped["key"].to_list(), grouped["len"].to_list(), strict=True)))

    def _add_counts(self, new: Mapping[str, int]) -> None:
        """Add counts by key, in the order in which the keys came first."""
        if len(self._by_key) + len(new) <= self.max_keys:
            self._by_key.update(dict(new))
            return
        for key, count in new.items():
            if key in self._by_key or len(self._by_key) < self.max_keys:
                self._by_key[key] += count
            else:
                self._others += count

    @property
    def total(self) -> int:
        return self.by_key.total() + self.others

    @property
    def top_share(self) -> float:
        """The share of the commonest key, NaN without keys."""
        return ratio(max(self.by_key.values(), default=0), self.total)

    @property
    def shared_share(self) -> float:
        """The share of what was counted whose key came more than once."""
        return ratio(sum(n for n in self.by_key.values() if n > 1), self.total)

    @property
    def chance_of_equal(self) -> float:
        """The chance that two draws have one key."""
        total = self.total
        return sum((n / total) ** 2 for n in self.by_key.values()) if total else nan

    @property
    def entropy(self) -> float:
        """Bits; each key that was not kept counts as one of its own."""
        total = self.total
        if not total:
            return nan
        kept = -sum(n / total * log2(n / total) for n in self.by_key.values())
        return abs(kept + self.others / total * log2(total))


def ratio(part: float, whole: float) -> float:
    """Return part / whole, NaN for an empty whole."""
    return part / whole if whole else nan
