"""The stages of the demo: make an ESP, learn from its history, protect its last days live."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Final

import numpy as np
import uvicorn
from fastapi import FastAPI

from features.catalogue import Catalogue
from features.records import Subject
from models.bundle import Bundle
from models.registry import Run, Shelf, starter_files
from sendwarden.compose import build_models, build_store, registry_of
from sendwarden.demo.http_warden import RefusedByServer
from sendwarden.settings import Settings
from service.errors import ServiceError
from service.warden import Warden
from training.baselines import SES_PAUSE, Thresholds
from training.decision_log import CampaignLine, DecisionLog
from training.figures import pr_auc
from training.promote import publish
from training.simulate import SimulationConfig, simulate
from training.train import (
    Plan,
    Trained,
    parameters,
    run_metrics,
    train,
    truth_of,
    write_figures,
)
from training.vectors import Logged, Rates, record
from training.walk import Judged, Pace, Walk
from training.walk import Warden as AnyWarden
from training.world import Fact, World, tee

ACCOUNTS: Final = 450
DAYS: Final = 40
LIVE_DAYS: Final = 7
ABUSIVE_SHARE: Final = 0.08
SEED: Final = 20
_LOOK_S: Final = 2.0
CHECKED_AFTER: Final = (timedelta(days=1), timedelta(days=7))
_REFUSALS: Final = (ServiceError, RefusedByServer)
Seen = Callable[[Judged], None]


@dataclass
class Live:
    """What the live days brought: our decisions, and those of thresholds on the same mail."""

    judged: list[Judged] = field(default_factory=list)
    log: DecisionLog = field(default_factory=DecisionLog)
    rival: Thresholds = field(default_factory=lambda: Thresholds(SES_PAUSE))

    def take(self, one: Judged) -> None:
        self.judged.append(one)
        if one.subject is Subject.CAMPAIGN:
            line = CampaignLine(one.id, one.decision.action, one.decision.risk)
            self.log.campaigns[one.id] = line


def make_world(folder: Path, now: datetime, progress: Callable[[str, int, int], None]) -> World:
    """Simulate an ESP whose last day is today, to its end."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    config = SimulationConfig(
        accounts=ACCOUNTS, days=DAYS, seed=SEED, start=start, abusive_share=ABUSIVE_SHARE
    )
    simulate(config, folder, progress)
    return World(folder)


def live_from(now: datetime) -> datetime:
    """Return when the history ends and the live days start."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=LIVE_DAYS)


def ingest_history(
    world: World,
    warden: Warden,
    catalogue: Catalogue,
    until: datetime,
    rival: Thresholds,
    see: Seen,
) -> tuple[Logged, Walk]:
    """Walk the history through the use cases, everything allowed; keep the decisions' vectors."""
    rates = Rates()
    walk = Walk(warden, Pace(False, CHECKED_AFTER), _REFUSALS, world.accounts, world.odd)
    history: Iterator[Fact] = takewhile(lambda fact: fact.at < until, world.facts())
    facts = tee(tee(history, rates.see), rival.see)
    names = {subject: catalogue.names(subject) for subject in Subject}
    vectors = record(_shown(walk.judged(facts), see), names)
    counts = {key: (c[0], c[1], c[2]) for key, c in rates.counts.items()}
    return Logged(vectors, counts, until.timestamp()), walk


def learn(
    logged: Logged, world: World, catalogue: Catalogue, now: datetime, say: Callable[[str], None]
) -> Trained:
    """Fit, calibrate and measure the models on the history."""
    plan = Plan(quick=True, gaps=0.0)
    made_from = {"worlds": "the demo's history", "accounts": ACCOUNTS, "days": DAYS - LIVE_DAYS}
    return train([(logged, truth_of(world))], catalogue, plan, made_from, now, say)


@dataclass(frozen=True)
class Contest:
    """The shipped bundle against the one trained here, on later days and senders unseen here."""

    ours_serves: bool
    starter_pr_auc: float
    trained_pr_auc: float


def register(trained: Trained, settings: Settings, catalogue: Catalogue, now: datetime) -> Contest:
    """Record both bundles in MLflow; the better of the two on campaigns becomes champion.

    A small provider's history holds few abusers: what was learned elsewhere may know more.
    """
    registry, shelf = registry_of(settings), Shelf(settings.shelf_dir)
    starter = starter_files()
    origin = Run(parameters={"from": "starter"}, metrics={}, tags={"simulated": "true"}, figures={})
    shipped = publish(starter, origin, shelf, registry, now)
    run = Run(
        parameters=parameters(Plan(quick=True, gaps=0.0), trained.lessons),
        metrics=run_metrics(trained),
        tags={"simulated": "true", "data": "demo"},
        figures=write_figures(trained, settings.home),
    )
    theirs = _campaign_pr_auc(Bundle.from_files(starter, catalogue), trained)
    ours = trained.report["subjects"]["campaign"]["figures"]["pr_auc"] or 0.0
    published = publish(trained.files, run, shelf, registry, now)
    best = published if ours > theirs else shipped
    _crown(best.digest, settings, catalogue, now)
    return Contest(best is published, theirs, ours)


def _crown(digest: str, settings: Settings, catalogue: Catalogue, now: datetime) -> None:
    store = build_store(settings)
    try:
        models = build_models(settings, store, catalogue)
        if models.shelf.champion() != digest:
            models.promote(digest, "demo", now, "ranked better on later days of the history")
    finally:
        store.close()


def _campaign_pr_auc(bundle: Bundle, trained: Trained) -> float:
    lesson = next(one for one in trained.lessons if one.subject is Subject.CAMPAIGN)
    test = lesson.parts.test & np.isfinite(lesson.rows.abusive)
    risk = bundle.score_many(Subject.CAMPAIGN, lesson.rows.vectors.x[test]).risk
    return pr_auc(lesson.rows.abusive[test], risk)


def protect(
    world: World,
    client: AnyWarden,
    walked: Walk,
    since: datetime,
    now: datetime,
    live: Live,
    see: Seen,
) -> Walk:
    """Replay the live days until `now` against the server: what it holds is not sent.

    Return the walk, which can go on: mail is still under way.
    """
    walk = Walk(client, Pace(control=True), _REFUSALS, world.accounts, world.odd)
    walk.resume(walked)
    facts = (fact for fact in world.facts() if since <= fact.at <= now)
    for one in walk.judged(tee(facts, live.rival.see), until=now):
        live.take(one)
        see(one)
    return walk


def go_on(
    world: World, walk: Walk, after: datetime, clock: Callable[[], datetime], stop: threading.Event
) -> None:
    """Let the rest of the day happen as time goes by: campaigns come, stages open, bounces return."""
    for fact in world.facts():
        while not stop.is_set() and fact.at > max(after, clock()):
            for _ in walk.judged((), until=clock()):
                pass
            stop.wait(_LOOK_S)
        if stop.is_set():
            return
        if fact.at > after:
            for _ in walk.judged((fact,), until=fact.at):
                pass


def _shown(judged: Iterator[Judged], see: Seen) -> Iterator[Judged]:
    for one in judged:
        see(one)
        yield one


class Unserved(RuntimeError):
    """The server did not start."""


@contextmanager
def serving(app: FastAPI, host: str, port: int) -> Iterator[str]:
    """Serve an app from a thread and yield its URL; port 0 picks a free one."""
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="demo-server", daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise Unserved(f"no server on {host}:{port}; is the port taken? try --port 0")
        time.sleep(0.02)
    bound = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{host}:{bound}"
    finally:
        server.should_exit = True
        thread.join(10)


def utc_now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)
