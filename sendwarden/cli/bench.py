"""`sendwarden bench`: the benchmarks of this checkout."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(help="Benchmarks to run; all when none.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes, for a first look.")] = False,
) -> None:
    """Measure speed beside a peer or the floor, in one run.

    Example: sendwarden bench kernel ingest --quick
    """
    root = Path(__file__).parent.parent.parent
    if not (root / "benchmarks").is_dir():
        typer.echo("The benchmarks are part of a checkout, not of an installed image.", err=True)
        raise typer.Exit(2)
    command = [sys.executable, "-m", "benchmarks", *(names or []), *(["--quick"] if quick else [])]
    raise typer.Exit(subprocess.run(command, cwd=root, check=False).returncode)  # noqa: S603


COMMAND = Command("bench", bench)
