"""Small charts of the first page: sparklines, and what takes points from the platform's health."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from features.deliverability import Health
from service.console.words import number, plain

_WIDTH, _HEIGHT = 168, 36
_WEEK: Final = 7


def sparkline(days: Sequence[float], said: str, css: str = "") -> Markup:
    """Draw four weeks as bars, the last seven days stronger; `said` names what they are."""
    top = max(days, default=0.0)
    if not top:
        return Markup("")
    step = _WIDTH / len(days)
    bars = [
        Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1"/>').format(
            "week" if place >= len(days) - _WEEK else "old",
            place * step, _HEIGHT - _HEIGHT * value / top, step - 1.5,
            max(_HEIGHT * value / top, 0.8 if value else 0),
        )
        for place, value in enumerate(days)
    ]  # fmt: skip
    week, month = sum(days[-_WEEK:]), sum(days)
    label = f"{said}: {number(week)} in 7 days, {number(month)} in {len(days)} days"
    return Markup(
        '<svg class="spark {}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><title>{}</title>{}</svg>'
    ).format(css, _WIDTH, _HEIGHT, label, label, Markup("").join(bars))


def line(days: Sequence[float | None], said: str) -> Markup:
    """Draw a rate by day as a line; days without mail are left out."""
    known = [(place, value) for place, value in enumerate(days) if value is not None]
    top = max((value for _, value in known), default=0.0)
    if len(known) < 2 or not top:
        return Markup("")
    step = (_WIDTH - 4) / (len(days) - 1)
    points = " ".join(
        f"{2 + place * step:.1f},{_HEIGHT - 2 - (_HEIGHT - 5) * value / top:.1f}"
        for place, value in known
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><title>{}</title><polyline points="{}"/></svg>'
    ).format(_WIDTH, _HEIGHT, said, said, points)


def health_chart(health: Health) -> Markup:
    """Draw the score as a ring, 100 clean."""
    if health.score is None:
        return Markup("")
    around = 2 * 3.14159265 * 42
    css = "good" if health.score >= 80 else "fair" if health.score >= 50 else "poor"
    lost = ", ".join(f"{plain(p.name)} takes {p.lost:g}" for p in health.parts if p.lost) or "clean"
    return Markup(
        '<svg class="ring {}" viewBox="0 0 100 100" role="img" aria-label="Health {} of 100: {}">'
        '<circle class="track" cx="50" cy="50" r="42"/><circle class="value" cx="50" cy="50" r="42" '
        'stroke-dasharray="{:.1f} {:.1f}" transform="rotate(-90 50 50)"/>'
        '<text x="50" y="59" text-anchor="middle">{:.0f}</text></svg>'
    ).format(css, f"{health.score:.0f}", lost, around * health.score / 100, around, health.score)
