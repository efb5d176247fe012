"""The shipped model and policy on a simulated world that training never saw.

Beside it, on the same world: no control at all, and Amazon SES's published limits replayed.
"""

import tempfile
from pathlib import Path

from rich.console import Console

from features.catalogue import load_catalogue
from models.bundle import Bundle
from models.registry import starter_files
from sendwarden.settings import load_settings
from sendwarden.walking import evaluated
from training.evaluation_tables import print_evaluation
from training.simulate import SimulationConfig, simulate
from training.world import World

SEED = 20_261_123


def run(quick: bool) -> None:
    """Simulate, evaluate and print the figures of docs/models.md."""
    console = Console(highlight=False)
    config = SimulationConfig(accounts=200 if quick else 800, days=30 if quick else 60, seed=SEED, volume=0.2)  # fmt: skip
    catalogue = load_catalogue()
    bundle = Bundle.from_files(starter_files(), catalogue)
    with tempfile.TemporaryDirectory() as folder:
        world_dir = Path(folder) / "world"
        simulate(config, world_dir, lambda *_: None)
        world = World(world_dir)
        settings = load_settings(home=Path(folder) / "home")
        found, figures = evaluated(world, settings, catalogue, bundle, scores_alone=False)
    print_evaluation(console, found, figures, world.odd, bundle.version)
