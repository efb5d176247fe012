"""Two models' figures as bars on one scale, their calibration, and gates in the order of asking."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from models.trials import Bin, GateResult, Trial
from service.console.words import percent
from service.model_learning import Change

_SHOWN: Final = {
    "roc_auc": "ROC AUC", "pr_auc": "PR AUC", "recall_at_0.01": "recall at 1 % FP",
    "recall_at_0.05": "recall at 5 % FP", "calibration_error": "calibration error",
    "brier": "Brier score",
}  # fmt: skip
_LABEL, _PLOT, _ROW = 150, 300, 34
# Calibration: both axes are logarithmic from one in a thousand, where most mail lies.
_SIDE, _LEFT, _TOP, _LEAST = 300, 62, 10, 1e-3
_NAMES, _HALF, _MOST_LETTERS = 300, 170, 34
_TICKS: Final = (0.001, 0.01, 0.1, 1.0)
_SIDES: Final = {"champion": -3.0, "candidate": 3.0}


def figures_chart(figures: Mapping[str, float | None]) -> Markup:
    """Draw the champion's figures above the candidate's, each from 0 to 1; empty without any."""
    rows: list[Markup] = []
    for name, words in _SHOWN.items():
        both = [(side, figures.get(f"{side}.{name}")) for side in ("champion", "candidate")]
        if all(value is not None for _, value in both):
            rows.append(_pair(len(rows), words, [(side, value or 0.0) for side, value in both]))
    if not rows:
        return Markup("")
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="Figures of champion and '
        'challenger">{}</svg>'
    ).format(_LABEL + _PLOT + 70, _ROW * len(rows), Markup("").join(rows))


def _pair(place: int, words: str, both: list[tuple[str, float]]) -> Markup:
    top = place * _ROW
    bars = [
        Markup(
            '<rect class="{}" x="{}" y="{}" width="{:.1f}" height="11" rx="2"/>'
            '<text class="said" x="{:.1f}" y="{}">{:.3f}</text>'
        ).format(
            side, _LABEL, top + 4 + 13 * row, max(_PLOT * min(value, 1.0), 1),
            _LABEL + _PLOT * min(value, 1.0) + 6, top + 13 + 13 * row, value,
        )
        for row, (side, value) in enumerate(both)
    ]  # fmt: skip
    name = Markup('<text class="name" x="{}" y="{}" text-anchor="end">{}</text>').format(
        _LABEL - 10, top + 20, words
    )
    return name + Markup("").join(bars)


def reliability_chart(sides: Mapping[str, Sequence[Bin]]) -> Markup:
    """Draw the stated risk against the abusive share, both models' groups with their 90 % intervals.

    On the dashed line a model means what it says; empty without groups.
    """
    if not any(sides.values()):
        return Markup("")
    drawn = [
        _point(one, side, aside) for side, aside in _SIDES.items() for one in sides.get(side, ())
    ]
    diagonal = Markup('<line class="even" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        _LEFT, _TOP + _SIDE, _LEFT + _SIDE, _TOP
    )
    return Markup(
        '<svg class="chart calibration" viewBox="0 0 {} {}" role="img" aria-label="Calibration of champion and '
        'challenger: stated risk against the abusive share">{}{}{}</svg>'
    ).format(_LEFT + _SIDE + 20, _TOP + _SIDE + 48, _axes(), diagonal, Markup("").join(drawn))


def _axes() -> Markup:
    lines = []
    for tick in _TICKS:
        x, y = _x(tick), _y(tick)
        lines.append(
            Markup(
                '<line class="grid-line" x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}"/>'
                '<text x="{0:.1f}" y="{3}" text-anchor="middle">{4}</text>'
                '<line class="grid-line" x1="{5}" y1="{6:.1f}" x2="{7}" y2="{6:.1f}"/>'
                '<text x="{8}" y="{9:.1f}" text-anchor="end">{4}</text>'
            ).format(
                x, _TOP, _TOP + _SIDE, _TOP + _SIDE + 18, percent(tick),
                _LEFT, y, _LEFT + _SIDE, _LEFT - 8, y + 4,
            )
        )  # fmt: skip
    name = Markup(
        '<text class="name" x="{}" y="{}" text-anchor="middle">stated risk; upwards: abusive share</text>'
    )
    return Markup("").join(lines) + name.format(_LEFT + _SIDE / 2, _TOP + _SIDE + 40)


def _point(one: Bin, side: str, aside: float) -> Markup:
    """Draw a group a little beside its place, so that the two models do not hide each other."""
    x = _x(one.stated) + aside
    title = f"{side}: {percent(one.happened)} abusive where {percent(one.stated)} was stated, {one.rows:,} rows"
    return Markup(
        '<g class="{}"><title>{}</title><line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>'
        '<circle cx="{:.1f}" cy="{:.1f}" r="4"/></g>'
    ).format(side, title, x, _y(one.low), x, _y(one.high), x, _y(one.happened))


def _x(share: float) -> float:
    return _LEFT + _SIDE * _place(share)


def _y(share: float) -> float:
    return _TOP + _SIDE * (1.0 - _place(share))


def _place(share: float) -> float:
    """Return where a share lies on an axis, in [0, 1]."""
    return 1.0 - math.log(min(max(share, _LEAST), 1.0)) / math.log(_LEAST)


def changes_chart(changes: Sequence[Change]) -> Markup:
    """Draw by how much features gained (right) or lost (left) weight; empty without any."""
    top = max((abs(one.by) for one in changes), default=0.0)
    if not top:
        return Markup("")
    rows = [_change(place, one, top) for place, one in enumerate(changes)]
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="Features that gained or lost '
        'weight">{}</svg>'
    ).format(_NAMES + 2 * _HALF + 20, 26 * len(rows), Markup("").join(rows))


def _change(place: int, one: Change, top: float) -> Markup:
    middle, y, length = _NAMES + _HALF, 26 * place, (_HALF - 70) * abs(one.by) / top
    left = middle if one.by > 0 else middle - length
    said_at, anchor = (left + length + 6, "start") if one.by > 0 else (left - 6, "end")
    return Markup(
        '<text class="name" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="14" rx="3"/>'
        '<text x="{:.1f}" y="{}" text-anchor="{}">{:+.1f} pt</text>'
    ).format(
        _NAMES - 8, y + 16, f"{one.feature[:_MOST_LETTERS]} ({one.subject})", "candidate" if one.by > 0 else "champion",
        left, y + 5, max(length, 1), said_at, y + 16, anchor, 100 * one.by,
    )  # fmt: skip


def gates_in_order(trial: Trial) -> tuple[GateResult, ...]:
    """Return what holds back first, then what could not be judged, then what passed."""
    return tuple(sorted(trial.gates, key=lambda one: (not one.holds_back, one.passed is True)))
