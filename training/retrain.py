"""From what an installation logged to a candidate: fitted from the champion's trees or beside them.

What is measured is a fit on the earlier rows alone. What would serve is fitted again, for as many
rounds, on all rows but those that calibrate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np

from features.catalogue import Catalogue
from features.records import Subject
from models.bundle import Bundle, HeadSpec, bundle_files
from models.heads import MALICE, RISK, all_heads, head_name
from training.fit import Columns, Fitted, fit_risk
from training.installation import Installation, LoggedRow, installation_rows
from training.learn import Lesson, typical_row
from training.vectors import Array

FEWEST_ROWS: Final = 10
FEWEST_ACCOUNTS: Final = 5
Say = Callable[[str], None]


class NotEnoughLabels(Exception):
    """Too few labels to learn from; the text says how many of what there are and are needed."""


class Start(StrEnum):
    """From the champion's trees, with more added; or afresh, beside it, on all features."""

    CHAMPION = "champion"
    SCRATCH = "scratch"


@dataclass(frozen=True)
class RetrainPlan:
    """How to retrain. `rounds`: the most trees added; None: until held-out rows say stop."""

    seed: int = 1
    start: Start = Start.CHAMPION
    rounds: int | None = None


@dataclass(frozen=True)
class Champion:
    """What serves: loaded, and its heads as they were fitted."""

    bundle: Bundle
    heads: Mapping[str, HeadSpec]

    @classmethod
    def of(cls, files: Mapping[str, bytes], catalogue: Catalogue) -> "Champion":
        """Read a bundle's files. Raises `BundleRefused`."""
        bundle = Bundle.from_files(files, catalogue)
        heads = {
            name: HeadSpec(files[f"{name}.txt"].decode("ascii"), bundle.heads[name].calibration)
            for _, name in all_heads()
        }
        return cls(bundle, heads)


