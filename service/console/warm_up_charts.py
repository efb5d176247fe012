"""A warm-up as SVG: what the plan allowed, what was sent, and how it goes on if every day is good.

Volumes grow by a factor a stage, so the scale is by tens.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from models.warmup import Step
from service.deliverability.warmup import WarmUpDay, WarmUpStatus

_WIDTH, _HEIGHT, _LEFT, _FOOT = 760, 230, 62, 24
_COLUMNS: Final = 60
_AHEAD: Final = 14


class _Plot:
    """Where days and volumes lie. `columns` days from the left, `low` to `high` mails upwards."""

    def __init__(self, columns: int, low: float, high: float) -> None:
        self.step = (_WIDTH - _LEFT - 8) / max(columns, 1)
        self._low, self._range = math.log10(low), math.log10(high) - math.log10(low)

    def x(self, column: int) -> float:
        return _LEFT + column * self.step

    def y(self, mails: float) -> float:
        share = (math.log10(max(mails, 1e-9)) - self._low) / self._range
        return 8 + (_HEIGHT - _FOOT - 8) * (1 - min(max(share, 0.0), 1.0))

    @property
    def floor(self) -> float:
        return float(_HEIGHT - _FOOT)


def warm_up_chart(found: WarmUpStatus) -> Markup:
    """Draw the days of a warm-up and the way to its target."""
    days, ahead = found.days, _ahead(found)
    sent = [day.mail.handed for day in days if day.mail.handed]
    low = max(10 ** math.floor(math.log10(min([found.steps[0], *sent]))) / 2, 0.5)
    high = 1.4 * max([found.steps[-1], *sent])
    plot = _Plot(len(days) + len(ahead), low, high)
    parts = [_grid(plot, low, high)]
    parts += [_day(plot, column, day) for column, day in enumerate(days)]
    parts.append(_stairs(plot, "allowed", 0, [day.allowance for day in days]))
    if ahead:
        parts.append(_stairs(plot, "planned", len(days), ahead))
    parts.append(_dates(plot, days, len(ahead)))
    total = sum(day.mail.handed for day in days)
    label = (
        f"{found.warm_up.ip} at {found.warm_up.provider}: {total:,} mails in {len(days)} days, "
        f"stage {found.standing.stage} of {found.standing.stages}, {found.standing.today:,} today"
    )
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, _HEIGHT, label, Markup("").join(parts))


def plan_chart(steps: Sequence[int]) -> Markup:
    """Draw a plan before it begins: mails a day if every day is good."""
    plot = _Plot(len(steps), max(steps[0] / 3, 0.5), 1.4 * steps[-1])
    parts = [_grid(plot, max(steps[0] / 3, 0.5), 1.4 * steps[-1])]
    parts.append(_stairs(plot, "allowed", 0, steps))
    label = f"{len(steps)} stages from {steps[0]:,} to {steps[-1]:,} mails a day"
    said = Markup('<text class="said" x="{}" y="{}">day 1</text>').format(_LEFT, _HEIGHT - 6)
    said += Markup('<text class="said" x="{}" y="{}" text-anchor="end">day {}</text>').format(
        _WIDTH - 8, _HEIGHT - 6, len(steps)
    )
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>'
    ).format(_WIDTH, _HEIGHT, label, Markup("").join(parts), said)


def _ahead(found: WarmUpStatus) -> list[int]:
    """Return the allowances of the days to come, as far as there is room for them."""
    if found.warm_up.held_since is not None:
        return []
    room = max(_COLUMNS - len(found.days), _AHEAD)
    return list(found.steps[found.standing.stage :][:room])


def _day(plot: _Plot, column: int, day: WarmUpDay) -> Markup:
    left, width = plot.x(column), plot.step
    title = f"{day.day:%d %b}: {day.mail.handed:,} sent of {day.allowance:,} allowed"
    title += f", {day.step.value.replace('_', ' ')}" if day.step else ", today"
    parts = [Markup("<title>{}</title>").format(title)]
    if day.mail.held:
        parts.append(_rect("kept", left, 8, width, plot.floor - 8))
    if day.mail.handed:
        top = min(plot.y(day.mail.handed), plot.floor - 2)
        css = "fallen" if day.step is Step.BACKED_OFF else "sent"
        parts.append(_rect(css, left + 1, top, max(width - 2, 1), plot.floor - top))
    return Markup("<g>{}</g>").format(Markup("").join(parts))


def _rect(css: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        css, x, y, width, height
    )


def _stairs(plot: _Plot, css: str, first: int, mails: Sequence[int]) -> Markup:
    """Draw allowances as stairs, from the column `first` on."""
    points = " ".join(
        f"{plot.x(first + column + side):.1f},{plot.y(value):.1f}"
        for column, value in enumerate(mails)
        for side in (0, 1)
    )
    return Markup('<polyline class="{}" points="{}"/>').format(css, points)


def _grid(plot: _Plot, low: float, high: float) -> Markup:
    tens = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    rows = [
        Markup(
            '<path class="grid" d="M{} {:.1f} H{}"/>'
            '<text class="said" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
        ).format(_LEFT, plot.y(10**power), _WIDTH - 8, _LEFT - 8, plot.y(10**power) + 4, _short(10**power))
        for power in tens
    ]  # fmt: skip
    return Markup("").join(rows)


def _short(mails: float) -> str:
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if mails >= size:
            return f"{mails / size:g}{unit}"
    return f"{mails:g}"


def _dates(plot: _Plot, days: Sequence[WarmUpDay], ahead: int) -> Markup:
    """Name the first day, today and the last of the plan."""
    marks = [(0, f"{days[0].day:%d %b}", "start")] if len(days) > 4 else []
    marks.append((len(days) - 1, "today", "start"))
    if ahead > 5:
        last = days[-1].day + timedelta(days=ahead)
        marks.append((len(days) + ahead, f"{last:%d %b}", "end"))
    texts = [
        Markup('<text class="said" x="{:.1f}" y="{}" text-anchor="{}">{}</text>').format(
            plot.x(column), _HEIGHT - 6, anchor, words
        )
        for column, words, anchor in marks
    ]
    return Markup("").join(texts)
