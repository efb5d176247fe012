"""`sendwarden evaluate`: what the model and policy in force would have done to a world."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from features.catalogue import Catalogue
    from models.bundle import Bundle
    from sendwarden.settings import Settings


def evaluate(
    world: Annotated[Path, typer.Option(help="The world directory.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="Write the decisions log here.", dir_okay=False)],
    report: Annotated[
        Path | None, typer.Option(help="Write all figures as JSON.", dir_okay=False)
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="A bundle folder; the champion, or the shipped one, when left out."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="A policy file; the one in force when left out.")
    ] = None,
    scores_alone: Annotated[
        bool,
        typer.Option("--scores-alone", help="Walk once more without stages, to compare."),
    ] = False,
) -> None:
    """Walk a world in time order through the real use cases and measure what was decided.

    Allowed and throttled campaigns go out in stages and are stopped when their mail shows why;
    held and terminated ones send nothing. Beside it: no control, Amazon SES's limits, a tenth held
    for two hours, and the sequential test without scores. Without truth.ndjson there are no figures, only
    decisions.

    Examples:

        sendwarden evaluate --world var/world --out var/decisions.ndjson

        sendwarden evaluate --world var/world --out d.ndjson --report r.json --policy mine.yaml
    """
    import json
    import sys

    from rich.console import Console

    from features.catalogue import load_catalogue
    from models.bundle import BundleRefused
    from models.policy import PolicyErrors
    from models.registry import RegistryError
    from sendwarden.settings import load_settings
    from sendwarden.walking import evaluated
    from training.evaluation_tables import print_evaluation
    from training.world import World

    settings = load_settings(policy_file=policy)
    catalogue = load_catalogue()
    try:
        bundle = _bundle(settings, catalogue, model)
        walked = World(world)
        found, figures = evaluated(walked, settings, catalogue, bundle, scores_alone=scores_alone)
    except (BundleRefused, RegistryError, PolicyErrors) as error:
        typer.echo(f"cannot evaluate: {error}", err=True)
        raise typer.Exit(2) from error
    found.log.write(out)
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(_finite(figures), indent=1) + "\n", encoding="utf-8")
    # What goes to a file or a pipe is not cut to the width of a window.
    width = None if sys.stdout.isatty() else 140
    print_evaluation(
        Console(highlight=False, width=width), found, figures, walked.odd, bundle.version
    )


def _bundle(settings: "Settings", catalogue: "Catalogue", folder: Path | None) -> "Bundle":
    """Return the bundle asked for, else the shelf's champion, else the shipped one."""
    from models.bundle import Bundle
    from models.registry import Shelf, load_folder, starter_files

    if folder is not None:
        return load_folder(folder, catalogue)
    shelf = Shelf(settings.shelf_dir)
    digest = shelf.champion()
    return Bundle.from_files(starter_files() if digest is None else shelf.files(digest), catalogue)


def _finite(value: object) -> object:
    """Return JSON-ready data in which what is undefined or infinite is null."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value


COMMAND = Command("evaluate", evaluate)
