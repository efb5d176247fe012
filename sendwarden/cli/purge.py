"""`sendwarden purge`: drops what is past its time."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command


def purge(
    seen_days: Annotated[
        int, typer.Option(help="Days an event that comes again is known.", min=1)
    ] = 8,
    unattributed_days: Annotated[
        int, typer.Option(help="Days an event without account is kept.", min=1)
    ] = 35,
    report_days: Annotated[
        int, typer.Option(help="Days rows of DMARC and TLS reports are kept.", min=1)
    ] = 400,
    sketch_days: Annotated[
        int, typer.Option(help="Days a list not imported anew is compared with others.", min=1)
    ] = 400,
) -> None:
    """Drop what is past its time, while the server runs; make it a daily job.

    Tiles of 5 minutes are kept for 2 days, of an hour 35, of a day 400: export them first if they are
    wanted longer. Decisions, labels, accounts, the audit log and known bad lists are kept.

    Example: sendwarden purge

    Example: sendwarden purge --unattributed-days 14
    """
    from rich.console import Console
    from rich.table import Table

    from sendwarden.archives import archive_store, present
    from service.stores.retention import Keep

    keep = Keep(seen_days, unattributed_days, report_days, sketch_days)
    with archive_store() as store:
        dropped = store.purge(present(), keep)
    table = Table("table", "rows dropped")
    for name, rows in dropped.items():
        table.add_row(name, f"{rows:,}")
    Console().print(table)


COMMAND = Command("purge", purge)
