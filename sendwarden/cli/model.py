"""`sendwarden model`: what is on the shelf, and what the registry has."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sendwarden.cli.command import Command
from sendwarden.cli.model_life import COMMANDS, gates_in_short, opened, told
from sendwarden.cli.model_shadow import shadow
from sendwarden.cli.model_trials import COMMANDS as TRIALS

app = typer.Typer(
    help="List, show, try, compare, promote, roll back and pull models.", no_args_is_help=True
)
console = Console(highlight=False)


@app.command("list")
def list_models() -> None:
    """List the bundles on the shelf, newest first.

    Example: sendwarden model list
    """
    from models.registry import Shelf
    from models.reports import FOLDER, Reports
    from sendwarden.settings import load_settings

    with told():
        settings = load_settings()
        shelf, reports = Shelf(settings.shelf_dir), Reports(settings.shelf_dir / FOLDER)
        roles = {shelf.previous(): "previous", shelf.challenger(): "challenger"}
        roles[shelf.champion()] = "champion"
        table = Table("bundle", "trained", "", "gates")
        for bundle in shelf.bundles():
            gates = gates_in_short(reports.trial(bundle.digest))
            table.add_row(bundle.version, bundle.created_at, roles.get(bundle.digest, ""), gates)
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

    from models.registry import Shelf, starter_files
    from sendwarden.settings import load_settings
    from training.card import markdown

    with told():
        shelf = Shelf(load_settings().shelf_dir)
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
def pull(
    alias: Annotated[str, typer.Argument(help="The alias in the registry.")] = "champion",
    serve: Annotated[
        bool, typer.Option("--promote", help="Make it the shelf's champion as well.")
    ] = False,
) -> None:
    """Bring the version with an alias from the MLflow registry to the shelf.

    Example: SENDWARDEN_MLFLOW_URI=https://mlflow.example.net sendwarden model pull champion --promote
    """
    from features.catalogue import load_catalogue
    from models.bundle import Bundle
    from models.registry import Shelf
    from sendwarden.compose import registry_of
    from sendwarden.settings import load_settings

    with told():
        settings = load_settings()
        files = registry_of(settings).pull(alias)
        Bundle.from_files(files, load_catalogue())
        digest = Shelf(settings.shelf_dir).add(files)
        console.print(f"{digest[:12]} is on the shelf")
    if serve:
        with opened() as (acts, who, at):
            acts.promote(digest, who, at, why=f"pulled from the registry as {alias}")
            console.print(f"{digest[:12]} is champion")


for _name, _command in {**TRIALS, **COMMANDS, "shadow": shadow}.items():
    app.command(_name)(_command)

COMMAND = Command("model", app)
