"""What the sender can mend: rows without an address, by number, and slips of the keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.lists.domains import suggestion
from features.lists.rows import Chunk
from features.spans import Ints

MAX_SHOWN: Final = 20
_MAX_ADDRESS: Final = 254


@dataclass(frozen=True)
class BadRow:
    """A row without an address: its number, the first row after the header being 1, and why.

    `line` is the line of the file in which it begins, the first one being 1; None in a file without
    lines (Parquet). What the row holds is not kept: it may be anything.
    """

    row: int
    why: str
    line: int | None


@dataclass(frozen=True)
class Slip:
    """A mistyped domain, the popular one it means, and how many rows have it."""

    domain: str
    meant: str
    rows: int


@dataclass
class BadRows:
    """The first 20 rows without an address."""

    found: list[BadRow] = field(default_factory=list)

    def add(self, chunk: Chunk, good: Ints, before: int) -> None:
        """Add those of a chunk; `good` rows have an address, `before` rows came earlier."""
        cells, unreadable = chunk.cells["email"], chunk.unreadable
        left = MAX_SHOWN - len(self.found)
        if left <= 0 or (good.size == len(cells) and not unreadable.size):
            return
        bad = np.setdiff1d(np.arange(len(cells)), good, assume_unique=True)[:left]
        texts = cells.gather(bad).to_list()
        if chunk.lines is None:
            lines, rows = [None] * bad.size, bad
        else:
            lines = chunk.lines[bad].tolist()
            rows = bad + np.searchsorted(unreadable, chunk.lines[bad])
        found = [
            BadRow(before + row + 1, _why(text), line)
            for row, text, line in zip(rows.tolist(), texts, lines, strict=True)
        ]
        if chunk.lines is not None:
            rows = np.searchsorted(chunk.lines, unreadable) + np.arange(unreadable.size)
            found += [
                BadRow(before + row + 1, "cannot be read", line)
                for row, line in zip(rows[:left].tolist(), unreadable[:left].tolist(), strict=True)
            ]
        self.found += sorted(found, key=lambda bad: bad.row)[:left]


# The first that fits is told.
_FAULTS: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("empty", lambda text: not text),
    ("too long", lambda text: len(text) > _MAX_ADDRESS),
    ("no at sign", lambda text: "@" not in text),
    ("more than one at sign", lambda text: text.count("@") > 1),
    ("a space inside", lambda text: any(map(str.isspace, text))),
    ("nothing before or after the at sign", lambda text: text[0] == "@" or text[-1] == "@"),
    ("no domain", lambda text: "." not in text.rpartition("@")[2]),
)


def _why(cell: str) -> str:
    text = cell.strip()
    return next((why for why, fits in _FAULTS if fits(text)), "not well formed")


def slips_of(domains: Mapping[str, int]) -> tuple[Slip, ...]:
    """Return the mistyped domains with most rows, most first, with what they mean."""
    found = [
        Slip(domain, meant, rows)
        for domain, rows in domains.items()
        if (meant := suggestion(domain)) is not None
    ]
    found.sort(key=lambda slip: (-slip.rows, slip.domain))
    return tuple(found[:MAX_SHOWN])
