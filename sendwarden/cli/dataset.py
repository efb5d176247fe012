"""`sendwarden dataset`: feature rows out of tiles and a spine, here or on Spark."""

from enum import StrEnum
from typing import Annotated

import typer

from features.records import Subject
from sendwarden.cli.command import Command


class Engine(StrEnum):
    """Where the kernel runs."""

    LOCAL = "local"
    SPARK = "spark"


def dataset(
    tiles: Annotated[
        str, typer.Option(help="Parquet file or folder of tiles, as `export` writes them.")
    ],
    spine: Annotated[
        str, typer.Option(help="Parquet: account_id, at, and inputs that are no counts.")
    ],
    out: Annotated[str, typer.Option(help="New folder for the rows.")],
    engine: Annotated[Engine, typer.Option(help="This machine, or Spark.")] = Engine.LOCAL,
    master: Annotated[str, typer.Option(help="Spark's master: local[2], spark://...")] = "local[*]",
    subject: Annotated[Subject, typer.Option(help="Whose features.")] = Subject.ACCOUNT,
    conf: Annotated[
        list[str] | None, typer.Option(help="A setting for Spark, NAME=VALUE; may be repeated.")
    ] = None,
) -> None:
    """Compute feature rows of any accounts at any times from exported tiles, in Parquet.

    Both engines run the code that serves and give the same rows to the last bit. With Spark, paths
    may be any that Spark reads, such as s3a://...; its workers need this project installed.

    Example: sendwarden dataset --tiles archive/tiles --spine spine.parquet --out rows

    Example: sendwarden dataset --engine spark --master spark://host:7077 --tiles s3a://lake/tiles
    --spine s3a://lake/spine --out s3a://lake/rows
    """
    from sendwarden.datasets import TELLABLE, build_dataset

    try:
        written = build_dataset(
            subject, tiles, spine, out, master if engine is Engine.SPARK else None, conf or []
        )
    except TELLABLE as error:
        typer.echo(f"no dataset: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{written.rows:,} rows from {written.tiles:,} tiles in {out}")
    if written.unknown:
        some = ", ".join(written.unknown[:5])
        typer.echo(
            f"{len(written.unknown)} features lack an input that the spine does not have: {some} ..."
        )


COMMAND = Command("dataset", dataset)
