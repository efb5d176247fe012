"""The contest: what leaks and what it costs, ours beside others, on worlds that training never saw.

Worlds of several seeds, difficulties and volumes are replayed recipient by recipient under each
control. Everything is simulated. The chart goes to docs/images/contest.svg.
"""

import tempfile
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from features.catalogue import load_catalogue
from models.bundle import Bundle
from models.registry import starter_files
from sendwarden.settings import load_settings
from sendwarden.walking import evaluated
from training.simulate import SimulationConfig, simulate
from training.world import World

# Seed, difficulty and volume of each world.
WORLDS: Final = ((8_101, 0.5, 0.5), (8_102, 0.8, 1.0), (8_103, 0.3, 3.0))
_FIGURES: Final = (
    ("mail_leaked", "abusive mail leaked"),
    ("good_mail_delayed", "good mail delayed or refused"),
    ("false_stops", "good campaigns stopped"),
    ("false_stops_high", "  upper 95 % limit"),
    ("detected", "abusive accounts stopped"),
)
_CHART: Final = Path(__file__).parents[1] / "docs" / "images" / "contest.svg"


def run(quick: bool) -> None:
    """Print every control's figures by world; draw leak against good mail delayed."""
    found = {f"seed {world[0]}": _one(world, quick) for world in WORLDS[: 1 if quick else None]}
    console = Console(width=150)
    for figure, label in _FIGURES:
        console.print(_table(figure, label, found))
    if not quick:
        _draw(found)


def _one(world: tuple[int, float, float], quick: bool) -> dict[str, dict[str, float]]:
    seed, difficulty, volume = world
    config = SimulationConfig(
        accounts=150 if quick else 300, days=30 if quick else 50, seed=seed,
        difficulty=difficulty, volume=volume, abusive_share=0.08,
    )  # fmt: skip
    catalogue = load_catalogue()
    bundle = Bundle.from_files(starter_files(), catalogue)
    with tempfile.TemporaryDirectory() as folder:
        simulate(config, Path(folder) / "world", lambda *_: None)
        settings = load_settings(home=Path(folder) / "home")
        _, figures = evaluated(
            World(Path(folder) / "world"), settings, catalogue, bundle, scores_alone=True
        )
    mail: dict[str, dict[str, float]] = (figures or {})["mail"]
    return mail


def _table(figure: str, label: str, found: dict[str, dict[str, dict[str, float]]]) -> Table:
    controls = list(next(iter(found.values())))
    table = Table(title=f"{label} (simulated)", title_justify="left")
    table.add_column("world")
    for control in controls:
        table.add_column(control, justify="right")
    for name, mail in found.items():
        table.add_row(name, *(f"{mail[control].get(figure, float('nan')):.2%}" for control in controls))  # fmt: skip
    return table


def _draw(found: dict[str, dict[str, dict[str, float]]]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "contest"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    for control in next(iter(found.values())):
        points: list[Any] = [
            (100 * mail[control]["good_mail_delayed"], 100 * mail[control]["mail_leaked"])
            for mail in found.values()
        ]
        axes.plot(*zip(*sorted(points), strict=True), "o-", label=control, alpha=0.85)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlabel("good mail delayed over 30 minutes or refused, %")
    axes.set_ylabel("abusive mail leaked, %")
    axes.set_title("Three simulated worlds that training never saw, one line a control")
    axes.set_ylim(0, 105)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(_CHART, metadata={"Date": None})
