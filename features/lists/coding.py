"""Columns that repeat themselves, as distinct texts and a number a row.

What is asked of a domain or a source is asked once a distinct one, not once a row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]
# Below so many rows a query costs more than looking them up one by one.
_FEW: Final = 4_096


@dataclass(frozen=True)
class Coded:
    """The distinct texts of a column in the order of first sight; `codes` `(n,)` index them."""

    texts: list[str]
    codes: Codes

    @classmethod
    def of(cls, column: pl.Series) -> "Coded":
        """Code a column of strings without nulls."""
        if len(column) < _FEW:
            rows = column.to_list()
            places = {text: code for code, text in enumerate(dict.fromkeys(rows))}
            codes = np.fromiter(map(places.__getitem__, rows), np.uint32, len(rows))
            return cls(list(places), codes)
        distinct = column.unique(maintain_order=True)
        physical = column.cast(pl.Enum(distinct)).to_physical()
        return cls(distinct.to_list(), physical.to_numpy().astype(np.uint32, copy=False))

    def counts(self) -> dict[str, int]:
        """Return how many rows each text has."""
        rows = np.bincount(self.codes, minlength=len(self.texts))
        return dict(zip(self.texts, rows.tolist(), strict=True))

    def renamed(self, name: Callable[[str], str]) -> "Coded":
        """Return the rows with other texts in place of these; texts may become one."""
        names = [name(text) for text in self.texts]
        places = {text: code for code, text in enumerate(dict.fromkeys(names))}
        moved = np.fromiter(map(places.__getitem__, names), np.uint32, len(names))
        return Coded(list(places), moved[self.codes])

    def numbered(self, number: Callable[[str], int]) -> Ints:
        """Return `(n,)` what `number` is of each row's text, asked in the order of first sight."""
        numbers = np.fromiter(map(number, self.texts), np.int64, len(self.texts))
        found: Ints = numbers[self.codes]
        return found
