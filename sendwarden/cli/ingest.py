"""`sendwarden ingest`: events from files into the store."""

from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files of events; - reads standard input.")],
    source: Annotated[str, typer.Option(help="Whose format the files have.")] = "canonical",
    batch_bytes: Annotated[int, typer.Option(help="Bytes committed at once.", min=1_000)] = 2**19,
) -> None:
    """Count events of NDJSON files, as POST /v1/events does; a second run counts nothing twice.

    Example: sendwarden ingest events.ndjson

    Example: zcat june.ndjson.gz | sendwarden ingest -
    """
    from sendwarden.ingest_files import ingest_paths

    raise typer.Exit(ingest_paths(paths, source, batch_bytes))


COMMAND = Command("ingest", ingest)
