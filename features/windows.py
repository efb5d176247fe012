"""Slots, grains and windows: how time is cut.

An event counts in the slot of `received_at`, when the fact became known. A window ends at the
last closed 5-minute slot and starts on a boundary of its own grain.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final


class Grain(IntEnum):
    """The width of a tile in seconds; `TOTAL` is one tile for all time (slot 0)."""

    FIVE_MINUTES = 300
    HOUR = 3_600
    DAY = 86_400
    TOTAL = 0

    def slot(self, seconds: int) -> int:
        """Return the slot number that holds a Unix time in seconds."""
        return seconds // self.value if self.value else 0


@dataclass(frozen=True)
class Window:
    """A look-back of `seconds`, whose start is rounded down to `grain`."""

    name: str
    seconds: int
    grain: Grain


HOUR_1: Final = Window("1h", 3_600, Grain.FIVE_MINUTES)
HOUR_24: Final = Window("24h", 86_400, Grain.HOUR)
DAY_7: Final = Window("7d", 7 * 86_400, Grain.HOUR)
DAY_30: Final = Window("30d", 30 * 86_400, Grain.DAY)
DAY_90: Final = Window("90d", 90 * 86_400, Grain.DAY)
WINDOWS: Final = (HOUR_1, HOUR_24, DAY_7, DAY_30, DAY_90)


def closed_end(now: datetime) -> int:
    """Return the Unix time at which the last closed 5-minute slot ended."""
    seconds = int(now.timestamp())
    return seconds - seconds % Grain.FIVE_MINUTES.value
