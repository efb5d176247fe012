"""Whether the world has moved away from what a model was made for: features, scores and labels.

The population stability index is a few lines of our own (docs/decisions/0007-drift.md); the
two-sample Kolmogorov-Smirnov distance, the chi-squared test and Fisher's exact one are SciPy's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from features.records import Subject
from models.bundle import Bundle
from models.trials import ColumnDrift, DriftReport, LabelShift
from training.installation import LoggedRow
from training.vectors import Array

# The usual reading of a PSI: below 0.1 stable, above 0.25 another population.
WATCH: Final = 0.1
DRIFT: Final = 0.25
GROUPS: Final = 10
FEWEST_ROWS: Final = 100
FEWEST_LABELS: Final = 20
_FLOOR: Final = 1e-4
_SURE: Final = 0.01
# Some 700 columns are asked about at a look.
_CHANCE: Final = 1e-5
SCORE: Final = "score"
FEATURE: Final = "feature"
_ORDER: Final = {"drift": 0, "watch": 1, "ok": 2}


def psi(before: Array, now: Array, groups: int = GROUPS) -> float:
    """Return the population stability index of `now` against `before`, `(n,)` and `(m,)`.

    Groups are tenths of the known values before, those that coincide joined; unknown (NaN) is a
    group of its own. Empty shares count as 0.0001. NaN when one side has no rows.
    """
    if not len(before) or not len(now):
        return float("nan")
    return _index(_counts(before, now, groups))


def _counts(before: Array, now: Array, groups: int = GROUPS) -> Array:
    """Return how many rows of each side are in each group, `(2, n_groups)`; unknown ones last."""
    known = before[np.isfinite(before)]
    edges = np.unique(np.quantile(known, np.arange(1, groups) / groups)) if len(known) else known
    return np.stack([_counted(values, edges) for values in (before, now)])


def _counted(values: Array, edges: Array) -> Array:
    finite = np.isfinite(values)
    places = np.searchsorted(edges, values[finite], "right")
    counts: Array = np.r_[np.bincount(places, minlength=len(edges) + 1), (~finite).sum()]
    return counts.astype(np.float64)


def _index(counts: Array) -> float:
    old, new = np.maximum(counts / counts.sum(axis=1, keepdims=True), _FLOOR)
    return float(((new - old) * np.log(new / old)).sum())


def column_drift(subject: Subject, name: str, kind: str, before: Array, now: Array) -> ColumnDrift:
    """Return how one column has moved."""
    counts = _counts(before, now)
    index = _index(counts)
    olds, news = before[np.isfinite(before)], now[np.isfinite(now)]
    return ColumnDrift(
        subject=subject.value,
        name=name,
        kind=kind,
        psi=round(index, 4),
        ks=_ks(olds, news),
        missing_before=round(1 - len(olds) / len(before), 4),
        missing_now=round(1 - len(news) / len(now), 4),
        typical_before=_median(olds),
        typical_now=_median(news),
        level=_level(index, counts),
    )


def _level(index: float, counts: Array) -> str:
    """Return what an index means; what chance explains means nothing (chi-squared, homogeneity)."""
    if index < WATCH:
        return "ok"
    from scipy.stats import chi2_contingency

    seen = counts[:, counts.sum(axis=0) > 0]
    if seen.shape[1] < 2 or chi2_contingency(seen).pvalue > _CHANCE:
        return "ok"
    return "drift" if index >= DRIFT else "watch"


def _ks(before: Array, now: Array) -> float | None:
    if not len(before) or not len(now):
        return None
    from scipy.stats import ks_2samp

    return round(float(ks_2samp(before, now, method="asymp").statistic), 4)


def _median(values: Array) -> float | None:
    return float(f"{np.median(values):.5g}") if len(values) else None


def label_shift(subject: Subject, before: Array, now: Array) -> LabelShift:
    """Return how the share of abusive moved among labelled rows, 1 or 0 each (Fisher's exact test)."""
    p = None
    if min(len(before), len(now)) >= FEWEST_LABELS:
        from scipy.stats import fisher_exact

        table = [[int(side.sum()), int((side == 0).sum())] for side in (before, now)]
        p = float(fisher_exact(table).pvalue)
    return LabelShift(
        subject=subject.value,
        rows_before=len(before),
        rows_now=len(now),
        abusive_before=float(before.mean()) if len(before) else None,
        abusive_now=float(now.mean()) if len(now) else None,
        p=p,
        level="drift" if p is not None and p < _SURE else "ok",
    )


def drift_report(
    rows: Sequence[LoggedRow],
    bundle: Bundle,
    since: datetime,
    at: datetime,
    reference: str,
) -> DriftReport:
    """Hold the rows since a time against those before, each subject by itself.

    Scores are the bundle's on the logged vectors, so that a promotion is no drift. Subjects with
    fewer than 100 rows on a side are left out; `rows` and `rows_before` show them.
    """
    columns: list[ColumnDrift] = []
    labels: list[LabelShift] = []
    counts: dict[str, tuple[int, int]] = {}
    for subject in Subject:
        old, new = (_of(rows, subject, since.timestamp(), after=after) for after in (False, True))
        counts[subject.value] = (len(old), len(new))
        labels.append(label_shift(subject, _answers(old), _answers(new)))
        if min(len(old), len(new)) >= FEWEST_ROWS:
            columns.extend(_columns(subject, bundle, _matrix(old), _matrix(new)))
    columns.sort(key=lambda one: (_ORDER[one.level], -one.psi, one.name))
    guilty = [f"{one.subject}.{one.name}" for one in columns if one.level == "drift"]
    guilty += [f"{one.subject} labels" for one in labels if one.level == "drift"]
    return DriftReport(
        at=at, model=bundle.version, since=since, until=at, reference=reference,
        rows={name: pair[1] for name, pair in counts.items()},
        rows_before={name: pair[0] for name, pair in counts.items()},
        columns=tuple(columns), labels=tuple(labels), guilty=tuple(guilty),
    )  # fmt: skip


def _of(rows: Sequence[LoggedRow], subject: Subject, since: float, *, after: bool) -> list[LoggedRow]:  # fmt: skip
    return [row for row in rows if row.subject is subject and (row.at >= since) == after]


def _answers(rows: Sequence[LoggedRow]) -> Array:
    known = [row.answer.abusive for row in rows if row.answer is not None]
    values = np.array(known, dtype=np.float64)
    return values[np.isfinite(values)]


def _matrix(rows: Sequence[LoggedRow]) -> Array:
    return np.array([row.vector for row in rows], dtype=np.float64)


def _columns(subject: Subject, bundle: Bundle, before: Array, now: Array) -> list[ColumnDrift]:
    names = bundle.catalogue.names(subject)
    found = [
        column_drift(subject, name, FEATURE, before[:, place], now[:, place])
        for place, name in enumerate(names)
    ]
    scores = [_scores(bundle, subject, x) for x in (before, now)]
    found += [
        column_drift(subject, name, SCORE, scores[0][name], scores[1][name]) for name in scores[0]
    ]
    return found


def _scores(bundle: Bundle, subject: Subject, x: Array) -> Mapping[str, Array]:
    table = bundle.score_many(subject, x)
    return {"risk": table.risk, "malicious": table.malicious}
