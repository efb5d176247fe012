"""The wait by threshold and number of reviewers, and when cases come."""

import math
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from service.console.words import number
from service.desk.capacity import Capacity

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 330, 66, 120, 16, 56
# Waits are told apart on a logarithm: a minute and an hour matter as an hour and a day do.
_LEAST, _MOST = 0.5, 7 * 1_440.0
_TICKS: Final = {1: "1 min", 10: "10 min", 60: "1 h", 240: "4 h", 1_440: "1 day", 4_320: "3 days"}
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CELL: Final = 22


def minutes(value: float | None) -> str:
    """A wait in the unit in which people speak of it."""
    if value is None:
        return "without end"
    for unit, length in (("days", 2_880.0), ("h", 60.0)):
        if value >= length:
            size = 1_440.0 if unit == "days" else 60.0
            return f"{value / size:.1f} {unit}"
    return f"{value:.0f} min"


def waits_chart(found: Capacity) -> Markup:
    """Draw the wait that nine in ten stay within by threshold, one line a number of reviewers.

    A line ends where the queue would grow without end; empty where there is nothing to choose from.
    """
    if found.threshold is None or len(found.options) < 2:
        return Markup("")
    places = {
        one.threshold: _LEFT + (_WIDTH - _LEFT - _RIGHT) * place / (len(found.options) - 1)
        for place, one in enumerate(found.options)
    }
    lines = _lines(found, places)
    due = _y(found.due_minutes)
    return Markup(
        '<svg class="chart curves" viewBox="0 0 {} {}" role="img" aria-label="Wait that nine in ten cases stay '
        'within, by threshold and number of reviewers">{}<line class="due" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>'
        '<text class="said" x="{}" y="{:.1f}">due</text>{}</svg>'
    ).format(
        _WIDTH, _HEIGHT, _frame(found, places), _LEFT, due, _WIDTH - _RIGHT, due,
        _LEFT + 6, due - 5, Markup("").join(lines),
    )  # fmt: skip


def _frame(found: Capacity, places: dict[float, float]) -> Markup:
    bottom = _HEIGHT - _BOTTOM
    parts = [
        Markup(
            '<line class="grid-line" x1="{0}" y1="{1:.1f}" x2="{2}" y2="{1:.1f}"/>'
            '<text x="{3}" y="{4:.1f}" text-anchor="end">{5}</text>'
        ).format(_LEFT, _y(tick), _WIDTH - _RIGHT, _LEFT - 8, _y(tick) + 4, words)
        for tick, words in _TICKS.items()
    ]
    for one in found.options:
        x = places[one.threshold]
        css = "name" if one.is_today else "said"
        parts.append(
            Markup('<text class="{}" x="{:.1f}" y="{}" text-anchor="middle">{:g}</text>').format(
                css, x, bottom + 18, one.threshold
            )
        )
        if one.is_today:
            parts.append(
                Markup(
                    '<line class="today" x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}"/>'
                    '<text class="name" x="{0:.1f}" y="{3}" text-anchor="middle">today</text>'
                ).format(x, _TOP, bottom, bottom + 34)
            )
    title = Markup(
        '<text class="said" x="{}" y="{}" text-anchor="middle">review from a risk of</text>'
    )
    return Markup("").join(parts) + title.format((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6)


def _lines(found: Capacity, places: dict[float, float]) -> list[Markup]:
    """Draw a line a number of reviewers; names of lines that end together stand under each other."""
    drawn, lowest = [], 0.0
    points = {n: _points(found, n, places) for n in found.options[0].waits}
    for n in sorted((n for n in points if points[n]), key=lambda n: (points[n][-1][1], -n)):
        lowest = max(points[n][-1][1] + 4, lowest + 16)
        drawn.append(_line(n, points[n], lowest, chosen=n == found.shift.reviewers))
    # Who was asked for is drawn last, above the others.
    return sorted(drawn, key=lambda line: 'class="chosen"' in line)


def _points(
    found: Capacity, reviewers: int, places: dict[float, float]
) -> list[tuple[float, float, str]]:
    """Return where a line goes, and what each of its points says."""
    return [
        (
            places[one.threshold], _y(wait.p90),
            f"{_people(reviewers)}, from {one.threshold:g}: {minutes(wait.p90)}",
        )
        for one in found.options
        if (wait := one.waits[reviewers]).p90 is not None
    ]  # fmt: skip


def _line(
    reviewers: int, points: Sequence[tuple[float, float, str]], name_y: float, *, chosen: bool
) -> Markup:
    dots = [
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4"><title>{}</title></circle>').format(*point)
        for point in points
    ]
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    return Markup(
        '<g class="{}"><polyline points="{}"/>{}<text class="said" x="{}" y="{:.1f}">{}</text></g>'
    ).format(
        "chosen" if chosen else "other", joined, Markup("").join(dots), _WIDTH - _RIGHT + 20, name_y,
        _people(reviewers),
    )  # fmt: skip


def _people(count: int) -> str:
    return "1 reviewer" if count == 1 else f"{count} reviewers"


def _y(value: float | None) -> float:
    share = math.log(min(max(value or _LEAST, _LEAST), _MOST) / _LEAST) / math.log(_MOST / _LEAST)
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * share


def week_chart(rates: Sequence[float]) -> Markup:
    """Draw when cases come: a row a day, an hour a cell, the darker the more; empty without any."""
    top = max(rates, default=0.0)
    if not top:
        return Markup("")
    cells = [
        Markup('<rect class="busy-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(
            math.ceil(4 * rate / top), 40 + (place % 24) * _CELL, (place // 24) * _CELL, _CELL - 2,
            _CELL - 2, f"{_DAYS[place // 24]} {place % 24:02d}:00, {number(rate)} cases an hour",
        )
        for place, rate in enumerate(rates)
    ]  # fmt: skip
    names = [
        Markup('<text x="30" y="{}" text-anchor="end">{}</text>').format(place * _CELL + 15, day)
        for place, day in enumerate(_DAYS)
    ]
    hours = [
        Markup('<text x="{}" y="{}">{:02d}</text>').format(42 + hour * _CELL, 7 * _CELL + 16, hour)
        for hour in (0, 6, 12, 18)
    ]
    label = f"Cases by hour of the week, {number(round(sum(rates), 1))} a week"
    return Markup(
        '<svg class="chart week" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(40 + 24 * _CELL, 7 * _CELL + 22, label, Markup("").join([*cells, *names, *hours]))
