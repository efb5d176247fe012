"""From the raw margin of an ensemble to a probability or a rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
MAX_KNOTS = 4_096
_PLATT_MARGINS = np.linspace(-30.0, 30.0, 601)


class BadCalibration(ValueError):
    """The knots do not make a monotone map into [0, 1]."""


@dataclass(frozen=True)
class Calibration:
    """A monotone piecewise-linear map from margin to [0, 1], flat outside its knots.

    `x` (margins) strictly increases, `y` never decreases. Raises `BadCalibration` otherwise.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]

    def __post_init__(self) -> None:
        margins, values = self._knots
        if not 1 <= len(margins) <= MAX_KNOTS or len(margins) != len(values):
            raise BadCalibration(f"{len(margins)} margins and {len(values)} values")
        if not (np.all(np.isfinite(margins)) and np.all(np.diff(margins) > 0)):
            raise BadCalibration("margins must be finite and strictly increase")
        if not np.all((values >= 0) & (values <= 1)):
            raise BadCalibration("values must lie in [0, 1]")
        if np.any(np.diff(values) < 0):
            raise BadCalibration("values must never decrease")

    @cached_property
    def _knots(self) -> tuple[Array, Array]:
        return np.array(self.x, dtype=np.float64), np.array(self.y, dtype=np.float64)

    def of(self, margin: float) -> float:
        """Return the value at one margin."""
        return float(np.interp(margin, *self._knots))

    def of_many(self, margins: Array) -> Array:
        """Return the values at many margins, any shape."""
        return np.interp(margins, *self._knots)

    def as_json(self) -> dict[str, list[float]]:
        return {"x": list(self.x), "y": list(self.y)}

    @classmethod
    def from_json(cls, knots: Mapping[str, Sequence[float]]) -> "Calibration":
        """Read what `as_json` wrote. Raises `BadCalibration`."""
        try:
            x, y = knots["x"], knots["y"]
            return cls(tuple(float(value) for value in x), tuple(float(value) for value in y))
        except (KeyError, TypeError, ValueError, OverflowError) as wrong:
            raise BadCalibration(f"unreadable knots: {wrong}") from wrong

    @classmethod
    def platt(cls, slope: float, intercept: float) -> "Calibration":
        """Return `1 / (1 + exp(-(slope * margin + intercept)))` as knots (Platt, 1999)."""
        if not slope > 0:
            raise BadCalibration(f"slope {slope} would turn the ranking round")
        grid = (_PLATT_MARGINS - intercept) / slope
        return cls(tuple(grid.tolist()), tuple(_logistic(_PLATT_MARGINS).tolist()))

    @classmethod
    def from_knots(
        cls, x: Sequence[float] | Array, y: Sequence[float] | Array, tilt: float = 1e-3
    ) -> "Calibration":
        """Make a map from isotonic knots, whose margins may repeat.

        `tilt` mixes in that share of a logistic curve so that plateaus keep the ranking of the
        margins and no probability becomes exactly 0 or 1.
        """
        margins, first = np.unique(np.asarray(x, dtype=np.float64), return_inverse=True)
        values = np.zeros(len(margins))
        np.maximum.at(values, first, np.asarray(y, dtype=np.float64))
        values = np.maximum.accumulate(np.clip(values, 0.0, 1.0))
        if tilt > 0 and len(margins):
            outside = np.array([margins[0] - 10.0, margins[-1] + 10.0])
            margins = np.concatenate((outside[:1], margins, outside[1:]))
            values = np.concatenate((values[:1], values, values[-1:]))
            values = (1 - tilt) * values + tilt * _logistic(margins)
        return cls(tuple(margins.tolist()), tuple(values.tolist()))


IDENTITY = Calibration((0.0, 1.0), (0.0, 1.0))


def _logistic(margins: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-np.clip(margins, -700.0, 700.0)))