@dataclass(frozen=True)
class Retrained:
    """A candidate: `shipped` are the heads that would serve, `measured` what the figures are of.

    `lessons` and `fitted` are those of the measured fit, of the subjects that were learned; all
    other heads are the champion's own.
    """

    champion: Champion
    measured: Bundle
    lessons: Mapping[Subject, Lesson]
    installation: Mapping[Subject, Installation]
    fitted: Mapping[str, Fitted]
    shipped: Mapping[str, Fitted]

    @property
    def kept(self) -> tuple[str, ...]:
        """The heads that are the champion's own."""
        return tuple(sorted(set(self.champion.heads) - set(self.fitted)))

    def files(self, note: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the files of the bundle that would serve, with this note."""
        return _bundle(self.champion, self.shipped, self.lessons, note)


def retrain(
    logged: Sequence[LoggedRow],
    champion: Champion,
    catalogue: Catalogue,
    plan: RetrainPlan,
    say: Say = lambda _: None,
) -> Retrained:
    """Fit the risk and malice heads of every subject that has enough labels.

    Forecasts and the heads of other subjects stay the champion's. Raises `NotEnoughLabels` when no
    subject has enough.
    """
    until = float(champion.bundle.manifest.note.get("learned_until") or 0.0)
    found = {s: installation_rows(logged, s, catalogue.names(s), until) for s in Subject}
    lessons = {s: _lesson(s, found[s], champion, catalogue, plan) for s in Subject}
    able = {s: lesson for s, lesson in lessons.items() if not _wanting(lesson)}
    if not able:
        raise NotEnoughLabels(_told(lessons))
    fitted: dict[str, Fitted] = {}
    shipped: dict[str, Fitted] = {}
    for subject, lesson in able.items():
        say(f"fitting {subject.value} heads on {int(lesson.parts.train.sum()):,} earlier rows")
        heads = _fit(lesson, champion, plan)
        fitted |= heads
        say(f"fitting {subject.value} heads again on later rows as well")
        shipped |= _fit(replace(lesson, parts=lesson.parts.widened()), champion, plan, heads)
    measured = Bundle.from_files(_bundle(champion, fitted, able, {}), catalogue)
    return Retrained(champion, measured, able, found, fitted, shipped)


def _lesson(
    subject: Subject,
    found: Installation,
    champion: Champion,
    catalogue: Catalogue,
    plan: RetrainPlan,
) -> Lesson:
    columns = Columns.of(catalogue.names(subject), catalogue.directions(subject))
    if plan.start is Start.CHAMPION:
        columns = _columns_of(champion, subject, catalogue)
    return Lesson(subject, found.rows, found.parts(plan.seed), columns)


def _columns_of(champion: Champion, subject: Subject, catalogue: Catalogue) -> Columns:
    """Return the features that the champion's risk head knows: more trees can use no others."""
    kept = champion.bundle.heads[head_name(subject, RISK)].columns
    names, directions = catalogue.names(subject), catalogue.directions(subject)
    return Columns(tuple(names[i] for i in kept), tuple(directions[i] for i in kept), kept)


def _wanting(lesson: Lesson) -> str:
    """Return what a subject's rows lack to be learned from; empty when nothing."""
    rows = lesson.rows
    lacks = []
    for value, name in ((1.0, "abusive"), (0.0, "legitimate")):
        mine = lesson.parts.train & (rows.abusive == value)
        accounts = len(np.unique(rows.vectors.account_ids[mine]))
        if mine.sum() < FEWEST_ROWS or accounts < FEWEST_ACCOUNTS:
            lacks.append(f"{int(mine.sum())} {name} of {accounts} accounts")
    return " and ".join(lacks)


def _told(lessons: Mapping[Subject, Lesson]) -> str:
    had = "; ".join(
        f"{subject.value}: {_wanting(lesson)}, of {len(lesson.rows)} labelled in all"
        for subject, lesson in lessons.items()
    )
    return (
        f"too few labels that were known before the cut in time ({had}). {FEWEST_ROWS} abusive and "
        f"{FEWEST_ROWS} legitimate decisions of {FEWEST_ACCOUNTS} accounts each are needed there, and "
        "half of the accounts learn: give verdicts, have a share of allows reviewed, or wait until "
        "labels mature"
    )


def _fit(
    lesson: Lesson,
    champion: Champion,
    plan: RetrainPlan,
    before: Mapping[str, Fitted] | None = None,
) -> dict[str, Fitted]:
    """Fit risk and, where both kinds of abuser are known, malice; `before` gives the rounds."""
    heads = {}
    for output, truth in ((RISK, lesson.rows.abusive), (MALICE, lesson.rows.malicious)):
        name = head_name(lesson.subject, output)
        if not _both_known(lesson, truth) or (before is not None and name not in before):
            continue
        start = champion.heads[name] if plan.start is Start.CHAMPION else None
        columns = lesson.columns
        if start is not None and champion.bundle.heads[name].trees.names != columns.names:
            continue
        rounds = plan.rounds if before is None else max(1, before[name].rounds)
        heads[name] = fit_risk(lesson.rows, truth, lesson.parts, columns, plan.seed, rounds, start)
    return heads


def _both_known(lesson: Lesson, truth: Array) -> bool:
    answers = truth[lesson.parts.train & np.isfinite(truth)]
    return bool(min((answers == 1).sum(), (answers == 0).sum()) >= FEWEST_ROWS)


def _bundle(
    champion: Champion,
    fitted: Mapping[str, Fitted],
    lessons: Mapping[Subject, Lesson],
    note: Mapping[str, Any],
) -> dict[str, bytes]:
    heads = dict(champion.heads) | {name: one.head for name, one in fitted.items()}
    typical = {subject: champion.bundle.typical[subject] for subject in Subject}
    for subject, lesson in lessons.items():
        own = typical_row(lesson.rows)
        typical[subject] = np.where(np.isfinite(own), own, typical[subject])
    return bundle_files(heads, champion.bundle.catalogue, typical, note)
