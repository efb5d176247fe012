"""A sample of the list's addresses, the same however the file is cut: those of smallest keyed hash.

All of a list of up to 4,096 distinct addresses; of a larger one a uniform draw that the customer
cannot foresee. What needs the letters of an address is read from it, so that it costs the same for
10,000 rows and for 10 million: a share of it has a standard error of at most 0.8 %.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from features.lists.addresses import canonical
from features.lists.counting import ratio
from features.lists.letters import is_gibberish
from features.lists.roles import is_role
from features.lists.sketch import K
from features.spans import Ints, Words

SIZE: Final = K
_MANY: Final = 2
_YEAR: Final = re.compile(r"(?<!\d)(?:19[4-9]\d|20[0-2]\d)$")
_LONG_NUMBER: Final = re.compile(r"\d{5}")
_DIGIT: Final = re.compile(r"\d")
_SEPARATED: Final = re.compile(r"[^\W\d_]+(?:[._-][^\W\d_]+)+\d*")
_DIGITS: Final = "0123456789"


@dataclass
class Sample:
    """Keeps the addresses of smallest keyed hash, as unsigned numbers."""

    size: int = SIZE
    _keys: Words = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    _texts: list[str] = field(default_factory=list)

    def add(self, hashes: Ints, texts: pl.Series) -> None:
        unsigned = hashes.view(np.uint64)
        full = self._keys.size == self.size
        rows = np.flatnonzero(unsigned < self._keys[-1]) if full else np.arange(unsigned.size)
        if rows.size > _MANY * self.size:
            # Most of the first rows are not among the smallest, nor worth an order of their own.
            limit = np.partition(unsigned[rows], _MANY * self.size)[_MANY * self.size]
            few = rows[unsigned[rows] <= limit]
            rows = few if np.unique(unsigned[few]).size > self.size else rows
        keys, first = np.unique(np.append(self._keys, unsigned[rows]), return_index=True)
        first = first[: self.size]
        new = first >= self._keys.size
        found = texts.gather(rows[first[new] - self._keys.size]).to_list()
        texts_of = dict(zip(first[new].tolist(), found, strict=True)) | dict(enumerate(self._texts))
        self._keys, self._texts = keys[: self.size], [texts_of[place] for place in first.tolist()]

    def hashes(self) -> Ints:
        """Return the smallest keyed hashes in ascending unsigned order."""
        return self._keys.view(np.int64)

    def addresses(self) -> list[str]:
        """Return the addresses in the order of their keyed hashes, which is random."""
        return self._texts


def local_part_numbers(addresses: list[str]) -> dict[str, float]:
    """Return the numbers that are read from a sample of distinct addresses; NaN for none."""
    parts = [(local, domain) for local, _, domain in (a.rpartition("@") for a in addresses)]
    locals_ = [local for local, _ in parts]
    n = len(parts)

    def share(pattern: "re.Pattern[str]") -> float:
        return ratio(sum(pattern.search(local) is not None for local in locals_), n)

    return {
        "list_variant_share": ratio(n - len({canonical(*part) for part in parts}), n),
        "list_gibberish_share": ratio(sum(map(is_gibberish, locals_)), n),
        "list_digit_share": ratio(sum(map(_mostly_digits, locals_)), n),
        "list_any_digit_share": share(_DIGIT),
        "list_long_number_share": share(_LONG_NUMBER),
        "list_year_share": share(_YEAR),
        "list_separated_share": ratio(sum(map(_is_separated, locals_)), n),
        "list_local_length": ratio(sum(map(len, locals_)), n),
        "list_plus_share": ratio(sum("+" in local[1:] for local in locals_), n),
        "list_local_reuse_share": ratio(_reused(locals_), n),
        "list_top_stem_share": _top_stem_share(parts),
    }


def _mostly_digits(local: str) -> bool:
    return 2 * len(_DIGIT.findall(local)) > len(local)


def _is_separated(local: str) -> bool:
    return _SEPARATED.fullmatch(local) is not None


def _reused(locals_: list[str]) -> int:
    """Count the addresses whose local part, no role, came with another domain too."""
    return sum(n for local, n in Counter(locals_).items() if n > 1 and not is_role(local))


def _top_stem_share(parts: list[tuple[str, str]]) -> float:
    """Return the share of the commonest (local part without its final number, domain).

    Only numbered local parts count as hits: john17 and john18, never one address alone.
    """
    stems = Counter(
        (stem, domain)
        for local, domain in parts
        if len(stem := local.rstrip(_DIGITS)) < len(local) and stem
    )
    top = max(stems.values(), default=0)
    return ratio(top if top > 1 else 0, len(parts))
