"""Fits every head of a bundle from labelled rows, in parallel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


def learn(lessons: Sequence[Lesson], seed: int, jobs: int) -> dict[str, Fitted]:
    """Fit all heads, by their full name."""
    from joblib import Parallel, delayed

    tasks = [
        (lesson, output)
        for lesson in lessons
        for output in (RISK, MALICE, *_rates_of(lesson.subject))
    ]
    fitted = Parallel(n_jobs=jobs)(delayed(_fit)(lesson, output, seed) for lesson, output in tasks)
    return {name: head for heads in fitted for name, head in heads.items()}


def _rates_of(subject: Subject) -> tuple[str, ...]:
    return FORECAST_RATES if subject in FORECAST_SUBJECTS else ()


def _fit(lesson: Lesson, output: str, seed: int) -> dict[str, Fitted]:
    rows, parts, columns = lesson.rows, lesson.parts, lesson.columns
    if output in (RISK, MALICE):
        truth = rows.abusive if output == RISK else rows.malicious
        return {head_name(lesson.subject, output): fit_risk(rows, truth, parts, columns, seed)}
    bounds = fit_rate(rows, lesson.rate(output), parts, columns, seed)
    return {head_name(lesson.subject, f"{output}_{bound}"): bounds[bound] for bound in BOUNDS}


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
