"""What a bundle says of a subject: probabilities that add up, and forecasts in order."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.decision import Forecast, Interval

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """The scores of one subject; `malicious + careless == risk` exactly."""

    risk: float
    malicious: float
    careless: float
    forecast: Forecast | None = None


@dataclass(frozen=True)
class ScoreTable:
    """The scores of many subjects, each `(n_rows,)`; `forecast` maps a rate to `(n_rows, 3)`.

    The columns of a forecast are mean, low and high.
    """

    risk: Array
    malicious: Array
    careless: Array
    forecast: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.risk)

    def __getitem__(self, index: int) -> Scores:
        rates = {name: bounds[index].tolist() for name, bounds in self.forecast.items()}
        return Scores(
            float(self.risk[index]),
            float(self.malicious[index]),
            float(self.careless[index]),
            forecast_of(rates) if rates else None,
        )


def split_risk(risk: float, malice: float) -> tuple[float, float]:
    """Return (malicious, careless) of a risk and P(malicious | abusive).

    Subtracting twice makes the two add up to `risk` exactly in floating point: of a number and
    its difference from `risk`, the larger is at least half of it, where subtraction is exact.
    """
    careless = risk - risk * malice
    return risk - careless, careless


def split_risks(risk: Array, malice: Array) -> tuple[Array, Array]:
    """Do what `split_risk` does, for arrays `(n_rows,)`."""
    careless = risk - risk * malice
    return risk - careless, careless


def ordered(bounds: Array) -> Array:
    """Return `(n_rows, 3)` mean, low and high with low <= mean <= high, keeping the mean."""
    mean, low, high = bounds.T
    return np.stack((mean, np.minimum(low, mean), np.maximum(high, mean)), axis=1)


def interval(mean: float, low: float, high: float) -> Interval:
    """Return the interval, widened to hold its mean."""
    return Interval(mean=mean, low=min(low, mean), high=max(high, mean))


def forecast_of(rates: Mapping[str, list[float]]) -> Forecast:
    """Return the forecast of (mean, low, high) by rate."""
    return Forecast(
        hard_bounce_rate=interval(*rates["hard_bounce"]),
        complaint_rate=interval(*rates["complaint"]),
    )
