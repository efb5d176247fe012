"""`sendwarden policy`: check a policy file, show one, list the actions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sendwarden.cli.command import Command
from sendwarden.cli.policy_backtest import backtest
from sendwarden.cli.policy_files import read_policy
from sendwarden.cli.policy_life import COMMANDS
from sendwarden.cli.policy_optimise import optimise

if TYPE_CHECKING:
    from models.policy import Policy

app = typer.Typer(help="Check, try out, publish and explain policies.", no_args_is_help=True)
console = Console(highlight=False)
_READABLE = {"exists": True, "dir_okay": False, "readable": True}


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The policy to check.", **_READABLE)],
) -> None:
    """Say everything that is wrong with a policy, with line and cause; exit code 1 if anything is.

    Nothing is put in force.

    Examples:

        sendwarden policy check my-policy.yaml

        sendwarden policy check models/policy/default.yaml && echo usable
    """
    policy = read_policy(file)
    console.print(f"[green]usable[/green]: {escape(policy.version)}, {len(policy.rules)} rules")


@app.command()
def show(
    file: Annotated[
        Path | None, typer.Argument(help="A policy; the shipped one when left out.", **_READABLE)
    ] = None,
) -> None:
    """Print a policy's bands, rules and limits as tables.

    Examples:

        sendwarden policy show

        sendwarden policy show my-policy.yaml
    """
    policy = read_policy(file or _shipped())
    console.print(f"[bold]{escape(policy.version)}[/bold]  {escape(policy.description.strip())}\n")
    for table in (_bands(policy), _rules(policy), _limits(policy)):
        console.print(table)


@app.command()
def actions() -> None:
    """List the words that a policy can use as an action, the mildest first.

    Example:

        sendwarden policy actions
    """
    from models.policy.action import action_kinds

    table = Table("action", "answered as", "severity", "what happens")
    for kind in action_kinds().values():
        table.add_row(kind.name, kind.action.label, str(kind.severity), kind.meaning)
    console.print(table)


def _shipped() -> Path:
    import models.policy

    return Path(models.policy.__path__[0]) / "default.yaml"


def _bands(policy: "Policy") -> Table:
    from models.policy.policy import SCORES

    table = Table("lane", *SCORES, title="Bands: from which score on an action is called for")
    for lane, bands in policy.bands.items():
        cells = (
            ", ".join(f"{b.kind.name} {b.at_least:g}" for b in bands if b.score == score)
            for score in SCORES
        )
        table.add_row(lane, *cells)
    return table


def _rules(policy: "Policy") -> Table:
    table = Table(title="Rules")
    for heading in ("rule", "when", "action", "lanes"):
        table.add_column(heading, overflow="fold")
    for rule in policy.rules:
        action = f"{rule.kind.name}{' (shadow)' if rule.shadow else ''}"
        table.add_row(rule.name, escape(rule.when.strip()), action, ", ".join(sorted(rule.lanes)))
    return table


def _limits(policy: "Policy") -> Table:
    table = Table("younger than", "risk from", "paid", "per hour", "per day", "first stage")
    table.title = "Limits of a throttle (the first row that fits)"
    for row in policy.limits:
        table.add_row(
            "" if row.younger_than_days == float("inf") else f"{row.younger_than_days:g} days",
            f"{row.risk_at_least:g}" if row.risk_at_least else "",
            "" if row.paid is None else str(row.paid).lower(),
            f"{row.limits.per_hour:,}",
            f"{row.limits.per_day:,}",
            f"{row.limits.first_stage:,}",
        )
    return table


app.command()(backtest)
app.command()(optimise)
for _name, _life in COMMANDS.items():
    app.command(_name)(_life)
COMMAND = Command("policy", app)
