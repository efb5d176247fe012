"""A list's make-up as a card for people to read."""

from collections.abc import Sequence
from math import isnan
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from features.lists import ListScan
from features.lists.cells import AGES
from features.lists.numbers import TABLE
from features.records import Segment
from models.reasons.amounts import amount
from models.segments import is_sendable
from sendwarden.list_forecast import Outlook

_BAR_WIDTH: Final = 30
_MENDED: Final = 5
_AGE_COLOURS: Final = ("green", "cyan", "yellow", "red", "bright_black")
# Shown as parts of a whole, in this order: name, words, colour.
_MAKE_UP: Final = (
    ("list_free_mail_share", "free mail", "cyan"),
    ("list_corporate_share", "organisations' own domains", "blue"),
    ("list_disposable_share", "throw-away domains", "red"),
    ("list_typo_share", "mistyped domains", "yellow"),
)
# From which share on a number is marked: about what honest lists seldom reach.
_NOTABLE: Final = {
    "list_invalid_share": 0.02, "list_duplicate_share": 0.05, "list_role_share": 0.05,
    "list_disposable_share": 0.01, "list_typo_share": 0.01, "list_gibberish_share": 0.05,
    "list_variant_share": 0.02, "list_top_stem_share": 0.02, "list_sequence_share": 0.02,
    "list_alphabetical_order": 0.5, "list_domain_order": 0.5, "list_consent_burst_share": 0.1,
    "list_consent_same_second_share": 0.2, "list_consent_same_day_share": 0.5,
    "list_consent_old_share": 0.2, "list_consent_future_share": 0.001, "list_opt_in_ip_reuse": 0.1,
    "list_opt_in_source_bought_share": 0.001, "list_engaged_before_consent_share": 0.05,
    "list_engaged_future_share": 0.001,
}  # fmt: skip
_SECTIONS: Final = {
    "addresses": "list_invalid_share list_duplicate_share list_role_share list_institution_share "
    "list_gibberish_share list_variant_share list_year_share list_top_stem_share",
    "order": "list_sequence_share list_alphabetical_order list_domain_order",
    "domains": "list_top_domain_share list_top_corporate_share list_top_tld_share",
    "consent": "list_consent_known_share list_consent_age_days list_consent_old_share "
    "list_consent_burst_share list_consent_same_second_share list_consent_same_day_share "
    "list_consent_future_share list_opt_in_ip_known_share list_opt_in_ip_reuse "
    "list_opt_in_source_known_share list_opt_in_source_bought_share",
    "engagement": "list_engaged_known_share list_engaged_age_days list_engaged_90d_share "
    "list_engaged_before_consent_share list_engaged_future_share",
}
_DESCRIBED: Final = {number.name: number for number in TABLE}


def list_card(found: ListScan, title: str, outlook: Outlook | None = None) -> RenderableType:
    """Return a panel: counts, the make-up as bars, what to mend, the numbers, segments, outlook."""
    parts: list[RenderableType] = [_counts(found), _picture(found), _ages(found)]
    if found.bad_rows or found.slips:
        parts.append(_to_mend(found))
    parts.append(_numbers(found))
    segments = outlook.segments if outlook else found.segments
    if segments:
        parts.append(_segments(segments))
    if outlook:
        parts.append(_outlook(outlook))
    return Panel(Group(*parts), title=title, title_align="left", border_style="blue")


