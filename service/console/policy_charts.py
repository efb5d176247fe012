"""Charts of the policy lab, drawn on the server as SVG. Colours come from classes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from service.console.words import number, percent
from service.policies.weighing import Weighed, Weighing

FIGURES: Final = (
    ("leaked_share", "Abusive mail leaked", "share"),
    ("delayed_share", "Good mail delayed", "share"),
    ("false_stop_share", "Good campaigns stopped", "share"),
    ("accounts_review", "Accounts held", "count"),
    ("accounts_terminate", "Accounts terminated", "count"),
    ("review_hours", "Review hours", "count"),
    ("cost", "Cost", "count"),
)
_LABEL, _PLOT, _END, _ROW = 190, 330, 150, 46


def shown(value: float, kind: str) -> str:
    return percent(value) if kind == "share" else number(value)


def backtest_chart(figures: Mapping[str, Any]) -> Markup:
    """Draw each figure in force and under the draft, with its interval, on a scale of its own."""
    rows = []
    for place, (name, title, kind) in enumerate(FIGURES):
        live, draft = figures[name]["live"], figures[name]["draft"]
        top = max(live[2], draft[2]) or 1.0
        y = place * _ROW
        rows.append(
            Markup('<text class="name" x="{}" y="{}" text-anchor="end">{}</text>').format(
                _LABEL - 12, y + 26, title
            )
        )
        rows.append(_range(y + 12, live, top, "before", shown(live[0], kind)))
        rows.append(_range(y + 30, draft, top, "after", shown(draft[0], kind)))
    height = _ROW * len(FIGURES)
    label = "Figures in force and under the draft with 95 % intervals"
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(_LABEL + _PLOT + _END, height, label, Markup("").join(rows))


def _range(y: int, interval: Sequence[float], top: float, kind: str, said: str) -> Markup:
    value, low, high = (_LABEL + _PLOT * max(one, 0.0) / top for one in interval)
    return Markup(
        '<line class="{0}" x1="{1:.1f}" x2="{2:.1f}" y1="{3}" y2="{3}"/>'
        '<circle class="{0}" cx="{4:.1f}" cy="{3}" r="5"/>'
        '<text class="said" x="{5}" y="{6}">{7}</text>'
    ).format(kind, low, max(high, low + 1), y, value, _LABEL + _PLOT + 14, y + 4, said)


def frontier_chart(found: Weighing) -> Markup:
    """Draw what was tried by review needed and cost, the frontier, what is and what is proposed."""
    width, height, left, bottom = 640, 300, 70, 44
    most_x = max(one.minutes for one in found.tried) * 1.05 or 1.0
    costs = [one.cost for one in found.tried]
    low, high = min(costs), max(costs)
    span = (high - low) or 1.0

    def x(one: Weighed) -> float:
        return left + (width - left - 20) * one.minutes / most_x

    def y(one: Weighed) -> float:
        return 20 + (height - bottom - 30) * (high - one.cost) / span

    dots = [_dot("tried", x(one), y(one), 3) for one in found.tried]
    line = " ".join(f"{x(one):.1f},{y(one):.1f}" for one in found.edge)
    dots.append(Markup('<polyline class="edge" points="{}"/>').format(line))
    dots.append(_dot("now", x(found.now), y(found.now), 7))
    if found.best is not None:
        dots.append(_dot("best", x(found.best), y(found.best), 7))
    ticks = [
        Markup('<text class="said" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            left + (width - left - 20) * part, height - 24, number(most_x * part)
        )
        for part in (0.0, 0.5, 1.0)
    ]
    sides = [
        Markup('<text class="said" x="{}" y="{}" text-anchor="end">{}</text>').format(
            left - 10, at, number(cost)
        )
        for at, cost in ((26, high), (height - bottom - 6, low))
    ]
    axis = Markup('<text class="name" x="{}" y="{}" text-anchor="middle">{}</text>').format(
        (width + left) / 2, height - 4, "Reviewer's minutes a day"
    )
    label = f"Cost a day by reviewer's minutes: {len(found.tried)} sets of thresholds"
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(width, height, label, Markup("").join([*dots, *ticks, *sides, axis]))


def _dot(kind: str, x: float, y: float, radius: int) -> Markup:
    return Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{}"/>').format(kind, x, y, radius)
