"""Charts of a case as SVG: rates by provider, the make-up of a list, the evidence of running mail."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from features.deliverability import Rate
from features.records import Segment
from service.console.words import number, percent, plain
from service.deliverability.subjects import WindowView
from service.desk.running import Weighed
from service.stores.contract import Overlap

_ROW: Final = 30
_Z90: Final = 1.645
_PROVIDERS: Final = 8
_LABEL, _PLOT, _END = 150, 380, 130
_MAKE_UP: Final = {
    "list_corporate_share": ("organisations", "m0"), "list_free_mail_share": ("free mail", "m1"),
    "list_institution_share": ("schools and government", "m2"),
    "list_role_share": ("role addresses", "m3"), "list_disposable_share": ("throw-away", "m4"),
    "list_typo_share": ("typos", "m5"), "list_gibberish_share": ("gibberish", "m6"),
    "list_consent_known_share": ("with opt-in time", "m1"),
    "list_engaged_90d_share": ("engaged in 90 days", "m1"),
    "list_hard_bounced_share": ("bounced elsewhere", "m4"),
    "list_overlap_stranger_max": ("shared with a stranger's list", "m5"),
}  # fmt: skip


def rates_chart(providers: Mapping[str, WindowView], metric: str, label: str) -> Markup:
    """Draw one rate by provider: a bar, its 90 % interval, and a tick at the account's own past."""
    rates = {name: view.rates[metric] for name, view in providers.items() if metric in view.rates}
    most = sorted(rates.items(), key=lambda pair: -pair[1].n)
    known = {name: rate for name, rate in most[:_PROVIDERS] if rate.rate is not None}
    if not known:
        return Markup("")
    top = max(max(r.rate or 0, r.baseline or 0, min(r.high or 0, 3 * (r.rate or 0))) for r in known.values()) or 0.01  # fmt: skip
    rows = [_rate_row(i, name, rate, top) for i, (name, rate) in enumerate(known.items())]
    return _svg(len(rows), f"{label} by mailbox provider, 7 days", rows)


def _rate_row(place: int, name: str, rate: Rate, top: float) -> Markup:
    y, value = place * _ROW, rate.rate or 0.0
    parts = [_bar_row(y, name[:22], value, top, "up" if _worse(rate) else "sent")]
    low, high = _x(rate.low or 0, top), _x(min(rate.high or 0, top), top)
    parts.append(Markup('<path class="whisker" d="M{:.1f} {} H{:.1f}"/>').format(low, y + 15, high))
    if rate.baseline is not None:
        at = _x(min(rate.baseline, top), top)
        parts.append(Markup('<path class="own" d="M{:.1f} {} v22"/>').format(at, y + 4))
    said = f"{percent(rate.rate)} of {rate.n:,}"
    own = "" if rate.baseline is None else f"; own past {percent(rate.baseline)}"
    title = Markup("<title>{}</title>").format(f"{name}: {said}{own}")
    text = Markup('<text class="said" x="{}" y="{}">{}</text>').format(
        _LABEL + _PLOT + 10, y + 20, said
    )
    return Markup("<g>{}{}{}</g>").format(title, Markup("").join(parts), text)


def _worse(rate: Rate) -> bool:
    """Return whether a rate is surely above the account's own past."""
    return rate.z is not None and rate.z > 2.0


def shares_chart(numbers: Mapping[str, float]) -> Markup:
    """Draw what a list is made of, each share of its rows by itself."""
    known = [
        (words, numbers[name], css)
        for name, (words, css) in _MAKE_UP.items()
        if not math.isnan(numbers.get(name, math.nan))
    ]
    if not known:
        return Markup("")
    rows = []
    for place, (words, value, css) in enumerate(known):
        y = place * 24
        rows.append(
            Markup(
                '<text class="name" x="{}" y="{}" text-anchor="end">{}</text>'
                '<rect class="track" x="{}" y="{}" width="{}" height="12" rx="3"/>'
                '<rect class="{}" x="{}" y="{}" width="{:.1f}" height="12" rx="3"/>'
                '<text class="said" x="{}" y="{}">{}</text>'
            ).format(
                _LABEL + 40, y + 16, words, _LABEL + 50, y + 6, 360, css, _LABEL + 50, y + 6,
                360 * min(value, 1.0), _LABEL + 420, y + 16, percent(value),
            )
        )  # fmt: skip
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="What the list is made of">{}</svg>'
    ).format(_LABEL + _PLOT + _END, 24 * len(rows) + 4, Markup("").join(rows))


def segments_chart(segments: Sequence[Segment], most: int = 8) -> Markup:
    """Draw the segments with the most expected bounces: a bar a segment, its rows beside it."""
    known = [s for s in segments if s.expected_hard_bounce_rate is not None and s.rows]
    known = sorted(known, key=lambda s: -(s.expected_hard_bounce_rate or 0) * s.rows)[:most]
    if not known:
        return Markup("")
    top = max(s.expected_hard_bounce_rate or 0 for s in known) or 0.01
    rows = []
    for place, one in enumerate(known):
        y, rate = place * _ROW, one.expected_hard_bounce_rate or 0.0
        said = f"{percent(rate)} of {one.rows:,}"
        rows.append(_bar_row(y, f"{one.value}"[:22], rate, top, "up"))
        rows.append(
            Markup('<text class="said" x="{}" y="{}">{}</text>').format(
                _LABEL + _PLOT + 10, y + 20, said
            )
        )
    return _svg(len(known), "Expected hard bounces by segment", rows)


