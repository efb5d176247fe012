"""Plots of a retrained candidate: reliability by segment, drift of features, what moves the risk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.bundle import Bundle
from models.heads import RISK, head_name
from training.drift import psi
from training.figures import calibration_curve
from training.gates.evidence import Judged
from training.learn import Lesson
from training.vectors import Array

_SHOWN: Final = 15
_ROWS: Final = 400
_FEWEST: Final = 20
_GROUPS: Final = 5


def draw_reliability(rows: Judged, folder: Path) -> Path | None:
    """Draw stated against true frequency for every segment with enough rows; None: there is none."""
    parts = [
        (by, value, rows.only(values == value))
        for by, values in rows.segments.items()
        for value in np.unique(values)
        if (values == value).sum() >= _FEWEST
    ]
    if not parts:
        return None
    names = list(dict.fromkeys(by for by, _, _ in parts))
    figure, axes = _figure(len(names), (3.4 * len(names), 3.4))
    for axis, by in zip(axes, names, strict=True):
        axis.plot([0, 1], [0, 1], color="0.7")
        for _, value, mine in (part for part in parts if part[0] == by):
            stated, happened, _ = calibration_curve(
                mine.abusive, mine.candidate, _GROUPS, mine.weight
            )
            axis.plot(stated, happened, marker="o", label=f"{value} ({len(mine)})")
        axis.set(title=by, xlabel="stated risk", ylabel="abusive share")
        axis.legend(fontsize=6)
    return _saved(figure, folder / f"{rows.subject.value}.reliability.png")


def draw_drift(lesson: Lesson, folder: Path) -> Path | None:
    """Draw the features that moved most from the rows learned from to those after the cut."""
    late = lesson.parts.late
    x = lesson.rows.vectors.x
    if not late.any() or late.all():
        return None
    moved = [(psi(x[~late, i], x[late, i]), name) for i, name in enumerate(lesson.rows.vectors.names)]  # fmt: skip
    shown = sorted(moved)[-_SHOWN:]
    figure, (axis,) = _figure(1, (6, 4.5))
    axis.barh([name for _, name in shown], [value for value, _ in shown], color="#54708c")
    axis.set(xlabel="population stability index, later rows against earlier ones")
    return _saved(figure, folder / f"{lesson.subject.value}.drift.png")


def draw_contributions(bundle: Bundle, rows: Judged, folder: Path, seed: int = 0) -> Path | None:
    """Draw exact TreeSHAP values of the strongest features on some rows, coloured by the value."""
    if not len(rows):
        return None
    head = bundle.heads[head_name(rows.subject, RISK)]
    rng = np.random.default_rng(seed)
    x = rows.x[rng.permutation(len(rows))[:_ROWS]][:, head.columns]
    spread = head.trees.contributions(x)[:, :-1]
    order = np.argsort(np.abs(spread).mean(axis=0))[-_SHOWN:]
    figure, (axis,) = _figure(1, (7, 5))
    for place, column in enumerate(order):
        jitter = rng.uniform(-0.3, 0.3, len(x))
        axis.scatter(
            spread[:, column], place + jitter, c=_ranks(x[:, column]), s=5, cmap="coolwarm"
        )
    axis.set_yticks(range(len(order)), [head.trees.names[i] for i in order], fontsize=7)
    axis.set(xlabel="adds to the log-odds (exact TreeSHAP); red: high value, blue: low")
    return _saved(figure, folder / f"{rows.subject.value}.shap.png")


def _ranks(values: Array) -> Array:
    """Return where each value lies among the others in [0, 1]; unknown in the middle."""
    ranks = np.full(len(values), 0.5)
    known = np.isfinite(values)
    if known.sum() > 1:
        order = np.searchsorted(np.sort(values[known]), values[known])
        ranks[known] = order / (known.sum() - 1)
    return ranks


def _figure(columns: int, size: tuple[float, float]) -> tuple[Any, Sequence[Any]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, list(np.atleast_1d(figure.subplots(1, columns)))


def _saved(figure: Any, path: Path) -> Path:
    figure.savefig(path, dpi=110)
    return path
