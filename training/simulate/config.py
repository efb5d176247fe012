"""What a simulated world is made from; together with the code it fixes every byte."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

DAY_SECONDS: Final = 86_400
YEAR_SECONDS: Final = 365 * DAY_SECONDS


class BadConfiguration(ValueError):
    """A simulation was asked for that cannot be made; the text says what to change."""


@dataclass(frozen=True)
class SimulationConfig:
    """The size and the temper of a world.

    `difficulty` in [0, 1] is how well abusers imitate good senders. `abusive_share` is the share
    of accounts that belong to abusive personas. `volume` multiplies list sizes. `missing` scales
    how many optional facts are unknown, `noise` how many events are late, doubled or lost.
    """

    accounts: int = 500
    days: int = 60
    seed: int = 1
    difficulty: float = 0.5
    start: datetime = datetime(2026, 6, 1, tzinfo=UTC)
    volume: float = 1.0
    abusive_share: float = 0.05
    without: frozenset[str] = frozenset()
    missing: float = 1.0
    noise: float = 1.0

    def __post_init__(self) -> None:
        if self.accounts < 1 or self.days < 1:
            raise BadConfiguration("a world needs at least 1 account and 1 day")
        if self.seed < 0:
            raise BadConfiguration("the seed is a number from 0 on")
        if not 0 <= self.difficulty <= 1:
            raise BadConfiguration("the difficulty lies between 0 and 1")
        if not 0 <= self.abusive_share <= 1:
            raise BadConfiguration("the abusive share lies between 0 and 1")
        if self.start.tzinfo is None:
            raise BadConfiguration("the start needs a time zone")
        if min(self.volume, self.missing, self.noise) < 0 or self.volume == 0:
            raise BadConfiguration("volume, missing and noise are positive factors")

    @property
    def start_s(self) -> int:
        """The start in Unix seconds."""
        return int(self.start.timestamp())

    @property
    def end_s(self) -> int:
        """The end in Unix seconds."""
        return self.start_s + self.days * DAY_SECONDS

    def generator(self, *key: int) -> np.random.Generator:
        """Return the random numbers of one part of the world, independent of every other part."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence((self.seed, *key))))

    def check_personas(self) -> None:
        """Raise `BadConfiguration` when a persona to leave out does not exist."""
        from training.simulate.senders import all_personas

        all_personas(self.without)
