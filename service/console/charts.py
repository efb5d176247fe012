"""Charts as SVG, drawn on the server: readable without script, sized by the page's style.

Colours come from classes, so that light and dark are the style sheet's business.
"""

from collections.abc import Sequence

from markupsafe import Markup

from models.waterfall import Step
from service.console.words import percent, plain
from service.desk.dossier import Day

_ROW, _LABEL, _PLOT, _END = 26, 220, 380, 80


def waterfall_chart(steps: Sequence[Step]) -> Markup:
    """Draw the way from base rate to score: one bar a step, up is red, down is green."""
    if not steps:
        return Markup("")
    start, end = steps[0].before, steps[-1].after
    top = max([start, end, *(max(s.before, s.after) for s in steps)]) or 1.0

    def x(risk: float) -> float:
        return _LABEL + _PLOT * risk / top

    rows = [_bar(0, "Base rate", "base", x(0), x(start), percent(start))]
    for place, step in enumerate(steps, start=1):
        kind = "up" if step.after >= step.before else "down"
        change = 100 * (step.after - step.before)
        rows.append(
            _bar(place, plain(step.code), kind, x(step.before), x(step.after), f"{change:+.1f} pt")
        )
    rows.append(_bar(len(steps) + 1, "Risk", "score", x(0), x(end), percent(end)))
    height = _ROW * (len(steps) + 2)
    label = f"From a base rate of {percent(start)} to a risk of {percent(end)}"
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(_LABEL + _PLOT + _END, height, label, Markup("").join(rows))


def _bar(place: int, name: str, kind: str, left: float, right: float, said: str) -> Markup:
    low, high = sorted((left, right))
    y = place * _ROW
    return Markup(
        '<text class="name" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="16" rx="3"/>'
        '<text class="said" x="{:.1f}" y="{}">{}</text>'
    ).format(
        _LABEL - 10, y + 17, name, kind, low, y + 5, max(high - low, 2), high + 6, y + 17, said
    )


def days_chart(days: Sequence[Day]) -> Markup:
    """Draw mails a day as bars, with hard bounces stacked in red and complaints as dots."""
    top = max((day.sent for day in days), default=0)
    if not top:
        return Markup("")
    width, height, step = 660, 150, 660 / len(days)
    parts = []
    for place, day in enumerate(days):
        sent, bad = 110 * day.sent / top, 110 * min(day.hard_bounces, day.sent) / top
        x = place * step + 2
        title = (
            f"{day.starts_at:%d %b}: {day.sent:,} sent, {day.hard_bounces:,} hard bounces, "
            f"{day.complaints:,} complaints"
        )
        dot = Markup('<circle class="complaint" cx="{:.1f}" cy="{:.1f}" r="3.5"/>').format(
            x + (step - 4) / 2, max(120 - sent - 7, 5)
        )
        parts.append(
            Markup(
                '<g><title>{}</title><rect class="sent" x="{:.1f}" y="{:.1f}" width="{:.1f}" '
                'height="{:.1f}" rx="2"/><rect class="bounced" x="{:.1f}" y="{:.1f}" '
                'width="{:.1f}" height="{:.1f}"/>{}</g>'
            ).format(
                title, x, 120 - sent, step - 4, sent, x, 120 - bad, step - 4, bad,
                dot if day.complaints else "",
            )
        )  # fmt: skip
        if place % 7 == 0:
            parts.append(
                Markup('<text class="said" x="{:.1f}" y="142">{}</text>').format(
                    x, f"{day.starts_at:%d %b}"
                )
            )
    sent_sum, bad_sum = sum(d.sent for d in days), sum(d.hard_bounces for d in days)
    label = f"{len(days)} days: {sent_sum:,} sent, {bad_sum:,} hard bounces"
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(width, height, label, Markup("").join(parts))
