"""Each abusive persona against a model that never saw it: what leaks, and what it costs.

Training worlds are walked once. For each abusive persona a bundle is fitted without the rows of its
accounts, and walks a world of other seeds whose only abusers are of that persona; beside it the
bundle that knows all personas, no scores at all, and the limits of Amazon SES. Everything is
simulated.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from features.catalogue import Catalogue, load_catalogue
from models.bundle import Bundle
from sendwarden.settings import load_settings
from sendwarden.walking import evaluated, logged_worlds
from training.simulate import SimulationConfig, simulate
from training.simulate.persona import Side
from training.simulate.senders import all_personas
from training.train import Plan, train
from training.truth import Truth
from training.vectors import Logged, Vectors
from training.world import World

# Seed, difficulty and volume of each training world; the last are those of the worlds judged on.
TRAINING: Final = ((9_101, 0.4, 0.4), (9_102, 0.7, 1.0), (9_103, 0.6, 0.4))
JUDGED: Final = (9_201, 0.6, 1.0)
_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SHOWN: Final = ("mail_leaked", "good_mail_delayed", "false_stops")


def run(quick: bool) -> None:
    """Print leak, delays and false stops by persona left out."""
    console, catalogue = Console(width=150, highlight=False), load_catalogue()
    accounts, days = (200, 30) if quick else (600, 50)
    abusers = [p.name for p in all_personas() if p.side is Side.ABUSIVE]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        worlds = [
            _simulated(folder, f"t{seed}", SimulationConfig(
                accounts=accounts, days=days, seed=seed, difficulty=difficulty, volume=volume,
                abusive_share=0.1,
            ))
            for seed, difficulty, volume in TRAINING[: 1 if quick else None]
        ]  # fmt: skip
        settings = load_settings(home=folder / "home")
        logged = logged_worlds(worlds, settings, Plan(), None, console)
        everything = _fitted(logged, catalogue)
        table = Table(title="abusive mail leaked / good mail delayed / good campaigns stopped, % (simulated)")  # fmt: skip
        for column in ("persona", "mails", "never saw it", "knows it", "test without scores", "SES limits, pause", "a tenth, then 2 h"):  # fmt: skip
            table.add_column(column, justify="left" if column == "persona" else "right")
        for name in abusers[: 3 if quick else None]:
            judged = _world_of(folder, name, abusers, quick)
            unseen = _fitted([_without(one, truth, name) for one, truth in logged], catalogue)
            mail = _mail(judged, settings, catalogue, unseen)
            known = _mail(judged, settings, catalogue, everything)["Sendwarden"]
            table.add_row(
                name,
                f"{mail['Sendwarden']['abusive_mails']:,.0f}",
                _three(mail["Sendwarden"]),
                _three(known),
                *(_three(mail[rival]) for rival in ("test without scores", "SES limits, pause", "a tenth, then 2 h")),
            )  # fmt: skip
            console.print(f"{name}: {_three(mail['Sendwarden'])}")
        console.print(table)


def _simulated(folder: Path, name: str, config: SimulationConfig) -> Path:
    simulate(config, folder / name, lambda *_: None)
    return folder / name


def _world_of(folder: Path, name: str, abusers: Sequence[str], quick: bool) -> World:
    """Return a world whose only abusers are of one persona."""
    seed, difficulty, volume = JUDGED
    config = SimulationConfig(
        accounts=120 if quick else 300, days=30, seed=seed, difficulty=difficulty, volume=volume,
        abusive_share=0.08, without=frozenset(abusers) - {name},
    )  # fmt: skip
    return World(_simulated(folder, f"j-{name}", config))


def _without(logged: Logged, truth: Truth, name: str) -> tuple[Logged, Truth]:
    """Return the vectors of a world without those of one persona's accounts."""
    theirs = {key for key, account in truth.accounts.items() if account.kind == name}
    vectors = {s: _kept(v, theirs) for s, v in logged.vectors.items()}
    return replace(logged, vectors=vectors), truth


def _kept(vectors: Vectors, left_out: set[str]) -> Vectors:
    keep = np.array([account_id not in left_out for account_id in vectors.account_ids], dtype=bool)
    columns = ("ids", "account_ids", "list_ids", "at", "x")
    return replace(vectors, **{name: getattr(vectors, name)[keep] for name in columns})


def _fitted(logged: Sequence[tuple[Logged, Truth]], catalogue: Catalogue) -> Bundle:
    trained = train(logged, catalogue, Plan(quick=True), {"benchmark": "personas"}, _AT)
    return Bundle.from_files(trained.files, catalogue)


def _mail(
    world: World, settings: Any, catalogue: Catalogue, bundle: Bundle
) -> dict[str, Mapping[str, float]]:
    _, figures = evaluated(world, settings, catalogue, bundle, scores_alone=False)
    mail: dict[str, Mapping[str, float]] = (figures or {})["mail"]
    return mail


def _three(mail: Mapping[str, float]) -> str:
    return " / ".join(f"{100 * mail[name]:.1f}" for name in _SHOWN)
