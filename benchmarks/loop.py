"""The learning loop, end to end: an abuser type that the champion never saw, a handful of verdicts, a better model.

A champion is trained on worlds without one kind of abuser and serves a provider where that kind turns
up. Reviewers judge what is held, a random share of the rest, and a handful of the new kind's campaigns.
Retraining, gates, shadow, promotion and roll-back run as the commands run them; recall on the new kind
is measured on a world that neither model saw. Everything is simulated.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from features.catalogue import Catalogue, load_catalogue
from features.records import Subject
from models.bundle import Bundle
from models.decision import Decision
from models.registry import Shelf
from sendwarden.compose import build_models, build_store, build_warden
from sendwarden.retraining import Workshop
from sendwarden.settings import Settings, load_settings
from sendwarden.walking import REFUSALS, logged_worlds
from service.model_shadow import shadow_report
from service.review import Verdict
from service.warden import Warden
from training.retrain import RetrainPlan
from training.simulate import SimulationConfig, simulate
from training.train import Plan, train, truth_of
from training.truth import Truth
from training.walk import Pace, Walk
from training.world import World

KIND: Final = "cold_outreach"
HANDFUL: Final = 8
AUDITED: Final = 0.15


@dataclass(frozen=True)
class Size:
    """Accounts of a training world, and of the provider and the unseen world; `worlds` to train on.

    `abusive_share` is of accounts; `volume` scales what they send. `jobs`: walks or fits at a time.
    """

    accounts: int = 700
    provider: int = 900
    worlds: int = 2
    days: int = 45
    abusive_share: float = 0.12
    volume: float = 0.4
    jobs: int = 2


@dataclass(frozen=True)
class Outcome:
    """Recall on the new kind at 1 % false positives, before and after, and how the loop went."""

    campaigns: int
    before: float
    after: float
    all_before: float
    all_after: float
    verdicts: int
    of_new_kind: int
    gates_failed: tuple[str, ...]
    shadowed: int
    agreement: float | None
    champion_after_rollback: str


def run(quick: bool) -> None:
    """Walk the loop once and print it."""
    console = Console(highlight=False)
    size = Size(accounts=250, provider=350, worlds=1, days=35) if quick else Size()
    with tempfile.TemporaryDirectory() as folder:
        found = loop(Path(folder), size, console)
    table = Table("recall at 1 % false positives (simulated)", "champion", "retrained")
    table.add_row(
        f"{KIND}, {found.campaigns} campaigns", f"{found.before:.2f}", f"{found.after:.2f}"
    )
    table.add_row("all kinds of abuse", f"{found.all_before:.2f}", f"{found.all_after:.2f}")
    console.print(table)
    console.print(
        f"{found.verdicts:,} verdicts, {found.of_new_kind} of them on the new kind; gates failed: "
        f"{', '.join(found.gates_failed) or 'none'}; {found.shadowed:,} decisions in shadow, "
        f"{found.agreement or 0:.1%} alike; rolled back to {found.champion_after_rollback}"
    )


def loop(folder: Path, size: Size, console: Console) -> Outcome:
    """Walk the loop in a folder."""
    catalogue, settings = load_catalogue(), load_settings(home=folder / "home")
    first = _champion(folder, size, settings, catalogue, console)
    shelf = Shelf(settings.shelf_dir)
    provider, truth = _world(folder, "provider", 7_201, size)
    store = build_store(settings, f"sqlite:///{folder / 'provider.db'}?synchronous=off")
    try:
        acts = build_models(settings, store, catalogue)
        acts.promote(shelf.add(first), "benchmark", _noon(provider), "the first model")
        warden = build_warden(settings, store=store, catalogue=catalogue)
        decisions = _walked(warden, provider)
        verdicts = _judged(warden, decisions, truth)
        at = max(d.as_of for d in decisions) + timedelta(days=10)
        console.print(
            f"{len(decisions):,} decisions, {sum(verdicts.values()):,} verdicts; retraining"
        )
        made = Workshop(settings, store, catalogue, at).retrain(None, RetrainPlan())
        unseen, unseen_truth = _world(folder, "unseen", 7_301, size)
        shadowed = _in_shadow(folder, settings, catalogue, unseen)
        bundles = [
            Bundle.from_files(shelf.files(d), catalogue)
            for d in (shelf.champion() or "", made.digest)
        ]
        recalls = [_recalls(bundle, shadowed.decisions, unseen_truth) for bundle in bundles]
        failed = tuple(
            f"{g.gate} {g.subject or ''}".strip() for g in made.trial.gates if g.passed is False
        )
        # A refusal is part of the loop: whoever promotes all the same says why, and is audited.
        acts.promote(made.digest, "benchmark", at, "" if made.trial.passed else "the loop's own")
        assert shelf.champion() == made.digest
        back = acts.roll_back("benchmark", at)
    finally:
        store.close()
    return Outcome(
        campaigns=recalls[0][2], before=recalls[0][0], after=recalls[1][0],
        all_before=recalls[0][1], all_after=recalls[1][1], verdicts=sum(verdicts.values()),
        of_new_kind=verdicts["new"], gates_failed=failed, shadowed=shadowed.rows,
        agreement=shadowed.agreement, champion_after_rollback=back.digest[:12],
    )  # fmt: skip


def _champion(
    folder: Path, size: Size, settings: Settings, catalogue: Catalogue, console: Console
) -> dict[str, bytes]:
    """Train on worlds that never had the new kind."""
    worlds = []
    for number in range(size.worlds):
        config = SimulationConfig(
            accounts=size.accounts, days=size.days, seed=7_101 + number, volume=size.volume,
            abusive_share=size.abusive_share, without=frozenset({KIND}),
        )  # fmt: skip
        worlds.append(folder / f"t{number}")
        simulate(config, worlds[-1], lambda *_: None)
    plan = Plan(quick=True, jobs=size.jobs)
    logged = logged_worlds(worlds, settings, plan, None, console)
    made_from = {"benchmark": "loop"}
    at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    return train(logged, catalogue, plan, made_from, at).files


def _world(folder: Path, name: str, seed: int, size: Size) -> tuple[World, Truth]:
    config = SimulationConfig(
        accounts=size.provider, days=size.days, seed=seed, volume=size.volume,
        abusive_share=size.abusive_share,
    )  # fmt: skip
    simulate(config, folder / name, lambda *_: None)
    world = World(folder / name)
    return world, truth_of(world)


def _noon(world: World) -> datetime:
    return next(iter(world.facts())).at


def _walked(warden: Warden, world: World) -> list[Decision]:
    """Send a world's mail as the policy allows; return the decisions on its campaigns."""
    walk = Walk(warden, Pace(control=True), REFUSALS, world.accounts, world.odd)
    judged = walk.judged(world.facts())
    return [one.decision for one in judged if one.subject is Subject.CAMPAIGN]


