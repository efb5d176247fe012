"""One small world for all tests of its files, and one larger for its figures."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.simulate import SimulationConfig, simulate


def silent(stage: str, done: int, total: int) -> None:
    """A progress that shows nothing."""


@dataclass(frozen=True)
class ReadWorld:
    """A world read back without the code that wrote it."""

    path: Path
    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    arrays: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)

    def lines(self, name: str) -> list[dict[str, Any]]:
        if name not in self.files:
            with (self.path / f"{name}.ndjson").open(encoding="utf-8") as file:
                self.files[name] = [json.loads(line) for line in file]
        return self.files[name]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The events of one type; only lines that name it are read, for there are very many."""
        with (self.path / "events.ndjson").open(encoding="utf-8") as file:
            found = [json.loads(line)["event"] for line in file if f'"{kind}"' in line]
        return [event for event in found if event["type"] == kind]

    def truth(self, kind: str) -> dict[str, dict[str, Any]]:
        return {line[f"{kind}_id"]: line for line in self.lines("truth") if line["type"] == kind}

    def recipients(self, campaign_id: str) -> dict[str, np.ndarray]:
        if campaign_id not in self.arrays:
            with np.load(self.path / "recipients" / f"{campaign_id}.npz") as arrays:
                self.arrays[campaign_id] = dict(arrays)
        return self.arrays[campaign_id]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> ReadWorld:
    out = tmp_path_factory.mktemp("worlds") / "small"
    simulate(SimulationConfig(accounts=120, days=25, seed=5, abusive_share=0.2), out, silent)
    return ReadWorld(out)


@pytest.fixture(scope="session")
def figures_world(tmp_path_factory: pytest.TempPathFactory) -> ReadWorld:
    out = tmp_path_factory.mktemp("worlds") / "figures"
    simulate(SimulationConfig(accounts=700, days=45, seed=7, abusive_share=0.15), out, silent)
    return ReadWorld(out)
