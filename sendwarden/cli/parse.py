"""`sendwarden parse`: what a payload, log or mail holds, without storing anything."""

from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command
from sendwarden.cli.paths import there


def parse(
    source: Annotated[str, typer.Argument(help="Whose format: dsn, arf, ses, postfix, ...")],
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files or Maildirs; - reads standard input.", callback=there),
    ],
    account_id: Annotated[
        str | None, typer.Option(help="Account of what the rules give none.")
    ] = None,
    received_at: Annotated[
        str | None, typer.Option(help="When it came in, RFC 3339; now when left out.")
    ] = None,
) -> None:
    """Print the canonical events of files as NDJSON, one object a line, and store nothing.

    Beside the fields of an event a line has `class`, `kind` and `signal` where a server's words were
    judged, and `account_id` null with its `clues` where no rule tells the account. A row that
    cannot be read, or is no event, is a line {"error", "index"}. Exit code 1: nothing but errors.

    Example: sendwarden parse dsn bounce.eml

    Example: zcat mail.log.gz | sendwarden parse postfix -

    Example: sendwarden parse sendgrid payload.json --account-id acme
    """
    from sendwarden.parse_files import parse_paths

    raise typer.Exit(parse_paths(source, paths, account_id, received_at))


COMMAND = Command("parse", parse)
