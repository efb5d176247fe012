"""`sendwarden score`: one decision from files, without a server."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command


def score(
    message: Annotated[
        Path, typer.Argument(help="The message (RFC 822, .eml).", exists=True, dir_okay=False)
    ],
    recipients: Annotated[
        Path | None,
        typer.Option(
            "--list", help="Its recipients: CSV, NDJSON or Parquet.", exists=True, dir_okay=False
        ),
    ] = None,
    account: Annotated[
        Path | None,
        typer.Option(
            help="The account's facts as JSON (the body of PUT account).",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option(help="Number of recipients when no list is given.", min=1)
    ] = None,
    at: Annotated[
        datetime | None, typer.Option(help="Decide as of this time (UTC); now when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the decision as JSON.")] = False,
) -> None:
    """Decide on a real message and list from the command line; nothing is stored.

    The exit code is 0 for allow and throttle, 3 for review, 4 for terminate.

    Example: sendwarden score newsletter.eml --list recipients.csv --account facts.json
    """
    from datetime import UTC

    from models.policy import PolicyErrors
    from sendwarden.clocks import system_clock
    from sendwarden.score_files import Unusable, print_score, score_files
    from sendwarden.settings import BadSettings, load_settings
    from service.errors import ServiceError

    now = at.replace(tzinfo=at.tzinfo or UTC) if at else system_clock()
    try:
        decision, assessment = score_files(
            message, recipients, account, count, load_settings(), now
        )
    except (Unusable, BadSettings, PolicyErrors, OSError, ServiceError) as error:
        typer.echo(f"cannot score: {error}", err=True)
        raise typer.Exit(2) from error
    print_score(decision, assessment, message.name, as_json)
    raise typer.Exit({"review": 3, "terminate": 4}.get(decision.action, 0))


COMMAND = Command("score", score)
