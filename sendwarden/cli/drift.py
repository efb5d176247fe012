"""`sendwarden drift`: whether the world has moved away from what the model was made for."""

from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from models.trials import DriftReport

_SHOWN = 12


def drift(
    since: Annotated[str, typer.Option(help="What is new: since a time, or 7d, 12h.")] = "7d",
    reference: Annotated[
        str, typer.Option(help="Held against what was logged since then and before that.")
    ] = "97d",
) -> None:
    """Hold the newest decisions' features, scores and labels against those before.

    Keeps a report for the console, and opens or closes an alert for each of accounts, lists and
    campaigns that names the guilty features. Exit code 3: something drifted.

    Examples:

        sendwarden drift

        sendwarden drift --since 24h --reference 30d
    """
    from sendwarden.cli.model_trials import workshop
    from sendwarden.cli.policy_backtest import since_time
    from sendwarden.drifting import look

    new, old = since_time(since), since_time(reference)
    if old >= new:
        raise typer.BadParameter("has to lie before --since", param_hint="--reference")
    with workshop() as shop:
        report, looked = look(shop, new, old)
    _say(report)
    for word, incidents in (("opened", looked.opened), ("closed", looked.closed)):
        for incident in incidents:
            typer.echo(f"{word} {incident.incident_id} {incident.key}")
    if report.guilty:
        raise typer.Exit(3)


def _say(report: "DriftReport") -> None:
    from rich.table import Table

    from sendwarden.cli.policy_files import wide_console

    console = wide_console()
    console.print(
        f"{report.model}: decisions since {report.since:%Y-%m-%d %H:%M} against {report.reference}"
    )
    counts = Table("", "rows before", "rows now", "labelled", "abusive before", "abusive now", "")
    for one in report.labels:
        counts.add_row(
            one.subject, f"{report.rows_before[one.subject]:,}", f"{report.rows[one.subject]:,}",
            f"{one.rows_before:,}, {one.rows_now:,}", _share(one.abusive_before),
            _share(one.abusive_now), one.level,
        )  # fmt: skip
    console.print(counts)
    moved = Table("of", "feature or score", "PSI", "KS", "unknown", "usual", "")
    for column in report.columns[:_SHOWN]:
        moved.add_row(
            column.subject, column.name, f"{column.psi:.3f}", _number(column.ks),
            f"{column.missing_before:.0%} to {column.missing_now:.0%}",
            f"{_number(column.typical_before)} to {_number(column.typical_now)}", column.level,
        )  # fmt: skip
    console.print(moved)
    if not report.columns:
        console.print(
            "no subject has 100 decisions with a vector on either side: nothing to compare"
        )
    for name in report.guilty:
        console.print(f"[red]drifted[/red]: {name}")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


COMMAND = Command("drift", drift)
