"""From worlds to a bundle: walk, label, fit, report."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from features.catalogue import Catalogue
from features.records import Subject
from models.heads import RISK, head_name
from training.card import markdown
from training.curves import draw_curves
from training.fit import EXCLUDED, Fitted
from training.gaps import Gaps
from training.labels import Labelled, label, pool
from training.learn import Lesson, bundle_of, learn, learn_again
from training.leave_out import leave_out
from training.report import metrics_of, report_on
from training.truth import Truth, read_truth
from training.vectors import CHECK_AFTER, Logged, Rates, record
from training.walk import Judged, Pace, Walk, Warden
from training.world import World, tee

FEWEST_ABUSIVE: Final = 10
_NDJSON: Final = ("accounts", "sending_domains", "imports", "campaigns", "events", "truth")


class NothingToLearn(Exception):
    """The worlds do not hold what training needs; the text says what."""


@dataclass(frozen=True)
class Plan:
    """How to train. `quick` leaves out the fits with a kind of sender left out."""

    seed: int = 1
    jobs: int = 2
    quick: bool = False
    gaps: float = 0.3


@dataclass(frozen=True)
class Trained:
    """A bundle's files, its report, and the heads and rows that the report was measured with.

    The heads in the bundle have learned from the test rows as well, so they have no figures.
    """

    files: dict[str, bytes]
    report: dict[str, Any]
    lessons: tuple[Lesson, ...]
    fitted: Mapping[str, Fitted]


def log_vectors(
    world: World,
    warden: Warden,
    refusals: tuple[type[Exception], ...],
    names: Mapping[Subject, tuple[str, ...]],
    plan: Plan,
    progress: Callable[[Judged], None] = lambda _: None,
) -> Logged:
    """Walk a world with everything allowed and keep the vectors of the decisions."""
    rates = Rates()
    walk = Walk(warden, Pace(False, CHECK_AFTER), refusals, world.accounts, world.odd)
    facts = Gaps(plan.gaps, seed=plan.seed).apply(tee(world.facts(), rates.see))
    vectors = record(_shown(walk.judged(facts), progress), names)
    ended_at = walk.ended_at.timestamp() if walk.ended_at else 0.0
    counts = {key: (c[0], c[1], c[2]) for key, c in rates.counts.items()}
    return Logged(vectors, counts, ended_at)


def _shown(judged: Iterable[Judged], progress: Callable[[Judged], None]) -> Iterable[Judged]:
    for one in judged:
        progress(one)
        yield one


def train(
    logged: Sequence[tuple[Logged, Truth]],
    catalogue: Catalogue,
    plan: Plan,
    made_from: Mapping[str, Any],
    at: datetime,
    say: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Fit, calibrate and report on the vectors of one or more worlds.

    Raises `NothingToLearn` when they hold too few abusive accounts or campaigns.
    """
    lessons = tuple(_lesson(logged, subject, catalogue, plan.seed) for subject in Subject)
    _check(lessons)
    say("fitting the heads")
    fitted = learn(lessons, plan.seed, plan.jobs)
    left_out = []
    if not plan.quick:
        say("fitting again with each kind of sender left out")
        ranked = tuple(lesson for lesson in lessons if lesson.subject is not Subject.LIST)
        rounds = {s.value: fitted[head_name(s, RISK)].rounds for s in Subject}
        left_out = leave_out(ranked, rounds, plan.seed, plan.jobs)
    say("measuring")
    report = report_on(lessons, fitted, left_out, made_from, plan.seed)
    say("fitting the heads that ship on all rows but those that calibrate")
    shipped = learn_again(lessons, fitted, plan.seed, plan.jobs)
    note = {"created_at": at.isoformat(), "simulated": True, "report": report}
    files = bundle_of(lessons, shipped, catalogue, note)
    return Trained(files, report, lessons, fitted)


def _lesson(
    logged: Sequence[tuple[Logged, Truth]], subject: Subject, catalogue: Catalogue, seed: int
) -> Lesson:
    parts: list[Labelled] = [label(vectors, truth, subject) for vectors, truth in logged]
    return Lesson.of(subject, pool(parts), catalogue, seed)


def _check(lessons: Sequence[Lesson]) -> None:
    for lesson in lessons:
        bad = int(np.nansum(lesson.rows.abusive))
        if lesson.subject is not Subject.LIST and bad < FEWEST_ABUSIVE:
            raise NothingToLearn(
                f"{bad} abusive {lesson.subject.value} rows are too few to learn from, "
                f"{FEWEST_ABUSIVE} are needed: simulate more accounts or days, or give more worlds"
            )


def truth_of(world: World) -> Truth:
    """Read the truth of a world. Raises `NothingToLearn` when it has none."""
    truth = read_truth(world.folder, world.odd)
    if not truth:
        raise NothingToLearn(f"{world.folder} has no truth.ndjson: there is nothing to learn from")
    return truth


def fingerprint(folder: Path) -> str:
    """Return a digest of a world's facts, events and truth."""
    digest = hashlib.blake2b(digest_size=8)
    for name in _NDJSON:
        for path in sorted(folder.glob(f"{name}.ndjson*")):
            digest.update(path.name.encode())
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def parameters(plan: Plan, lessons: Sequence[Lesson]) -> dict[str, str | int | float]:
    """Return what a run is made with, for the registry."""
    rows = {f"rows.{lesson.subject.value}": len(lesson.rows) for lesson in lessons}
    features = {f"features.{lesson.subject.value}": len(lesson.columns.names) for lesson in lessons}
    return {
        "seed": plan.seed,
        "gaps": plan.gaps,
        "excluded": ",".join(EXCLUDED) or "-",
        **rows,
        **features,
    }


def write_figures(trained: Trained, folder: Path) -> dict[str, Path]:
    """Write the plots and the model card; return the files by their name in a run."""
    card = folder / "model-card.md"
    card.write_text("# Model card\n\n" + markdown(trained.report), encoding="utf-8")
    figures = {"model-card.md": card}
    for lesson in trained.lessons:
        head = trained.fitted[head_name(lesson.subject, RISK)]
        figures |= draw_curves(lesson, head, folder)
    return figures


def run_metrics(trained: Trained) -> dict[str, float]:
    """Return the numbers of the report for the registry."""
    return metrics_of(trained.report)
