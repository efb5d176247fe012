"""A backtest as tables for people."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_SHOWN: Final = (
    ("mail_leaked", "abusive mail leaked", "count"),
    ("leaked_share", "  of all abusive mail", "share"),
    ("good_mail_delayed", "good mail delayed or refused", "count"),
    ("delayed_share", "  of all good mail", "share"),
    ("false_stops", "false stops (good campaigns held or stopped)", "count"),
    ("accounts_throttle", "accounts throttled", "count"),
    ("accounts_review", "accounts held for review", "count"),
    ("accounts_terminate", "accounts terminated", "count"),
    ("review_hours", "review hours", "hours"),
    ("cost", "cost", "money"),
    ("unseen_mail", "mail that no log tells the fate of", "count"),
)
_SEGMENT: Final = ("leaked_share", "delayed_share", "false_stops", "cost")


def print_backtest(console: Console, report: Mapping[str, Any]) -> None:
    """Print a report of `training.backtest.report_on`."""
    console.print(
        f"[bold]{escape(report['draft'])}[/bold] against [bold]{escape(report['live'])}[/bold]: "
        f"{report['decisions']:,} decisions on {report['accounts']:,} accounts, "
        f"{report['campaigns']:,} campaigns, {report['days']:.0f} days"
    )
    if not report["decisions"]:
        return
    console.print(_figures(report["figures"]))
    console.print(_segments(report["segments"]))
    console.print(_changes(report["changed"]))
    if report["examples"]:
        console.print(_examples(report["examples"]))
    for line in _notes(report):
        console.print(line, style="dim", markup=False)


def _figures(figures: Mapping[str, Any]) -> Table:
    table = Table("", "in force", "draft", "change", title="Point estimate, 95 % interval")
    for name, title, kind in _SHOWN:
        sides = figures[name]
        table.add_row(title, *(_cell(sides[side], kind) for side in ("live", "draft", "change")))
    return table


def _cell(interval: Sequence[float], kind: str) -> str:
    value, low, high = (shown(number, kind) for number in interval)
    return f"{value} ({low} to {high})"


def shown(number: float, kind: str) -> str:
    """Return a figure as people read it."""
    if kind == "share":
        return f"{100 * number:.2f} %"
    return (
        f"{number:,.1f}" if kind in ("hours", "money") and abs(number) < 100 else f"{number:,.0f}"
    )


def _segments(segments: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("", "", "accounts", title="By segment: in force, then draft")
    for name in ("leaked", "good mail delayed", "false stops", "cost"):
        table.add_column(name)
    for one in segments:
        cells = [
            f"{shown(one['figures'][name]['live'][0], kind)} → "
            f"{shown(one['figures'][name]['draft'][0], kind)}"
            for name, kind in zip(_SEGMENT, ("share", "share", "count", "money"), strict=True)
        ]
        table.add_row(one["by"], escape(one["value"]), f"{one['accounts']:,}", *cells)
    return table


def _changes(changed: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("subject", "in force", "draft", "decisions", title="Decisions that change")
    for one in changed:
        table.add_row(one["subject"], one["from"], one["to"], f"{one['decisions']:,}")
    if not changed:
        table.add_row("none", "", "", "")
    return table


def _examples(examples: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("account", "subject", "mails", "risk", "abusive", "in force", "draft")
    table.title = "Examples, most mail first"
    for one in examples:
        risk = "" if one["risk"] is None else f"{100 * one['risk']:.0f} %"
        known = f"{100 * one['abusive']:.0f} % ({one['known_by']})" if "abusive" in one else ""
        mails = f"{one['mails']:,}" if "mails" in one else ""
        subject = f"{one['subject']} {escape(one['subject_id'])}"
        table.add_row(
            escape(one["account_id"]), subject, mails, risk, known, one["from"], one["to"]
        )
    return table


def _notes(report: Mapping[str, Any]) -> list[str]:
    own = report["agreement"]
    notes = ["What this can and cannot tell:"]
    notes += [f"- {limit}" for limit in report["limits"]]
    if own["decisions"]:
        notes.append(
            f"- Replayed, the policy in force does what was done in {own['same']:,} of "
            f"{own['decisions']:,} decisions, and lets {own['replayed']:,} mails out where "
            f"{own['handed']:,} went."
        )
    known = ", ".join(f"{count:,} by {name}" for name, count in sorted(report["known_by"].items()))
    notes.append(f"- Whether campaigns were abusive is known: {known}.")
    notes += [f"- {count:,} {what}." for what, count in report["odd"].items()]
    return notes


def print_truth(
    console: Console,
    report: Mapping[str, Any],
    really: Mapping[str, float],
    compared: Mapping[str, str],
) -> None:
    """Print the estimate beside what really running the draft on the world came to."""
    table = Table("", "estimated from the log", "really run", title="The draft on this world")
    for name, own in compared.items():
        table.add_row(
            name.replace("_", " "),
            _cell(report["figures"][name]["draft"], "share"),
            shown(really[own], "share"),
        )
    console.print(table)
