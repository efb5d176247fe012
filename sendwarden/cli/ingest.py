"""`sendwarden ingest`: events from files into the store."""

from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command
from sendwarden.cli.paths import there


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, Maildirs; - reads standard input.", callback=there)
    ],
    source: Annotated[str, typer.Option(help="Whose format the files have.")] = "canonical",
    account_id: Annotated[
        str | None, typer.Option(help="Account of what the rules give none.")
    ] = None,
    reports: Annotated[
        bool, typer.Option("--reports", help="The mails are abuse reports: they open incidents.")
    ] = False,
    batch_bytes: Annotated[int, typer.Option(help="Bytes committed at once.", min=1_000)] = 2**19,
) -> None:
    """Count events of files, as POST /v1/events does; a second run counts nothing twice.

    A folder is a Maildir: each mail is read (--source mail tells bounces, complaints and reports
    apart), and moves from new to cur when its events are committed.

    Example: sendwarden ingest events.ndjson

    Example: sendwarden ingest ~/Maildir --source mail

    With --reports the mails are those of abuse@ (ARF, XARF or free words): each opens an incident or
    joins one, and moves to cur.

    Example: sendwarden ingest ~abuse/Maildir --reports

    Example: zcat june.ndjson.gz | sendwarden ingest -
    """
    from sendwarden.ingest_files import ingest_paths

    if reports:
        from sendwarden.report_files import report_paths

        raise typer.Exit(report_paths(paths))
    raise typer.Exit(ingest_paths(paths, source, batch_bytes, account_id))


COMMAND = Command("ingest", ingest)