def _judged(warden: Warden, decisions: list[Decision], truth: Truth) -> Mapping[str, int]:
    """Give verdicts as reviewers would: on what is held, a random share, a handful of the new kind."""
    rng, counts, handful = np.random.default_rng(3), {"new": 0, "other": 0}, set[str]()
    for decision in decisions:
        known = truth.campaigns.get(decision.subject.id)
        if known is None or known.abusive is None:
            continue
        if known.abusive and known.kind == KIND:
            if len(handful) >= HANDFUL or decision.account_id in handful:
                continue
            handful.add(decision.account_id)
            counts["new"] += 1
        elif decision.action not in ("review", "terminate") and rng.random() > AUDITED:
            continue
        else:
            counts["other"] += 1
        word = Verdict("abusive" if known.abusive else "legitimate", category=known.kind)
        warden.give_verdict(decision.decision_id, word, decision.as_of + timedelta(hours=20))
    return counts


@dataclass(frozen=True)
class _Shadowed:
    decisions: list[Decision]
    rows: int
    agreement: float | None


def _in_shadow(folder: Path, settings: Settings, catalogue: Catalogue, world: World) -> _Shadowed:
    """Serve an unseen world with the champion while the challenger scores beside it."""
    url = f"sqlite:///{folder / 'unseen.db'}?synchronous=off"
    warden = build_warden(settings, store_url=url, catalogue=catalogue, in_shadow=True)
    try:
        decisions = _walked(warden, world)
        beside = warden.beside
        assert beside is not None
        beside.close()
        challenger = beside.challenger.current()
        assert challenger is not None
        begins, ends = decisions[0].as_of - timedelta(days=1), decisions[-1].as_of
        report = shadow_report(warden.store, challenger.version, begins, ends, 0)
        return _Shadowed(decisions, report.decisions, report.agreement)
    finally:
        warden.close()


def _recalls(bundle: Bundle, decisions: list[Decision], truth: Truth) -> tuple[float, float, int]:
    """Return recall on the new kind and on all abuse at 1 % false positives, and its campaigns."""
    known = [(d, truth.campaigns.get(d.subject.id)) for d in decisions if d.vector]
    rows = [(d, t) for d, t in known if t is not None and t.abusive is not None]
    x = np.array([d.vector for d, _ in rows], dtype=np.float64)
    risk = np.array([bundle.score(Subject.CAMPAIGN, row).risk for row in x])
    abusive = np.array([bool(t.abusive) for _, t in rows])
    new = np.array([bool(t.abusive) and t.kind == KIND for _, t in rows])
    limit = float(np.quantile(risk[~abusive], 0.99))
    return float((risk[new] > limit).mean()), float((risk[abusive] > limit).mean()), int(new.sum())