def _counts(found: ListScan) -> Text:
    return Text(
        f"{_counted(found.rows, 'row', 'rows')}: {_counted(found.valid, 'address', 'addresses')}, "
        f"{found.duplicates:,} of {'it' if found.valid == 1 else 'them'} repeated; "
        f"{found.invalid:,} without an address"
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _picture(found: ListScan) -> Text:
    bar, legend = Text(), Text()
    left = _BAR_WIDTH
    for name, words, colour in _MAKE_UP:
        share = found.numbers[name]
        if isnan(share) or share == 0:
            continue
        width = min(max(round(share * _BAR_WIDTH), 1), left)
        left -= width
        bar.append("█" * width, colour)
        legend.append("  ■ ", colour)
        legend.append(f"{words} {amount(share, 'share')}", "default")
    return Text.assemble(bar, "░" * left, legend)


def _numbers(found: ListScan) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "", ""):
        table.add_column(heading, overflow="fold")
    for section, names in _SECTIONS.items():
        shown = [name for name in names.split() if not isnan(found.numbers[name])]
        for place, name in enumerate(shown):
            described, value = _DESCRIBED[name], found.numbers[name]
            notable = value >= _NOTABLE.get(name, float("inf"))
            words = amount(value, "share" if described.unit == "share" else described.unit)
            style = "bold yellow" if notable else ""
            table.add_row(
                "" if place else section,
                Text(words, style),
                Text(described.meaning, style or "dim"),
            )
        if not shown:
            table.add_row(section, Text("-", "dim"), Text("nothing is told", "dim"))
    return table


def _ages(found: ListScan) -> Text:
    """Return the rows by age of consent as a bar."""
    rows = dict.fromkeys(AGES, 0)
    for cell in found.cells:
        rows[cell.values[0]] += cell.rows
    bar, legend = Text(), Text()
    for (age, count), colour in zip(rows.items(), _AGE_COLOURS, strict=True):
        if count:
            bar.append("█" * max(round(count / found.valid * _BAR_WIDTH), 1), colour)
            legend.append("  ■ ", colour)
            legend.append(f"{age} {amount(count / found.valid, 'share')}", "default")
    return Text.assemble(bar, legend)


def _to_mend(found: ListScan) -> Text:
    """Return the first rows without an address by number, and slips with what they mean."""
    lines = []
    if found.bad_rows:
        shown = ", ".join(
            f"{bad.line or bad.row:,} ({bad.why})" for bad in found.bad_rows[:_MENDED]
        )
        where = "rows" if found.bad_rows[0].line is None else "lines of the file"
        more = found.invalid - len(found.bad_rows[:_MENDED])
        rest = f" and {more:,} more" if more > 0 else ""
        lines.append(f"{where} without an address: {shown}{rest}")
    lines += [
        f"{slip.domain}: {slip.meant} is meant, {_counted(slip.rows, 'row', 'rows')}"
        for slip in found.slips[:_MENDED]
    ]
    return Text("\n".join(lines), "yellow")


def _segments(segments: Sequence[Segment]) -> Table:
    table = Table(
        "segment", "value", "rows", "hard bounces", "complaints", box=None, pad_edge=False
    )
    for segment in segments:
        table.add_row(
            segment.by.replace("_", " "),
            Text(segment.value),
            f"{segment.rows:,}",
            _rate(segment.expected_hard_bounce_rate),
            _rate(segment.expected_complaint_rate),
        )
    return table


def _rate(rate: float | None) -> str:
    return "" if rate is None else f"{rate:.2%}"


def _outlook(outlook: Outlook) -> Text:
    bounces, complaints = outlook.forecast.hard_bounce_rate, outlook.forecast.complaint_rate
    text = Text(
        f"expected of all of it, for an account of which nothing is known: hard bounces "
        f"{bounces.mean:.1%} ({bounces.low:.1%} to {bounces.high:.1%}), complaints "
        f"{complaints.mean:.2%} ({complaints.low:.2%} to {complaints.high:.2%})"
    )
    cure = outlook.removal
    if cure is not None:
        names = " and ".join(f"{s.by.replace('_', ' ')} {s.value!r}" for s in cure.segments)
        text.append(
            f"\nwithout {names} ({_counted(cure.rows_removed, 'row', 'rows')}) the rest of {cure.rows_left:,} can be "
            f"sent: hard bounces {cure.after.hard_bounce_rate:.1%}, complaints "
            f"{cure.after.complaint_rate:.2%}",
            "bold",
        )
    elif not is_sendable(outlook.forecast):
        text.append("\nno removal of up to three segments makes it sendable", "bold yellow")
    return text