def overlaps_chart(overlaps: Sequence[Overlap], most: int = 12) -> Markup:
    """Draw how much of a list is in others': a bar a list with its 90 % interval."""
    known = overlaps[:most]
    if not known:
        return Markup("")
    top = max(min(one.containment + _Z90 * one.standard_error, 1.0) for one in known) or 0.01
    rows = []
    for place, one in enumerate(known):
        y, name = place * _ROW, one.list_id if one.known_bad else f"{one.account_id}: {one.list_id}"
        error = _Z90 * one.standard_error
        low, high = max(one.containment - error, 0.0), min(one.containment + error, 1.0)
        rows.append(_bar_row(y, name[:24], one.containment, top, "up" if one.known_bad else "sent"))
        rows.append(
            Markup(
                '<path class="whisker" d="M{:.1f} {} H{:.1f}"/>'
                '<text class="said" x="{}" y="{}">{}</text>'
            ).format(
                _x(low, top), y + 15, _x(high, top), _LABEL + _PLOT + 10, y + 20,
                percent(one.containment),
            )
        )  # fmt: skip
    return _svg(len(known), "Share of this list that other lists hold", rows)


def evidence_chart(one: Weighed) -> Markup:
    """Draw the evidence of each signal and of all together, against where it pauses and stops."""
    top = max([one.limit * 1.15, one.total, *(s.log_e_value for s in one.signals)])
    rows = [_evidence_row(0, "all together", one.total, top, _odds(one.total))]
    for place, signal in enumerate(one.signals, start=1):
        said = f"{signal.k:,} of {signal.n:,}, limit {percent(signal.limit)}"
        rows.append(_evidence_row(place, plain(signal.signal), signal.log_e_value, top, said))
    height = _ROW * len(rows)
    for at, css, words in ((one.pause, "pause", "pauses"), (one.limit, "stop", "stops")):
        x = _x(at, top)
        rows.append(
            Markup(
                '<path class="mark {}" d="M{:.1f} 0 V{}"/><text class="said" x="{:.1f}" y="{}" '
                'text-anchor="middle">{}</text>'
            ).format(css, x, height + 4, x, height + 18, words)
        )
    label = f"Evidence {_odds(one.total)}; it stops at {_odds(one.limit)}"
    return _svg(len(one.signals) + 1, label, rows, 24)


def _evidence_row(place: int, name: str, value: float, top: float, said: str) -> Markup:
    css = "score" if place == 0 else "up" if value > 0 else "down"
    y = place * _ROW
    text = Markup('<text class="said" x="{}" y="{}">{}</text>')
    return Markup("{}{}").format(
        _bar_row(y, name, max(value, 0.0), top, css),
        text.format(_LABEL + _PLOT + 10, y + 20, said),
    )


def _odds(log_value: float) -> str:
    """An e-value as odds against the limit."""
    return f"{number(math.exp(min(log_value, 300.0)))} : 1"


def path_chart(one: Weighed) -> Markup:
    """Draw how the evidence grew with the mails handed over."""
    if len(one.path) < 2:
        return Markup("")
    width, height, left = _LABEL + _PLOT + _END, 150, 46
    top = max(one.limit * 1.1, *(value for *_, value in one.path))
    low = min(0.0, *(value for *_, value in one.path))
    most = max(mails for _, mails, _ in one.path) or 1

    def y(value: float) -> float:
        return 8 + (height - 30) * (1 - (value - low) / (top - low))

    points = " ".join(
        f"{left + (width - left - 70) * mails / most:.1f},{y(value):.1f}"
        for _, mails, value in one.path
    )
    marks = [
        Markup(
            '<path class="mark {}" d="M{} {:.1f} H{}"/><text class="said" x="{}" y="{:.1f}">{}</text>'
        ).format(css, left, y(at), width - 66, width - 62, y(at) + 4, words)
        for at, css, words in ((one.pause, "pause", "pauses"), (one.limit, "stop", "stops"))
    ]
    text = Markup('<text class="said" x="{}" y="{}">{}</text>').format(
        left, height - 4, f"0 to {most:,} mails handed over"
    )
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="How the evidence grew">'
        '{}<polyline class="path" points="{}"/>{}</svg>'
    ).format(width, height, Markup("").join(marks), points, text)


def _x(value: float, top: float) -> float:
    return _LABEL + _PLOT * max(value, 0.0) / top


def _bar_row(y: int, name: str, value: float, top: float, css: str) -> Markup:
    return Markup(
        '<text class="name" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="{}" x="{}" y="{}" width="{:.1f}" height="16" rx="3"/>'
    ).format(_LABEL - 10, y + 20, name, css, _LABEL, y + 7, max(_x(value, top) - _LABEL, 1.5))


def _svg(rows: int, label: str, parts: Sequence[Markup], foot: int = 4) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(_LABEL + _PLOT + _END, rows * _ROW + foot, label, Markup("").join(parts))
