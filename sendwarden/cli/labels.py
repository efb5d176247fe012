"""`sendwarden labels`: what the models learn from, and what a random share tells of them."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from models.audit_estimate import Bounded

app = typer.Typer(help="Labels of decisions, and estimates from them.", no_args_is_help=True)


@app.command()
def show(decision_id: Annotated[str, typer.Argument(help="The decision.")]) -> None:
    """Show what speaks for the label of a decision, which won and why.

    Example: sendwarden labels show 01JD3Z
    """
    from contextlib import closing

    from rich.console import Console
    from rich.table import Table

    from models.labels import TRAITS
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.labelling import LabelBook

    console = Console(highlight=False)
    with closing(build_store(load_settings())) as store:
        decision = store.decision(decision_id)
        if decision is None:
            typer.echo(f"no decision {decision_id!r}; see GET /v1/decisions", err=True)
            raise typer.Exit(1)
        found = LabelBook(store, datetime.now(UTC)).of(decision)
    won = found.resolution.won
    console.print(f"[bold]{won.verdict if won else 'no label'}[/bold]  {found.resolution.why}")
    if found.chance < 1:
        console.print(f"drawn to be looked at with a chance of {found.chance:.2%}")
    table = Table("source", "verdict", "says", "weight", "believed from", "")
    for heard in found.resolution.heard:
        one = heard.statement
        table.add_row(
            one.source, one.verdict, one.says or TRAITS[one.source].about, f"{one.weight:.2f}",
            f"{one.known_at:%Y-%m-%d %H:%M}", heard.state.value.replace("_", " "),
        )  # fmt: skip
    console.print(table if found.resolution.heard else "nothing speaks for or against it")


@app.command()
def count(
    days: Annotated[int, typer.Option(help="Decisions of so many days.", min=1, max=3_650)] = 90,
) -> None:
    """Count the labels there are to learn from, by source and verdict.

    Example: sendwarden labels count --days 30
    """
    from collections import Counter
    from contextlib import closing

    from rich.console import Console
    from rich.table import Table

    from sendwarden.compose import build_store
    from sendwarden.learning import MOST, decisions_since
    from sendwarden.settings import load_settings
    from service.labelling import LabelBook

    at, found, waiting = datetime.now(UTC), Counter[tuple[str, str]](), 0
    disputed = 0
    with closing(build_store(load_settings())) as store:
        book = LabelBook(store, at)
        for decision in decisions_since(store, at - timedelta(days=days), MOST):
            resolution = book.of(decision).resolution
            disputed += resolution.disputed
            if resolution.won is None:
                waiting += 1
            else:
                found[resolution.won.source.value, resolution.won.verdict] += 1
    table = Table("source", "verdict", "decisions")
    for (source, verdict), number in sorted(found.items()):
        table.add_row(source, verdict, f"{number:,}")
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"without a label {waiting:,}; labelled although something disagrees {disputed:,}"
    )


@app.command()
def estimate(
    days: Annotated[int, typer.Option(help="Cases of so many days.", min=1, max=3_650)] = 30,
) -> None:
    """Estimate precision and recall from what was held and the share drawn at random.

    Example: sendwarden labels estimate --days 90
    """
    from contextlib import closing

    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.labelling import estimate_by_audit

    at = datetime.now(UTC)
    with closing(build_store(load_settings())) as store:
        found = estimate_by_audit(store, at - timedelta(days=days), at)
    typer.echo(f"held and judged {found.held:,}, abusive {found.abusive_held:,}")
    typer.echo(f"drawn and judged {found.drawn:,}, abusive {found.abusive_drawn:,}")
    typer.echo(f"precision {_share(found.precision)}")
    typer.echo(f"recall    {_share(found.recall)}")
    if found.drawn:
        missed = found.missed
        typer.echo(
            f"abusive decisions that went out: {missed.value:,.0f} "
            f"({missed.low:,.0f} to {missed.high:,.0f}), about {found.missed_mails:,.0f} mails"
        )
    else:
        typer.echo("nothing of the random share has been judged yet: the queue shows it unmarked")


def _share(figure: "Bounded") -> str:
    from math import isnan

    if isnan(figure.value):
        return "unknown: nothing was judged"
    return f"{figure.value:.1%} ({figure.low:.1%} to {figure.high:.1%})"


COMMAND = Command("labels", app)
