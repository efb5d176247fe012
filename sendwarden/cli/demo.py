"""`sendwarden demo`: the guided tour."""

from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command


def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="End after the tour instead of serving.")
    ] = False,
    home: Annotated[Path, typer.Option(help="Folder of the demo; emptied first.")] = Path(
        "var/demo"
    ),
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on; 0 picks a free one.")] = 8080,
) -> None:
    """Simulate a small e-mail service provider, learn from its history, protect its last days live.

    Example: sendwarden demo --exit
    """
    from rich.console import Console

    from sendwarden.demo.run import run_demo
    from sendwarden.demo.stages import Unserved
    from sendwarden.settings import Settings

    console = Console(highlight=False)
    if home.exists() and any(home.iterdir()) and not (home / "world").is_dir():
        typer.echo(f"{home} holds something else than a demo; choose another --home", err=True)
        raise typer.Exit(2)
    settings = Settings(home=home, database_url=None, models_dir=None, mlflow_uri=None)
    try:
        run_demo(settings, host, port, stay=not leave, console=console)
    except Unserved as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


COMMAND = Command("demo", demo)
