"""`sendwarden model`: what is on the shelf, which bundle serves, and going back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from models.registry import Registry, Shelf

app = typer.Typer(help="List, show, promote, roll back and pull models.", no_args_is_help=True)
console = Console(highlight=False)


@app.command("list")
def list_models() -> None:
    """List the bundles on the shelf, newest first.

    Example: sendwarden model list
    """
    with _told():
        shelf, _ = _places()
        table = Table("bundle", "trained", "")
        for bundle in shelf.bundles():
            table.add_row(bundle.version, bundle.created_at, "champion" if bundle.champion else "")
        console.print(table)
        if shelf.champion() is None:
            console.print("no champion on the shelf: the shipped starter bundle serves")


@app.command()
def show(
    bundle: Annotated[
        str | None, typer.Argument(help="The start of a digest; the champion when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON.")] = False,
) -> None:
    """Show a bundle's card: what it was made from and how it measured.

    Examples:

        sendwarden model show

        sendwarden model show 3f2a91 --json
    """
    from rich.markdown import Markdown

    from models.registry import starter_files
    from training.card import markdown

    with _told():
        shelf, _ = _places()
        digest = shelf.find(bundle) if bundle else shelf.champion()
        files = shelf.files(digest) if digest else starter_files()
        manifest = json.loads(files["manifest.json"])
        if as_json:
            typer.echo(json.dumps(manifest, indent=1))
            return
        console.print(f"[bold]{(digest or 'starter')[:12]}[/bold], {len(manifest['heads'])} heads")
        report = manifest["note"].get("report")
        console.print(Markdown(markdown(report)) if report else "this bundle carries no report")


@app.command()
def promote(bundle: Annotated[str, typer.Argument(help="The start of its digest.")]) -> None:
    """Make a bundle of the shelf champion; servers take it up within seconds.

    Example: sendwarden model promote 3f2a91
    """
    from datetime import UTC, datetime

    from training.promote import promote as make_champion

    with _told():
        shelf, registry = _places()
        digest = shelf.find(bundle)
        known = make_champion(digest, shelf, registry, datetime.now(UTC))
        console.print(f"{digest[:12]} is champion")
        if not known:
            console.print("the registry has no version with this digest; its alias is unchanged")


@app.command()
def rollback() -> None:
    """Make the champion before this one champion again.

    Example: sendwarden model rollback
    """
    from datetime import UTC, datetime

    from training.promote import rollback as go_back

    with _told():
        shelf, registry = _places()
        console.print(f"{go_back(shelf, registry, datetime.now(UTC))[:12]} is champion again")


@app.command()
def pull(
    alias: Annotated[str, typer.Argument(help="The alias in the registry.")] = "champion",
    serve: Annotated[
        bool, typer.Option("--promote", help="Make it the shelf's champion as well.")
    ] = False,
) -> None:
    """Bring the version with an alias from the MLflow registry to the shelf.

    Example: SENDWARDEN_MLFLOW_URI=https://mlflow.example.net sendwarden model pull champion --promote
    """
    from datetime import UTC, datetime

    from features.catalogue import load_catalogue
    from models.bundle import Bundle

    with _told():
        shelf, registry = _places()
        files = registry.pull(alias)
        Bundle.from_files(files, load_catalogue())
        digest = shelf.add(files)
        if serve:
            shelf.promote(digest, datetime.now(UTC))
        console.print(f"{digest[:12]} is on the shelf" + (" and champion" if serve else ""))


def _places() -> "tuple[Shelf, Registry]":
    from models.registry import Registry, Shelf
    from sendwarden.settings import load_settings

    settings = load_settings()
    registry = Registry(settings.tracking_uri, settings.home / "mlflow-artifacts")
    return Shelf(settings.shelf_dir), registry


@contextmanager
def _told() -> Iterator[None]:
    """Turn a refusal into one clear line and exit code 2."""
    from models.bundle import BundleRefused
    from models.registry import RegistryError

    try:
        yield
    except (BundleRefused, RegistryError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


COMMAND = Command("model", app)
