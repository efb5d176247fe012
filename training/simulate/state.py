"""What a world is made of while it runs."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from training.simulate.config import SimulationConfig
from training.simulate.events import EventRows, Telemetry
from training.simulate.genre import Genre
from training.simulate.lists import ListRows
from training.simulate.plan import Plan, PlannedList
from training.simulate.reputation import Network
from training.simulate.senders import Sender
from training.simulate.universe import Universe

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


@dataclass
class MadeList:
    """A list as it stands: `alive` rows may still be mailed, until `sunset_s`."""

    list_id: str
    planned: PlannedList
    rows: ListRows
    line: npt.NDArray[np.int64]
    file_rows: int
    alive: npt.NDArray[np.bool_]
    sunset_s: npt.NDArray[np.int64]


@dataclass
class Account:
    """An account while the world runs."""

    sender: Sender
    plan: Plan
    lists: list[MadeList]
    telemetry: Telemetry
    addresses: tuple[int, ...]
    grievance: float
    pace_per_s: float
    first_abusive_s: int | None = None


@dataclass
class World:
    """Everything needed to send campaigns one after the other."""

    config: SimulationConfig
    universe: Universe
    network: Network
    out: Path
    asides: tuple[Genre, ...]
    accounts: dict[int, Account] = field(default_factory=dict)
    events: list[EventRows] = field(default_factory=list)
    account_of: list[str] = field(default_factory=list)
    campaign_ids: list[str] = field(default_factory=list)
    named: list[bool] = field(default_factory=list)
    provided: list[bool] = field(default_factory=list)
    addressed: list[bool] = field(default_factory=list)
    event_count: int = 0


def write_line(file: TextIO, record: dict[str, Any]) -> None:
    """Write one record as a line of JSON."""
    file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
