"""A simulated ESP: `simulate(config, out, progress)` writes a world (docs/simulator.md)."""

from training.simulate.config import BadConfiguration, SimulationConfig
from training.simulate.state import Progress
from training.simulate.world import simulate

__all__ = ["BadConfiguration", "Progress", "SimulationConfig", "simulate"]
