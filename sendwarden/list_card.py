"""A list's make-up as a card for people to read."""

from math import isnan
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from features.lists import ListScan
from features.lists.numbers import TABLE
from models.reasons.amounts import amount

_BAR_WIDTH: Final = 30
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


def list_card(found: ListScan, title: str) -> RenderableType:
    """Return a panel with the counts, the make-up as a bar, the numbers and the segments."""
    parts: list[RenderableType] = [_counts(found), _picture(found), _numbers(found)]
    if found.segments:
        parts.append(_segments(found))
    return Panel(Group(*parts), title=title, title_align="left", border_style="blue")


def _counts(found: ListScan) -> Text:
    return Text(
        f"{found.rows:,} rows: {found.valid:,} addresses, {found.duplicates:,} of them repeated; "
        f"{found.invalid:,} without an address"
    )


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


def _segments(found: ListScan) -> Table:
    table = Table("segment", "value", "rows", box=None, pad_edge=False)
    for segment in found.segments:
        table.add_row(segment.by.replace("_", " "), Text(segment.value), f"{segment.rows:,}")
    return table
