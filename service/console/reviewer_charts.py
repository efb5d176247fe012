"""Shares with their intervals, one row each: how far people agree."""

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from models.agreement import Agreement
from service.console.words import percent

_NAMES, _PLOT, _SAID, _ROW = 150, 300, 190, 30
_MOST_LETTERS: Final = 18
_TICKS: Final = (0.0, 0.5, 1.0)


def agreement_chart(groups: Mapping[str, Agreement], said: str) -> Markup:
    """Draw the share of verdicts alike and its 90 % interval; `said` names the groups.

    Groups that nobody judged twice are left out; empty without any.
    """
    known = [(name, one) for name, one in groups.items() if one.pairs]
    if not known:
        return Markup("")
    height = _ROW * len(known) + 24
    lines = [
        Markup(
            '<line class="grid-line" x1="{0:.1f}" y1="0" x2="{0:.1f}" y2="{1}"/>'
            '<text x="{0:.1f}" y="{2}" text-anchor="middle">{3}</text>'
        ).format(_x(tick), height - 20, height - 4, percent(tick))
        for tick in _TICKS
    ]
    rows = [_row(place, name, one) for place, (name, one) in enumerate(known)]
    return Markup(
        '<svg class="chart intervals" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>'
    ).format(_NAMES + _PLOT + _SAID, height, said, Markup("").join(lines), Markup("").join(rows))


def _row(place: int, name: str, one: Agreement) -> Markup:
    y = place * _ROW + 14
    text = f"{percent(one.share)} of {one.pairs:,}"
    if one.alpha is not None:
        text += f", alpha {one.alpha:.2f}"
    shown = name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"
    return Markup(
        '<g><title>{}: {}, {} to {}</title><text class="name" x="{}" y="{}" text-anchor="end">{}</text>'
        '<line class="span" x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}"/><circle class="score" cx="{:.1f}" cy="{}" r="5"/>'
        '<text class="said" x="{}" y="{}">{}</text></g>'
    ).format(
        name, text, percent(one.low), percent(one.high), _NAMES - 12, y + 4, shown,
        _x(one.low or 0.0), y, _x(1.0 if one.high is None else one.high), y,
        _x(one.share or 0.0), y, _NAMES + _PLOT + 16, y + 4, text,
    )  # fmt: skip


def _x(share: float) -> float:
    return _NAMES + _PLOT * share
