"""Computing decisions again as of their time, beside reading the vectors that they logged (the floor).

A simulated provider is walked by the use cases that serve; then every row is computed again with
nothing taken from the log, and compared. Simulated data.
"""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from features.catalogue import load_catalogue
from models.decision import Decision
from sendwarden.learning import decisions_since
from sendwarden.recompute import Recomputed, Recomputer
from sendwarden.replay import replay_warden
from sendwarden.settings import load_settings
from service.errors import ServiceError
from training.simulate import SimulationConfig, simulate
from training.walk import Pace, Walk
from training.world import World

T = TypeVar("T")


def run(quick: bool = False) -> None:
    """Print milliseconds a decision, and how many values differ."""
    accounts, days = (60, 15) if quick else (500, 45)
    catalogue = load_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        config = SimulationConfig(accounts=accounts, days=days, seed=11, abusive_share=0.2)
        simulate(config, Path(folder), lambda *_: None)
        world = World(Path(folder))
        with replay_warden(load_settings(), catalogue, None) as warden:
            pace = Pace(control=True, check_after=(timedelta(days=1), timedelta(days=7)))
            for _ in Walk(warden, pace, (ServiceError,), world.accounts).judged(world.facts()):
                pass
            read, floor = _timed(lambda: list(decisions_since(warden.store, None, 10**7)))
            by_account = defaultdict[str, list[Decision]](list)
            for one in read:
                by_account[one.account_id].append(one)
            recomputer = Recomputer(warden.store, catalogue, read[-1].as_of)
            rows, ours = _timed(lambda: [
                row for one in by_account.values() for row in recomputer.rows(one, as_logged=False)
            ])  # fmt: skip
    values = sum(len(row.vector) - len(row.unknown) for row in rows)
    differ = sum(_differ(row, catalogue.names(row.decision.subject.type)) for row in rows)
    table = Table("way", "ms a decision", "of the floor", title=f"{len(rows):,} decisions")
    table.add_row("reading the logged vectors (floor)", f"{1e3 * floor / len(read):.2f}", "1")
    table.add_row("computed again", f"{1e3 * ours / len(rows):.2f}", f"{ours / floor:.0f}x")
    console = Console(width=100)
    console.print(table)
    console.print(f"{values:,} values compared with what was logged: {differ:,} differ")
    unknown = {name for row in rows for name in row.unknown}
    console.print(f"{len(unknown)} features rest on the words of messages and were not compared")


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def _differ(row: Recomputed, names: tuple[str, ...]) -> int:
    logged, computed = np.array(row.decision.vector), np.array(row.vector)
    known = ~np.isin(np.array(names), row.unknown)
    same = (logged == computed) | (np.isnan(logged) & np.isnan(computed))
    return int((known & ~same).sum())
