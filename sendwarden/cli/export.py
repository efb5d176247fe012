"""`sendwarden export`: closed days of tiles and decisions as Parquet."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command

_DAY = ["%Y-%m-%d"]


def export(
    out: Annotated[Path, typer.Option(help="Folder of the archive.", file_okay=False)],
    since: Annotated[
        datetime | None, typer.Option(help="First day; the store's first.", formats=_DAY)
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="The day after the last; today.", formats=_DAY)
    ] = None,
) -> None:
    """Write closed days (UTC) of tiles and decisions to Parquet files, one of each a day.

    Days that are in the archive are passed over, so run it again after it was cut off, or daily: tiles
    of 5 minutes stay in the store for two days only. No addresses and no message texts are in it.

    Example: sendwarden export --out archive

    Example: sendwarden export --out archive --since 2026-11-01 --until 2026-11-23
    """
    from sendwarden.archives import archive_store, day_number, present, say
    from service.archive import export as exporting
    from service.archive.layout import UnusableArchive

    try:
        with archive_store() as store:
            done = exporting.export(
                store, out, day_number(since), day_number(until), present(), say
            )
    except (UnusableArchive, OSError) as error:
        typer.echo(f"cannot export: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(
        f"{done.tiles:,} tiles and {done.decisions:,} decisions of {done.days:,} days written to "
        f"{out}; {done.skipped:,} days were there"
    )


COMMAND = Command("export", export)
