"""An evaluation as tables for people."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from training.evaluate import ACTIONS, Evaluation
from training.oddities import Oddities

_MAIL: Final = (
    ("mail_leaked", "abusive mail leaked", "share"),
    ("abusive_campaigns_stopped", "abusive campaigns stopped", "share"),
    ("good_mail_delayed", "good mail delayed or refused", "share"),
    ("false_stops", "false stops (good campaigns)", "share"),
    ("false_stops_high", "  upper 95 % limit", "share"),
    ("detected", "abusive accounts ever stopped", "share"),
    ("hours_to_detect", "median hours to the first stop", "number"),
    ("mean_hours_of_detected", "mean hours, of those stopped", "number"),
    ("leaked_before_detection", "median mails leaked until then", "number"),
    ("mean_leaked_before_detection", "mean mails leaked until then", "number"),
)
_RANKING: Final = (
    ("roc_auc", "ROC AUC"),
    ("pr_auc", "PR AUC"),
    ("recall_at_0.001", "recall at 0.1 % false positives"),
    ("recall_at_0.01", "recall at 1 % false positives"),
    ("recall_at_0.05", "recall at 5 % false positives"),
    ("calibration_error", "calibration error (ten groups)"),
    ("brier", "Brier"),
)


def print_evaluation(
    console: Console,
    found: Evaluation,
    figures: Mapping[str, Any] | None,
    odd: Oddities,
    model_version: str,
) -> None:
    """Print what was decided and, where there is a truth, how good it was."""
    console.print(
        f"model {model_version}: {len(found.log.campaigns):,} campaigns and "
        f"{len(found.log.accounts):,} accounts decided, {found.events:,} events, "
        f"{found.degraded:,} decisions with something missing"
    )
    if figures is None:
        console.print("no truth.ndjson: decisions were written, figures are not possible")
    else:
        _print_figures(console, figures)
    if found.rules:
        fired = sorted(found.rules.items(), key=lambda pair: -pair[1])
        console.print("rules fired: " + ", ".join(f"{name} {n:,}" for name, n in fired))
    if len(odd):
        console.print("\n[bold]What was odd about this world[/bold]")
        for line in odd.lines():
            console.print("  " + line, markup=False)


def _print_figures(console: Console, figures: Mapping[str, Any]) -> None:
    mail = figures["mail"]
    rows = [[label, *(_as(kind, one.get(key)) for one in mail.values())] for key, label, kind in _MAIL]  # fmt: skip
    console.print(_table("Mail", ["", *mail], rows))
    actions = [[side, *(f"{counts[a]:,}" for a in ACTIONS)] for side, counts in figures["actions"].items()]  # fmt: skip
    console.print(_table("Campaign decisions", ["campaigns", *ACTIONS], actions))
    both = [figures["campaigns"], figures["accounts"]]
    ranking = [[label, *(_with_interval(one, key) for one in both)] for key, label in _RANKING]
    console.print(_table("Risk (95 % intervals)", ["", "campaigns", "accounts"], ranking))
    for subject in ("campaigns", "accounts"):
        console.print(_kinds(subject, figures[subject]["recall_by_kind"]))
    coverage = figures["forecasts"]
    console.print(
        "forecast intervals (90 %) cover: "
        f"hard bounces {_as('share', coverage['hard_bounce_coverage'])}, "
        f"complaints {_as('share', coverage['complaint_coverage'])}"
    )


def _kinds(subject: str, recall: Mapping[str, Mapping[str, float]]) -> Table:
    kinds = sorted({kind for by_kind in recall.values() for kind in by_kind})
    rows = [[kind, *(_as("share", by_kind.get(kind)) for by_kind in recall.values())] for kind in kinds]  # fmt: skip
    header = ["kind", *(f"at {float(rate):.1%}" for rate in recall)]
    return _table(f"Recall of {subject} by kind, at false positives", header, rows)


def _with_interval(part: Mapping[str, Any], key: str) -> str:
    low, high = part["intervals"].get(key, (None, None))
    text = _number(part["figures"].get(key))
    return text if low is None else f"{text}  ({_number(low)} to {_number(high)})"


def _as(kind: str, value: float | None) -> str:
    if value is None or value != value:  # noqa: PLR0124  (NaN)
        return "-"
    if value == float("inf"):
        return "never"
    return f"{value:.2%}" if kind == "share" else f"{value:,.1f}"


def _number(value: float | None) -> str:
    return "-" if value is None or value != value else f"{value:.4f}"  # noqa: PLR0124


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for i, name in enumerate(header):
        table.add_column(name, justify="right" if i else "left")
    for row in rows:
        table.add_row(*row)
    return table
