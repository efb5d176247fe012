"""Plots of a ranking: calibration, precision against recall, ROC."""

from pathlib import Path

import numpy as np

from models.heads import RISK, head_name
from training.figures import calibration_curve
from training.fit import Fitted
from training.learn import Lesson
from training.vectors import Array


def draw_curves(
    lesson: Lesson, head: Fitted, folder: Path, source: str = "simulated"
) -> dict[str, Path]:
    """Draw the test rows of a subject's risk; return the files by the name they get in a run."""
    test = lesson.parts.test & np.isfinite(lesson.rows.abusive)
    truth = lesson.rows.abusive[test]
    if len(np.unique(truth)) < 2:
        return {}
    risk = head.risk(lesson.rows.vectors.x[test], lesson.columns)
    name = head_name(lesson.subject, RISK)
    path = folder / f"{name}.png"
    _draw(truth, risk, f"{name}, {source}, later time, unseen actors", path)
    return {f"curves/{path.name}": path}


def roc_points(truth: Array, risk: Array) -> tuple[Array, Array]:
    """Return false and true positive rates as the threshold falls, `(k,)` each."""
    order = np.argsort(-risk, kind="stable")
    last = np.r_[np.flatnonzero(np.diff(risk[order])), len(order) - 1]
    hits = np.cumsum(truth[order] == 1)[last]
    misses = (last + 1) - hits
    return np.r_[0.0, misses / max(misses[-1], 1)], np.r_[0.0, hits / max(hits[-1], 1)]


def precision_points(truth: Array, risk: Array) -> tuple[Array, Array]:
    """Return recall and precision as the threshold falls, `(k,)` each."""
    order = np.argsort(-risk, kind="stable")
    last = np.r_[np.flatnonzero(np.diff(risk[order])), len(order) - 1]
    hits = np.cumsum(truth[order] == 1)[last]
    return hits / max(hits[-1], 1), hits / (last + 1)


def _draw(truth: Array, risk: Array, title: str, path: Path) -> None:
    # A figure of its own and the Agg canvas: no display, no state shared with other threads.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title)
    left, middle, right = figure.subplots(1, 3)
    stated, happened, _ = calibration_curve(truth, risk)
    left.plot([1e-4, 1], [1e-4, 1], color="0.7")
    left.plot(np.clip(stated, 1e-4, 1), np.clip(happened, 1e-4, 1), marker="o")
    left.set(xlabel="stated risk", ylabel="abusive share", xscale="log", yscale="log")
    middle.plot(*precision_points(truth, risk))
    middle.set(xlabel="recall", ylabel="precision", ylim=(0, 1.02))
    right.plot(*roc_points(truth, risk))
    right.set(xlabel="false positive rate", ylabel="recall", xscale="symlog", ylim=(0, 1.02))
    right.set_xscale("symlog", linthresh=1e-3)
    figure.savefig(path, dpi=110)
