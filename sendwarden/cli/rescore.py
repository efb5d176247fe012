"""`sendwarden rescore`: the scores of all accounts at once."""

from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command
from sendwarden.cli.dataset import Engine


def rescore(
    out: Annotated[Path, typer.Option(help="New folder for what is computed.", file_okay=False)],
    engine: Annotated[Engine, typer.Option(help="This machine, or Spark.")] = Engine.LOCAL,
    master: Annotated[str, typer.Option(help="Spark's master: local[2], spark://...")] = "local[*]",
    alias: Annotated[
        str | None,
        typer.Option(help="Alias of a registered model; the one that serves when left out."),
    ] = None,
    show: Annotated[int, typer.Option(help="How many of the riskiest to show.", min=0)] = 10,
    conf: Annotated[
        list[str] | None, typer.Option(help="A setting for Spark, NAME=VALUE; may be repeated.")
    ] = None,
) -> None:
    """Score every account as it stands now, as after a new model; nothing is decided or stored.

    The scores are Parquet files: account_id, at, risk, malicious, careless. Both engines give the same.

    Example: sendwarden rescore --out rescored

    Example: sendwarden rescore --out rescored --alias challenger --engine spark --master spark://host:7077
    """
    from features.catalogue import load_catalogue
    from models.bundle import BundleRefused
    from models.registry import RegistryError
    from sendwarden.archives import archive_store, present, say
    from sendwarden.datasets import TELLABLE, settings_of
    from sendwarden.rescore import Place, model_files, riskiest
    from sendwarden.rescore import rescore as run
    from sendwarden.settings import load_settings

    try:
        place = Place(master, settings_of(conf or [])) if engine is Engine.SPARK else Place()
        files = model_files(load_settings(), alias)
        with archive_store() as store:
            done = run(store, load_catalogue(), files, present(), out, place, say)
    except (*TELLABLE, BundleRefused, RegistryError) as error:
        typer.echo(f"cannot score: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{done.accounts:,} accounts scored from {done.tiles:,} tiles in {done.scores}")
    for row in riskiest(done.scores, show).iter_rows(named=True) if done.accounts else ():
        typer.echo(f"{row['risk']:7.2%}  {row['account_id']}")


COMMAND = Command("rescore", rescore)
