"""`sendwarden model shadow`: what the challenger would have done with the traffic of the last days."""

from typing import Annotated

import typer


def shadow(
    days: Annotated[int, typer.Option(help="Decisions of so many days.", min=1, max=90)] = 7,
    examples: Annotated[
        int, typer.Option(help="Differing decisions to show.", min=0, max=500)
    ] = 10,
) -> None:
    """Compare the challenger with the champion on live traffic, which a running server scores with both.

    Example: sendwarden model shadow --days 3
    """
    from contextlib import closing
    from datetime import UTC, datetime, timedelta

    from rich.console import Console
    from rich.table import Table

    from models.shelf import Shelf
    from sendwarden.cli.model_life import told
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.model_shadow import shadow_report

    console, at = Console(highlight=False), datetime.now(UTC)
    with told():
        settings = load_settings()
        digest = Shelf(settings.shelf_dir).challenger()
        if digest is None:
            typer.echo("there is no challenger: sendwarden retrain makes one", err=True)
            raise typer.Exit(1)
        with closing(build_store(settings)) as store:
            found = shadow_report(store, digest[:12], at - timedelta(days=days), at, examples)
    if not found.decisions:
        console.print(f"{digest[:12]} has scored nothing yet: it does while a server runs")
        return
    console.print(
        f"{digest[:12]} beside the champion: {found.decisions:,} decisions, "
        f"{found.agreement or 0:.1%} alike; correlation of the risks "
        + ("unknown" if found.correlation is None else f"{found.correlation:.3f}")
    )
    table = Table("subject", "champion", "challenger", "decisions")
    for subject, pairs in sorted(found.by_subject.items()):
        for (live, draft), count in sorted(pairs.items()):
            table.add_row(subject, live, draft, f"{count:,}", style="" if live == draft else "bold")
    console.print(table)
    for one in found.examples:
        row = one.shadow
        console.print(
            f"{row.decision_id}  {row.subject} of {row.account_id}: {row.live} {row.live_risk:.1%}, "
            f"challenger {row.draft} {row.draft_risk:.1%}, {one.label or 'no label yet'}"
        )
    console.print(
        f"of those with a label the challenger does better on {found.challenger_right:,}, "
        f"the champion on {found.champion_right:,}"
    )
