"""Lists of senders whose kind the training never held, on the simulated ESP.

Abusive kinds bought their lists, washed or not; the kind to spare writes to old consent. For each
the share of its later lists over the threshold that 1 % of other good later lists pass.
"""

import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from features.catalogue import load_catalogue
from features.records import Subject
from models.heads import RISK, head_name
from sendwarden.settings import load_settings
from sendwarden.walking import logged_worlds
from training.labels import label, pool
from training.learn import Lesson, learn
from training.leave_out import LeftOut, leave_out
from training.simulate import SimulationConfig, simulate
from training.train import Plan

SEEDS: Final = (31, 32, 33, 34, 35, 36)
PLAN: Final = Plan(seed=1, jobs=2)


def run(quick: bool) -> None:
    """Simulate worlds, walk them, fit without each kind of sender, print what is flagged."""
    console = Console(highlight=False)
    catalogue = load_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        worlds = []
        for seed in SEEDS:
            config = SimulationConfig(
                accounts=300 if quick else 900, days=40 if quick else 60, seed=seed,
                volume=0.15, abusive_share=0.15,
            )  # fmt: skip
            worlds.append(Path(folder) / f"world-{seed}")
            simulate(config, worlds[-1], lambda *_: None)
        settings = load_settings(home=Path(folder) / "home")
        logged = logged_worlds(worlds, settings, PLAN, None, console)
    rows = pool([label(vectors, truth, Subject.LIST) for vectors, truth in logged])
    lesson = Lesson.of(Subject.LIST, rows, catalogue, PLAN.seed)
    fitted = learn((lesson,), PLAN.seed, PLAN.jobs)
    rounds = {Subject.LIST.value: fitted[head_name(Subject.LIST, RISK)].rounds}
    console.print(table_of(leave_out((lesson,), rounds, PLAN.seed, PLAN.jobs)))
    console.print(
        f"{len(rows):,} lists of {len(SEEDS)} simulated worlds, {int((rows.abusive == 1).sum()):,} abusive"
    )


def table_of(found: list[LeftOut]) -> Table:
    table = Table(
        "kind left out of training", "its lists", "later lists", "flagged at 1 % of good ones"
    )
    for one in sorted(found, key=lambda one: (not one.abusive, one.kind)):
        said = "abusive" if one.abusive else "good"
        table.add_row(one.kind, said, f"{one.rows:,}", f"{one.flagged:.0%}")
    return table
