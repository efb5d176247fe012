"""`sendwarden simulate`: write a simulated ESP to a directory."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from training.simulate import Progress

EPILOG = """[bold]Examples[/bold]

  sendwarden simulate --accounts 300 --days 30 --seed 1 --out var/world

  sendwarden simulate --accounts 5000 --days 90 --seed 2 --difficulty 0.8 --out var/hard

  sendwarden simulate --without sleeper --without hijacked --out var/easier

The files are described in docs/simulator.md. Nothing is sent to anybody.
"""


def simulate(
    out: Annotated[Path, typer.Option(help="Directory to write the world to.")],
    accounts: Annotated[int, typer.Option(min=1, help="Number of sender accounts.")] = 500,
    days: Annotated[int, typer.Option(min=1, help="Length of the world in days.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same bytes.")] = 1,
    difficulty: Annotated[
        float, typer.Option(min=0, max=1, help="How well abusers imitate good senders.")
    ] = 0.5,
    without: Annotated[
        list[str] | None, typer.Option(help="Leave a persona out; may be repeated.")
    ] = None,
    abusive_share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of accounts of abusive personas.")
    ] = 0.05,
    volume: Annotated[float, typer.Option(min=0.01, help="Factor on list sizes.")] = 1.0,
    missing: Annotated[float, typer.Option(min=0, help="Factor on missing facts.")] = 1.0,
    noise: Annotated[float, typer.Option(min=0, help="Factor on late and lost events.")] = 1.0,
    start: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day of the world (UTC).")
    ] = datetime(2026, 6, 1),  # noqa: DTZ001 - a day; typer parses it without a zone
    force: Annotated[bool, typer.Option(help="Replace what is in the directory.")] = False,
) -> None:
    """Write a simulated ESP: accounts, lists, campaigns, events and, apart, the truth."""
    from training.simulate import BadConfiguration, SimulationConfig
    from training.simulate import simulate as write_world

    try:
        config = SimulationConfig(
            accounts=accounts,
            days=days,
            seed=seed,
            difficulty=difficulty,
            start=start.replace(tzinfo=UTC),
            volume=volume,
            abusive_share=abusive_share,
            without=frozenset(without or ()),
            missing=missing,
            noise=noise,
        )
        config.check_personas()
    except BadConfiguration as error:
        raise typer.BadParameter(str(error)) from error
    _make_room(out, force)
    from rich.console import Console

    with _bars() as bars:
        write_world(config, out, _shown(bars))
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    Console().print(
        f"[green]World written[/green] to {out}: {accounts} accounts, {days} days, "
        f"{size / 1e6:,.0f} MB. Next: [bold]sendwarden train --world {out}[/bold]"
    )


def _make_room(out: Path, force: bool) -> None:
    """Refuse a directory that holds anything, or empty it of world files with `--force`."""
    if out.exists() and not out.is_dir():
        raise typer.BadParameter(f"{out} is a file; choose a directory", param_hint="--out")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(
            f"cannot make {out}: {error.strerror}", param_hint="--out"
        ) from error
    if not any(out.iterdir()):
        return
    if not force:
        raise typer.BadParameter(
            f"{out} is not empty; choose another directory or pass --force to replace the world",
            param_hint="--out",
        )
    if not (out / "truth.ndjson").exists():
        raise typer.BadParameter(
            f"{out} holds something that is not a world; it is left alone", param_hint="--out"
        )
    for name in ("imports", "messages", "recipients"):
        shutil.rmtree(out / name, ignore_errors=True)
    for path in out.glob("*.ndjson"):
        path.unlink()


def _bars() -> "Bars":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )


def _shown(bars: "Bars") -> "Progress":
    tasks: dict[str, TaskID] = {}

    def progress(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    return progress


simulate.__doc__ = f"{simulate.__doc__}\n\n{EPILOG}"
COMMAND = Command(name="simulate", app=simulate)
