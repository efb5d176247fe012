"""`sendwarden watch`: looks for alerts, once or every so often."""

import time
from typing import Annotated

import typer

from sendwarden.cli.command import Command


def watch(
    every: Annotated[
        float | None,
        typer.Option(min=1, help="Look again after so many seconds; once if left out."),
    ] = None,
) -> None:
    """Look at everyone's last 24 hours, open alerts on what is beyond doubt, close what is over; ask the block lists that are enabled.

    Examples:

        sendwarden watch

        sendwarden watch --every 300
    """
    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_warden
    from sendwarden.settings import load_settings

    warden = build_warden(load_settings())
    try:
        while True:
            looked = warden.deliverability.look(system_clock())
            for word, incidents in (("opened", looked.opened), ("closed", looked.closed)):
                for incident in incidents:
                    typer.echo(f"{word} {incident.incident_id} {incident.key}")
            for incident in warden.deliverability.look_at_lists(system_clock()):
                typer.echo(
                    f"{'closed' if incident.closed_at else 'opened'} {incident.incident_id} {incident.key}"
                )
            if every is None:
                break
            time.sleep(every)
    finally:
        warden.close()


COMMAND = Command("watch", watch)
