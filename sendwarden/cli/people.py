"""`sendwarden people`: who may sign in to the console."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from service.desk.sign_in import SignIn
    from service.stores.contract import Store

app = typer.Typer(help="Add, list and disable people of the console.", no_args_is_help=True)
_BY = "command line"
Name = Annotated[str, typer.Argument(help="The name to sign in with.")]


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="viewer, reviewer, lead or admin.")] = "reviewer",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True,
                          envvar="SENDWARDEN_NEW_PASSWORD", help="Asked for when not given.")
    ] = "",
    totp: Annotated[bool, typer.Option(help="Ask for a one-time code at sign-in, too.")] = False,
) -> None:  # fmt: skip
    """Add a person, or give an existing one a new password and role.

    Example: sendwarden people add ann --role lead --totp
    """
    from sendwarden.clocks import system_clock

    with _sign_in() as (sign_in, _):
        sign_in.add(name, role, password, _BY, system_clock())
        typer.echo(f"{name} may sign in as {role}")
        if totp:
            typer.echo(sign_in.set_totp(name, _BY, system_clock()))
            typer.echo("Add it to an authenticator now; it cannot be shown again.", err=True)


@app.command("list")
def list_people() -> None:
    """List the people: role, one-time codes, when added and disabled."""
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "role", "codes", "added", "disabled")
    with _sign_in() as (_, store):
        for person in store.people():
            codes = "yes" if person.totp_secret else "no"
            disabled = f"{person.disabled_at:%Y-%m-%d %H:%M}" if person.disabled_at else ""
            table.add_row(
                person.name, person.role, codes, f"{person.created_at:%Y-%m-%d}", disabled
            )
    Console().print(table)


@app.command()
def disable(name: Name) -> None:
    """Let a person in no more; their sessions end at once."""
    from sendwarden.clocks import system_clock

    with _sign_in() as (sign_in, _):
        sign_in.disable(name, _BY, system_clock())
    typer.echo(f"disabled {name}")


@contextmanager
def _sign_in() -> "Iterator[tuple[SignIn, Store]]":
    """Open the store; what the desk refuses ends the command with its text."""
    import secrets

    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.desk.sign_in import Keys, SignIn
    from service.errors import ServiceError

    settings = load_settings()
    store = build_store(settings)
    try:
        yield SignIn(store, Keys(settings.key_bytes()), secrets.token_bytes), store
    except ServiceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        store.close()


COMMAND = Command("people", app)
