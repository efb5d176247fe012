"""Fits every head of a bundle from labelled rows, in parallel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from features.catalogue import Catalogue
from features.records import Subject
from models.bundle import HeadSpec, bundle_files
from models.heads import BOUNDS, FORECAST_RATES, FORECAST_SUBJECTS, MALICE, RISK, head_name
from training.fit import Columns, Fitted, fit_rate, fit_risk
from training.labels import Labelled
from training.split import Split, split
from training.vectors import Array

Task = Callable[[], dict[str, Fitted]]


@dataclass(frozen=True)
class Lesson:
    """The rows of one subject, how they are split, and the features learned from."""

    subject: Subject
    rows: Labelled
    parts: Split
    columns: Columns

    @classmethod
    def of(cls, subject: Subject, rows: Labelled, catalogue: Catalogue, seed: int) -> "Lesson":
        """Prepare a subject's rows."""
        columns = Columns.of(catalogue.names(subject), catalogue.directions(subject))
        return cls(subject, rows, split(rows, seed), columns)

    def rate(self, rate: str) -> Array:
        """Return the true rates `(n,)` of a forecast."""
        return self.rows.hard_bounce if rate == "hard_bounce" else self.rows.complaint


def learn(
    lessons: Sequence[Lesson], seed: int, jobs: int, rounds: Mapping[str, int] | None = None
) -> dict[str, Fitted]:
    """Fit all heads, by their full name; for given rounds each, or until held-out rows say stop."""
    from joblib import Parallel, delayed

    tasks = [
        (lesson, output)
        for lesson in lessons
        for output in (RISK, MALICE, *_rates_of(lesson.subject))
    ]
    fitted = Parallel(n_jobs=jobs)(
        delayed(_fit)(lesson, output, seed, rounds) for lesson, output in tasks
    )
    return {name: head for heads in fitted for name, head in heads.items()}


def learn_again(
    lessons: Sequence[Lesson], fitted: Mapping[str, Fitted], seed: int, jobs: int
) -> dict[str, Fitted]:
    """Fit the heads that ship: the same rounds on all rows but those that calibrate."""
    widened = [replace(lesson, parts=lesson.parts.widened()) for lesson in lessons]
    rounds = {name: head.rounds for name, head in fitted.items() if head.rounds}
    return learn(widened, seed, jobs, rounds)


def _rates_of(subject: Subject) -> tuple[str, ...]:
    return FORECAST_RATES if subject in FORECAST_SUBJECTS else ()


def _fit(
    lesson: Lesson, output: str, seed: int, rounds: Mapping[str, int] | None
) -> dict[str, Fitted]:
    rows, parts, columns = lesson.rows, lesson.parts, lesson.columns
    known = rounds or {}
    if output in (RISK, MALICE):
        truth = rows.abusive if output == RISK else rows.malicious
        name = head_name(lesson.subject, output)
        return {name: fit_risk(rows, truth, parts, columns, seed, known.get(name))}
    names = {bound: head_name(lesson.subject, f"{output}_{bound}") for bound in BOUNDS}
    given = {bound: known[name] for bound, name in names.items() if name in known}
    bounds = fit_rate(rows, lesson.rate(output), parts, columns, seed, given)
    return {name: bounds[bound] for bound, name in names.items()}


def bundle_of(
    lessons: Sequence[Lesson],
    fitted: Mapping[str, Fitted],
    catalogue: Catalogue,
    note: Mapping[str, Any],
) -> dict[str, bytes]:
    """Return the files of the bundle that serves these heads."""
    heads: dict[str, HeadSpec] = {name: one.head for name, one in fitted.items()}
    typical = {lesson.subject: typical_row(lesson.rows) for lesson in lessons}
    return bundle_files(heads, catalogue, typical, note)


def typical_row(rows: Labelled) -> Array:
    """Return the median of each feature over good rows, NaN where nothing is known."""
    good = rows.vectors.x[rows.abusive == 0]
    if not len(good):
        good = rows.vectors.x
    known = np.isfinite(good).any(axis=0) if len(good) else np.zeros(good.shape[1], dtype=bool)
    typical = np.full(good.shape[1], np.nan)
    typical[known] = np.nanmedian(np.where(np.isfinite(good), good, np.nan)[:, known], axis=0)
    return typical
