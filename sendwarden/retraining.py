"""Retrains on what the installation logged, tries the candidate, records and shelves it.

Nothing is promoted here: `sendwarden model promote` is a person's act.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from features.catalogue import Catalogue
from features.records import Subject
from models.bundle import Bundle, digest_of
from models.policy.policy import Policy
from models.registry import Run, Shelf, starter_files
from models.scores import Scores
from models.trials import Trial
from sendwarden.compose import live_policies, registry_of, reports_of
from sendwarden.history import read_history
from sendwarden.learning import Log, read_log
from sendwarden.run_files import run_files
from sendwarden.settings import Settings
from service.stores.contract import Store
from training.backtest_replay import names_read
from training.gates.evidence import Evidence
from training.gates.gate import BadGates, Gates, load_gates
from training.installation import LoggedRow, fingerprint, installation_rows
from training.leave_out import LeftOut
from training.model_backtest import backtest_models
from training.promote import publish
from training.report import LOGGED, metrics_of, report_on
from training.retrain import Champion, Retrained, RetrainPlan, retrain
from training.trial import evidence_beside, evidence_of, trial_of

MOST_REPLAYED: Final = 50_000
Say = Callable[[str], None]


@dataclass(frozen=True)
class Retraining:
    """A candidate that was tried: on the shelf as the challenger, and in the registry."""

    digest: str
    version: int
    trial: Trial
    report: Mapping[str, Any]
    kept: tuple[str, ...]
    left_out: Mapping[str, int]
    recomputed: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Workshop:
    """What retraining works with: one installation as of a time."""

    settings: Settings
    store: Store
    catalogue: Catalogue
    at: datetime
    say: Say = lambda _: None

    def shelf(self) -> Shelf:
        """Return the shelf that serving reads."""
        return Shelf(self.settings.shelf_dir)

    def champion_files(self) -> dict[str, bytes]:
        """Return the files of what serves: the shelf's champion, or the bundle that ships."""
        digest = self.shelf().champion()
        return starter_files() if digest is None else self.shelf().files(digest)

    def log(self, since: datetime | None) -> Log:
        """Return all decisions since a time, labelled or not, computed again where they have to be."""
        self.say("reading the decision log and the labels")
        log = read_log(self.store, self.catalogue, since, self.at, labelled_only=False)
        if log.recomputed:
            self.say(f"{log.recomputed:,} decisions were computed again as of their time")
        return log

    def gates(self) -> Gates:
        """Return the gates of the file that the settings name. Raises `BadGates`."""
        path = self.settings.gates_file
        try:
            return load_gates(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeError, BadGates) as error:
            raise BadGates(f"SENDWARDEN_GATES_FILE, {path}: {error}") from error

    def policy(self) -> Policy:
        """Return the policy in force."""
        return live_policies(self.settings, self.catalogue, self.store).current()

    def retrain(self, since: datetime | None, plan: RetrainPlan) -> Retraining:
        """Fit, try, record and shelve a candidate. Raises `NotEnoughLabels`, `BadGates`."""
        gates = self.gates()
        log = self.log(since)
        champion = Champion.of(self.champion_files(), self.catalogue)
        made = retrain(log.rows, champion, self.catalogue, plan, self.say)
        self.say("trying the candidate against the champion")
        cut = min(float(lesson.rows.cut_at[0]) for lesson in made.lessons.values())
        backtest = self.backtest(log.rows, made.measured, champion.bundle, cut, plan.seed)
        evidence = evidence_of(made, made.measured, plan, backtest, time.perf_counter)
        report = self._report(made, evidence, log, plan)
        files = made.files(
            {
                "created_at": self.at.isoformat(),
                "simulated": False,
                "learned_until": max(
                    float(one.rows.vectors.at.max()) for one in made.lessons.values()
                ),
                "report": report,
            }
        )
        return self._kept(files, made, evidence, gates, report, log, plan)

    def backtest(
        self,
        rows: Sequence[LoggedRow],
        candidate: Bundle,
        champion: Bundle,
        since: float,
        seed: int,
    ) -> dict[str, Any] | None:
        """Replay the policy in force under both models since a time; None: nothing to replay."""
        policy = self.policy()
        begins = datetime.fromtimestamp(since, UTC)
        history = read_history(
            self.store, self.catalogue, names_read((policy,)), begins, MOST_REPLAYED
        )
        if not history.decisions:
            return None
        later = [row for row in rows if row.at >= since]
        old, new = (_scores(bundle, later) for bundle in (champion, candidate))
        return backtest_models(history, policy, old, new, seed=seed)

    def try_bundle(self, digest: str, since: datetime | None, seed: int = 1) -> Trial:
        """Try any bundle of the shelf against the champion on rows that it never saw; keep the trial."""
        gates = self.gates()
        files = self.shelf().files(digest)
        candidate = Bundle.from_files(files, self.catalogue)
        trial = self.compared(candidate, gates, since, seed)
        reports_of(self.settings).keep_trial(trial)
        return trial

    def compared(
        self, candidate: Bundle, gates: Gates, since: datetime | None, seed: int = 1,
        other: Bundle | None = None,
    ) -> Trial:  # fmt: skip
        """Return a bundle's trial against another one, or the champion."""
        log = self.log(since)
        champion = other or Bundle.from_files(self.champion_files(), self.catalogue)
        learned = [
            float(b.manifest.note.get("learned_until") or 0.0) for b in (candidate, champion)
        ]
        begins = max(learned)
        found = {
            s: installation_rows(log.rows, s, self.catalogue.names(s), learned[1]) for s in Subject
        }
        backtest = self.backtest(log.rows, candidate, champion, begins, seed)
        evidence = evidence_beside(
            found, candidate, champion, begins, backtest, time.perf_counter, seed
        )
        return trial_of(
            evidence,
            gates,
            candidate.digest,
            champion.digest,
            self.at,
            fingerprint(log.rows),
            found,
        )

    def _report(
        self, made: Retrained, evidence: Evidence, log: Log, plan: RetrainPlan
    ) -> dict[str, Any]:
        labelled = sum(row.answer is not None for row in log.rows)
        made_from = {
            "decisions": f"{len(log.rows):,}, {labelled:,} labelled ({fingerprint(log.rows)})",
            "computed again": f"{log.recomputed:,} as of their time",
            "labels": ", ".join(f"{n:,} of {s}" for s, n in _sources(made).items()),
            "started from": f"{plan.start.value} {made.champion.bundle.version}",
            "seed": plan.seed,
        }
        left_out = [
            LeftOut(one.subject.value, one.kind, abusive=True, rows=one.rows, flagged=one.flagged)
            for one in evidence.left_out
        ]
        lessons = tuple(made.lessons.values())
        return report_on(lessons, made.fitted, left_out, made_from, plan.seed, LOGGED)

    def _kept(
        self,
        files: dict[str, bytes],
        made: Retrained,
        evidence: Evidence,
        gates: Gates,
        report: dict[str, Any],
        log: Log,
        plan: RetrainPlan,
    ) -> Retraining:
        digest = digest_of(files)
        shipped = Bundle.from_files(files, self.catalogue)
        data = fingerprint(log.rows)
        # Trees and speed are judged on what would serve, figures on what was measured.
        tried = replace(evidence, candidate=shipped)
        champion = made.champion.bundle.digest
        trial = trial_of(tried, gates, digest, champion, self.at, data, made.installation)
        reports_of(self.settings).keep_trial(trial)
        self.say("recording the run")
        with TemporaryDirectory() as folder:
            run = Run(
                parameters=_parameters(made, plan) | {"rows.recomputed": log.recomputed},
                metrics=metrics_of(report) | _trial_metrics(trial),
                tags={
                    "simulated": "false",
                    "data": data,
                    "champion": champion[:12],
                    "gates": "passed" if trial.passed else "failed",
                },
                figures=run_files(made, tried, trial, report, Path(folder)),
            )
            published = publish(files, run, self.shelf(), registry_of(self.settings), self.at)
        return Retraining(
            digest, published.registered.version, trial, report, made.kept, log.left_out,
            log.recomputed, log.unknown,
        )  # fmt: skip


