"""`sendwarden unattributed`: events whose account no rule tells."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command


def unattributed(
    source: Annotated[str | None, typer.Option(help="Only those of one source.")] = None,
    limit: Annotated[int, typer.Option(help="How many of the newest to show.", min=0)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show how many events have no account, and the newest with the clues that were looked at.

    Write a rule for them: docs/integrate/attribution.md.

    Example: sendwarden unattributed --source dsn

    Example: sendwarden unattributed --json --limit 1000
    """
    from contextlib import closing

    import msgspec
    from rich.console import Console
    from rich.table import Table

    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings

    with closing(build_store(load_settings())) as store:
        counts, events = store.unattributed_counts(), store.unattributed(source, limit)
    if as_json:
        for event in events:
            typer.echo(msgspec.json.encode(event).decode())
        return
    table = Table("source", "type", "events")
    for one in counts:
        if source in (None, one.source):
            table.add_row(one.source, one.type, f"{one.count:,}")
    newest = Table("received", "source", "type", "provider", "clues")
    for event in events:
        received = f"{event.received_at:%Y-%m-%d %H:%M}" if event.received_at else ""
        clues = "; ".join(f"{k}={', '.join(v)}" for k, v in list(event.clues.items())[:6])
        provider = event.mailbox_provider or ""
        newest.add_row(received, event.source, event.type.value, provider, clues[:200])
    console = Console()
    console.print(table)
    if events:
        console.print(newest)


COMMAND = Command("unattributed", unattributed)
