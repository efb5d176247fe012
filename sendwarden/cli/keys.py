"""`sendwarden keys`: who may call the API."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command

app = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who uses the key, for example 'pipeline'.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="score, ingest, review or admin; repeat for several.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the key alone.")] = False,
) -> None:
    """Create a key and print it once; only its hash is stored.

    Example: sendwarden keys create pipeline --scope score --scope ingest
    """
    import secrets

    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.keys import UnknownScope, create_key

    store = build_store(load_settings())
    try:
        key = create_key(store, name, scope or ["score"], secrets.token_bytes(32), system_clock())
    except UnknownScope as error:
        raise typer.BadParameter(str(error), param_hint="--scope") from error
    finally:
        store.close()
    typer.echo(key)
    if not quiet:
        typer.echo("Keep it now; it cannot be shown again.", err=True)


@app.command("list")
def list_keys() -> None:
    """List the keys: name, scopes, when created and revoked."""
    from rich.console import Console
    from rich.table import Table

    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings

    store = build_store(load_settings())
    table = Table("name", "scopes", "created", "revoked")
    for key in store.keys():  # noqa: SIM118 - a method of the store, not of a dict
        revoked = f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ""
        table.add_row(key.name, " ".join(key.scopes), f"{key.created_at:%Y-%m-%d %H:%M}", revoked)
    store.close()
    Console().print(table)


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The name given at creation.")]) -> None:
    """Revoke every key of a name; servers refuse it within ten seconds."""
    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings

    store = build_store(load_settings())
    found = store.revoke_key(name, system_clock())
    store.close()
    if not found:
        typer.echo(f"no key named {name!r} is in force; see: sendwarden keys list", err=True)
        raise typer.Exit(1)
    typer.echo(f"revoked {name}")


COMMAND = Command("keys", app)
