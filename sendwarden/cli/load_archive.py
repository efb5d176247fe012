"""`sendwarden import`: an archive back into a store."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command

_DAY = ["%Y-%m-%d"]


def load_archive(
    archive: Annotated[Path, typer.Argument(help="Folder that `export` wrote.", file_okay=False)],
    since: Annotated[datetime | None, typer.Option(help="First day.", formats=_DAY)] = None,
    until: Annotated[
        datetime | None, typer.Option(help="The day after the last.", formats=_DAY)
    ] = None,
) -> None:
    """Put exported days into the store; what is there stays, and a second run counts nothing twice.

    Tiles older than the store keeps are left out. Accounts, lists, policies and people are not in an
    archive: restore the database's own backup for those.

    Example: sendwarden import archive

    Example: sendwarden import archive --since 2026-11-01
    """
    from sendwarden.archives import archive_store, day_number, present, say
    from service.archive.layout import UnusableArchive
    from service.archive.load import load

    try:
        with archive_store() as store:
            done = load(store, archive, day_number(since), day_number(until), present(), say)
    except (UnusableArchive, OSError) as error:
        typer.echo(f"cannot import: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(
        f"{done.tiles:,} tiles put, {done.tiles_there:,} were there, {done.expired:,} are older than "
        f"the store keeps; {done.decisions:,} decisions put, {done.decisions_there:,} were there"
    )


COMMAND = Command("import", load_archive)
