"""`sendwarden webhooks`: who is told of changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from service.outbox.receivers import Receivers

app = typer.Typer(help="Add, list and remove those who are told of changes.", no_args_is_help=True)
WebhookArgument = Annotated[str, typer.Argument(help="The webhook's id, from the list.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="An https:// URL or a mailto: address.")],
    kind: Annotated[
        list[str] | None,
        typer.Option("--type", help="A type of changes; repeat for several, all when left out."),
    ] = None,
) -> None:
    """Tell a URL of changes, and print its id and the secret that signs its messages, once.

    Examples:

        sendwarden webhooks add https://esp.example/hooks/sendwarden

        sendwarden webhooks add mailto:abuse@esp.example --type alert.opened --type report.opened
    """
    from sendwarden.clocks import system_clock

    with _receivers() as receivers:
        endpoint, secret = receivers.add(url, tuple(kind or ()), system_clock())
    typer.echo(endpoint.webhook_id)
    if not endpoint.by_mail:
        typer.echo(secret)
        typer.echo("Keep the secret now; it cannot be shown again.", err=True)


@app.command("list")
def list_webhooks() -> None:
    """List who is told, of what, and how much they have not got."""
    from rich.console import Console
    from rich.table import Table

    table = Table("id", "told", "of", "waiting", "dead")
    with _receivers() as receivers:
        for endpoint in receivers.all():
            states = [d.state for d, _ in receivers.undelivered(endpoint.webhook_id)]
            table.add_row(
                endpoint.webhook_id,
                endpoint.url,
                ", ".join(endpoint.types) or "everything",
                str(states.count("waiting")),
                str(states.count("dead")),
            )
    Console().print(table)


@app.command()
def remove(webhook_id: WebhookArgument) -> None:
    """Tell a receiver no more; what it has not got is dropped."""
    with _receivers() as receivers:
        typer.echo(f"removed {receivers.remove(webhook_id).url}")


@app.command()
def undelivered(webhook_id: WebhookArgument) -> None:
    """Show what a receiver has not got and why: dead letters first, then what waits."""
    from rich.console import Console
    from rich.table import Table

    table = Table("change", "type", "account", "state", "attempts", "next", "error")
    with _receivers() as receivers:
        for delivery, change in receivers.undelivered(webhook_id):
            table.add_row(
                str(change.change_id),
                change.type,
                change.account_id,
                delivery.state,
                str(delivery.attempts),
                f"{delivery.next_at:%m-%d %H:%M:%S}" if delivery.state == "waiting" else "",
                delivery.error,
            )
    Console().print(table)


@app.command()
def redeliver(webhook_id: WebhookArgument) -> None:
    """Try a receiver's dead letters again."""
    from sendwarden.clocks import system_clock

    with _receivers() as receivers:
        typer.echo(f"{receivers.redeliver(webhook_id, system_clock())} are tried again")


@contextmanager
def _receivers() -> "Iterator[Receivers]":
    """Open the installation; a refusal is one clear line and exit code 2."""
    import secrets

    from sendwarden.compose import build_store, new_id
    from sendwarden.settings import load_settings
    from service.desk.sign_in import Keys
    from service.errors import ServiceError
    from service.outbox.receivers import Receivers

    settings = load_settings()
    store = build_store(settings)
    try:
        keys = Keys(settings.key_bytes())
        yield Receivers(store, keys, new_id, secrets.token_bytes, settings.webhooks_private)
    except ServiceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    finally:
        store.close()


COMMAND = Command("webhooks", app)