def _scores(bundle: Bundle, rows: Sequence[LoggedRow]) -> dict[str, Scores]:
    found = {}
    for subject in Subject:
        mine = [row for row in rows if row.subject is subject]
        if not mine:
            continue
        table = bundle.score_many(subject, np.array([row.vector for row in mine], dtype=np.float64))
        for place, row in enumerate(mine):
            found[row.decision_id] = table[place]
    return found


def _sources(made: Retrained) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in made.installation.values():
        for source, count in one.sources.items():
            counts[source] = counts.get(source, 0) + count
    return counts


def _parameters(made: Retrained, plan: RetrainPlan) -> dict[str, str | int | float]:
    found: dict[str, str | int | float] = {
        "seed": plan.seed,
        "start": plan.start.value,
        "heads.fitted": ",".join(sorted(made.fitted)),
        "heads.kept": len(made.kept),
    }
    for subject, lesson in made.lessons.items():
        found[f"rows.{subject.value}"] = len(lesson.rows)
        found[f"features.{subject.value}"] = len(lesson.columns.names)
    return found | {f"rounds.{name}": one.rounds for name, one in made.fitted.items()}


def _trial_metrics(trial: Trial) -> dict[str, float]:
    numbers = {
        f"{subject}.{name}": value
        for subject, figures in trial.figures.items()
        for name, value in figures.items()
        if value is not None
    }
    passed = {
        f"gate.{one.gate}.{one.subject or 'all'}": float(one.passed)
        for one in trial.gates
        if one.passed is not None
    }
    return numbers | passed
