"""`sendwarden train`: from worlds to a registered model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from sendwarden.settings import Settings
    from training.promote import Published
    from training.train import Plan, Trained


def train(
    world: Annotated[
        list[Path],
        typer.Option(
            help="A world directory; repeat to pool several.", exists=True, file_okay=False
        ),
    ],
    promote: Annotated[
        bool, typer.Option("--promote", help="Make it champion even if there is one.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Skip the fits with each kind of sender left out.")
    ] = False,
    vectors: Annotated[
        Path | None, typer.Option(help="Keep logged vectors here, and read those kept before.")
    ] = None,
    gaps: Annotated[
        float,
        typer.Option(min=0, max=1, help="Share of accounts that lose some facts, to learn gaps."),
    ] = 0.3,
    seed: Annotated[int, typer.Option(help="Seed of splits, gaps and fits.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Walks or fits at a time.")] = 2,
    report: Annotated[
        Path | None, typer.Option(help="Write the report as JSON.", dir_okay=False)
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Write the bundle's files here as well.", file_okay=False)
    ] = None,
) -> None:
    """Walk worlds, fit and calibrate all models, report, and register the bundle.

    The new bundle is a challenger, or champion where there is none yet or with --promote.

    Examples:

        sendwarden simulate --accounts 2000 --days 90 --seed 1 --out var/world

        sendwarden train --world var/world --promote
    """
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.markdown import Markdown

    from features.catalogue import load_catalogue
    from models.registry import RegistryError
    from sendwarden.settings import load_settings
    from sendwarden.walking import logged_worlds
    from training.card import markdown
    from training.train import NothingToLearn, Plan, fingerprint
    from training.train import train as fit_all

    console = Console(highlight=False)
    settings = load_settings()
    plan = Plan(seed=seed, jobs=jobs, quick=quick, gaps=gaps)
    at = datetime.now(UTC).replace(microsecond=0)
    try:
        logged = logged_worlds(world, settings, plan, vectors, console)
        made_from = {
            "worlds": ", ".join(f"{folder.name} ({fingerprint(folder)})" for folder in world),
            "accounts with gaps": f"{gaps:.0%}",
            "seed": seed,
        }
        trained = fit_all(logged, load_catalogue(), plan, made_from, at, console.print)
    except NothingToLearn as error:
        typer.echo(f"cannot train: {error}", err=True)
        raise typer.Exit(2) from error
    console.print(Markdown(markdown(trained.report)))
    _write(trained, report, bundle)
    try:
        published = _publish(trained, plan, settings, world, at)
    except RegistryError as error:
        typer.echo(f"trained, but not registered: {error}", err=True)
        raise typer.Exit(2) from error
    role = _crown(published.digest, settings, promote)
    console.print(
        f"registered as version {published.registered.version} ({role}), "
        f"bundle [bold]{published.digest[:12]}[/bold] on the shelf {settings.shelf_dir}"
    )


def _write(trained: "Trained", report: Path | None, bundle: Path | None) -> None:
    import json
    import shutil

    from models.registry import write_folder

    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(trained.report, indent=1) + "\n", encoding="utf-8")
    if bundle is not None:
        shutil.rmtree(bundle, ignore_errors=True)
        write_folder(trained.files, bundle)


def _publish(
    trained: "Trained",
    plan: "Plan",
    settings: "Settings",
    worlds: list[Path],
    at: Any,
) -> "Published":
    import tempfile

    from models.registry import Run, Shelf
    from sendwarden.compose import registry_of
    from training.promote import publish
    from training.train import fingerprint, parameters, run_metrics, write_figures

    with tempfile.TemporaryDirectory() as folder:
        run = Run(
            parameters=parameters(plan, trained.lessons),
            metrics=run_metrics(trained),
            tags={"simulated": "true", "data": ",".join(fingerprint(one) for one in worlds)},
            figures=write_figures(trained, Path(folder)),
        )
        shelf = Shelf(settings.shelf_dir)
        return publish(trained.files, run, shelf, registry_of(settings), at)


def _crown(digest: str, settings: "Settings", promote: bool) -> str:
    """Promote a bundle that was asked for or has no rival; return its role."""
    from models.registry import Shelf
    from sendwarden.cli.model_life import opened

    champion = Shelf(settings.shelf_dir).champion()
    if champion is not None and not promote:
        return "challenger"
    if champion != digest:
        with opened() as (acts, who, at):
            acts.promote(
                digest, who, at, "train --promote" if promote else "the first on the shelf"
            )
    return "champion"


COMMAND = Command("train", train)
