"""Columns that repeat themselves, as distinct texts and a number a row.

What is asked of a domain or a source is asked once a distinct one, not once a row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from features.spans import Ints, Spans, Words

Codes = npt.NDArray[np.uint32]
# Below so many rows arrays cost more than looking texts up one by one.
_FEW: Final = 1_024
# Odd numbers without a pattern: a row's slot is told by the upper bits of a sum of products.
_ODD: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
_TRIES: Final = 6


@dataclass(frozen=True)
class Coded:
    """The distinct texts of a column in the order of first sight; `codes` `(n,)` index them."""

    texts: list[str]
    codes: Codes

    @classmethod
    def of(cls, column: pl.Series) -> "Coded":
        """Code a column of strings without nulls."""
        if len(column) < _FEW:
            return cls.of_texts(column.to_list())
        if (column == column[0]).all():
            return cls([column[0]], np.zeros(len(column), dtype=np.uint32))
        first = first_equal((column.hash().to_numpy(),))
        # Two texts of one hash are not to be expected, but may have been looked for.
        if not (column.gather(first) == column).all():
            return cls.of_spans(Spans.of(column))
        new = _is_new(first)
        return cls(column.gather(np.flatnonzero(new)).to_list(), _codes(first, new))

    @classmethod
    def of_texts(cls, rows: list[str]) -> "Coded":
        """Code texts one by one."""
        places = {text: code for code, text in enumerate(dict.fromkeys(rows))}
        codes = np.fromiter(map(places.__getitem__, rows), np.uint32, len(rows))
        return cls(list(places), codes)

    @classmethod
    def of_spans(cls, spans: Spans) -> "Coded":
        """Code texts that are laid out as bytes."""
        first = _first_alike(spans)
        new = _is_new(first)
        return cls(spans.at(np.flatnonzero(new)).texts(), _codes(first, new))

    def only(self, kept: npt.NDArray[np.bool_]) -> "Coded":
        """Return some of the rows, without the texts that none of them has."""
        codes = self.codes[kept]
        texts, first = np.unique(codes, return_index=True)
        order = np.argsort(first)
        places = np.zeros(len(self.texts), dtype=np.uint32)
        places[texts[order]] = np.arange(order.size, dtype=np.uint32)
        return Coded([self.texts[code] for code in texts[order].tolist()], places[codes])

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


def _is_new(first: Ints) -> npt.NDArray[np.bool_]:
    """Return which rows are the first ones with their text."""
    new: npt.NDArray[np.bool_] = first == np.arange(first.size)
    return new


def _codes(first: Ints, new: npt.NDArray[np.bool_]) -> Codes:
    """Return the number of each row's text by first sight."""
    codes: Codes = (np.cumsum(new, dtype=np.uint32) - np.uint32(1))[first]
    return codes


def _first_alike(spans: Spans) -> Ints:
    """Return `(n,)` the first row with the same text, for each row.

    By 16 bytes at a time: rows are alike up to there if their 16 bytes are and what came before.
    """
    sizes = spans.ends - spans.starts
    words = spans.pairs()
    first = first_equal((words[:, 0], words[:, 1], sizes.view(np.uint64)))
    done = 16
    while (rows := np.flatnonzero(sizes > done)).size:
        left = Spans(spans.data, spans.starts[rows] + done, spans.ends[rows])
        words = left.pairs()
        among = first_equal((words[:, 0], words[:, 1], first[rows].view(np.uint64)))
        first[rows] = rows[among]
        done += 16
    return first


def first_equal(keys: tuple[Words, ...]) -> Ints:
    """Return `(n,)` the first row whose keys are all equal to those of the row.

    Rows meet in a slot of a table, and those that differ from the first there try another table.
    """
    first: Ints = np.empty(keys[0].size, dtype=np.int64)
    rows: Ints = np.arange(first.size)
    shift = np.uint64(64 - max(first.size.bit_length() + 1, 8))
    table = np.empty(1 << (64 - int(shift)), dtype=np.int64)
    for again in range(_TRIES):
        slots = _mixed(keys, again) >> shift
        # The last one written stays, which is the first row of the slot.
        table[slots[::-1]] = rows[::-1]
        met: Ints = table[slots]
        places = np.searchsorted(rows, met) if again else met
        alike = np.logical_and.reduce([key == key[places] for key in keys])
        if alike.all():
            if not again:
                return met
            first[rows] = met
            return first
        first[rows[alike]] = met[alike]
        rest = np.flatnonzero(~alike)
        rows, keys = rows[rest], tuple(key[rest] for key in keys)
    # Chosen by somebody to meet: one by one.
    seen: dict[tuple[int, ...], int] = {}
    for row, *key in zip(rows.tolist(), *(key.tolist() for key in keys), strict=True):
        first[row] = seen.setdefault(tuple(key), row)
    return first


def _mixed(keys: tuple[Words, ...], again: int) -> Words:
    """Return a sum of products, whose upper bits depend on all bits of the keys."""
    mixed = np.zeros(keys[0].size, dtype=np.uint64)
    for place, key in enumerate(keys):
        mixed += key * np.uint64(_ODD[(place + again) % len(_ODD)])
    return mixed
