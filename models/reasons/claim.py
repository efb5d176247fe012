"""When a reason may be given: the values of a feature that bear its message out.

A feature can push the risk up by its absence or by being as usual, for it is compared with what
other senders have. A reason is then not to blame what is not there. Each reason therefore states
for which values of its features its message is true.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
# By which part of itself a usual value must be passed before anything is called unusual.
MARGIN: Final = 0.1


@dataclass(frozen=True)
class Fact:
    """A feature's value in a row beside the usual one; NaN is unknown or undefined.

    `row` and `typical` are `(n_columns,)`; `places` gives the column of each name.
    """

    row: Array
    typical: Array
    places: Mapping[str, int]
    name: str

    @property
    def value(self) -> float:
        return self._in(self.row)

    @property
    def usual(self) -> float:
        return self._in(self.typical)

    def other(self, name: str) -> "Fact":
        """Return another feature of the row; unknown where the subject has no such feature."""
        return Fact(self.row, self.typical, self.places, name)

    def _in(self, values: Array) -> float:
        place = self.places.get(self.name)
        return math.nan if place is None else float(values[place])


@dataclass(frozen=True)
class Claim:
    """A test of a feature's value, and the same in words that follow `where the value is`."""

    words: str
    holds: Callable[[Fact], bool]

    def __and__(self, other: "Claim") -> "Claim":
        joint = " " if other.words.startswith("where") else " and "
        return Claim(
            f"{self.words}{joint}{other.words}",
            lambda fact: self.holds(fact) and other.holds(fact),
        )

    def __or__(self, other: "Claim") -> "Claim":
        return Claim(
            f"{self.words}, or {other.words}", lambda fact: self.holds(fact) or other.holds(fact)
        )


def above(mark: float) -> Claim:
    """Known and above a mark: what a message says is there, is there."""
    return Claim(f"above {mark:.3g}", lambda fact: fact.value > mark)


def below(mark: float) -> Claim:
    """Known and below a mark."""
    return Claim(f"below {mark:.3g}", lambda fact: fact.value < mark)


def none() -> Claim:
    """Known, and 0."""
    return Claim("0", lambda fact: fact.value == 0)


def more(than: float | None = None, by: float = 0.0) -> Claim:
    """Known and clearly above the usual value, by `by` at least, and above a mark if one is given.

    Where no usual value is known the mark decides alone.
    """

    def holds(fact: Fact) -> bool:
        usual, value = fact.usual, fact.value
        if than is not None and not value > than:
            return False
        return than is not None if math.isnan(usual) else value > usual + _room(usual, by)

    words = "above the usual" + (f" by {by:.3g}" if by else "")
    return Claim(words if than is None else f"{words} and {than:.3g}", holds)


def less(than: float | None = None) -> Claim:
    """Known and clearly below the usual value, and below a mark if one is given."""

    def holds(fact: Fact) -> bool:
        usual, value = fact.usual, fact.value
        if than is not None and not value < than:
            return False
        return than is not None if math.isnan(usual) else value < usual - _room(usual, 0.0)

    return Claim("below the usual" if than is None else f"below the usual and {than:.3g}", holds)


def apart(mark: float | None = None) -> Claim:
    """Known and clearly above or below the usual value, and on the same side of a mark if given."""
    high, low = more(mark), less(mark)
    words = "unlike the usual" if mark is None else f"unlike the usual and {mark:.3g}"
    return Claim(words, lambda fact: high.holds(fact) or low.holds(fact))


def missing() -> Claim:
    """Unknown, or undefined."""
    return Claim("unknown", lambda fact: math.isnan(fact.value))


# Any value: the message claims nothing of it.
ALWAYS: Final = Claim("any", lambda _: True)


def where(name: str, claim: Claim) -> Claim:
    """A claim on another feature of the row, for what one number does not tell alone."""
    return Claim(f"where `{name}` is {claim.words}", lambda fact: claim.holds(fact.other(name)))


def _room(usual: float, by: float) -> float:
    return max(MARGIN * abs(usual), by)
