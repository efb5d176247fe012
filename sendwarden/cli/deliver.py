"""`sendwarden deliver`: webhooks and alerts by e-mail, in a process of their own."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command


def deliver(
    once: Annotated[bool, typer.Option("--once", help="Deliver what is due now, and end.")] = False,
) -> None:
    """Deliver changes to webhooks and by e-mail until Ctrl-C or SIGTERM.

    `sendwarden serve` does so as well unless SENDWARDEN_DELIVER=false; several processes never
    send the same message at the same time.

    Examples:

        SENDWARDEN_DATABASE_URL=postgresql+psycopg://host/db sendwarden deliver

        sendwarden deliver --once
    """
    import signal
    import threading

    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_deliverer, build_store
    from sendwarden.settings import BadSettings, load_settings
    from service.errors import ServiceError

    try:
        settings = load_settings()
        store = build_store(settings)
        deliverer = build_deliverer(settings, store, system_clock)
        if once:
            told = deliverer.step()
            typer.echo(f"{told.delivered} delivered, {told.failed} failed")
        else:
            stop = threading.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            deliverer.run(stop)
        store.close()
    except (BadSettings, ServiceError, OSError) as error:
        typer.echo(f"cannot deliver: {error}", err=True)
        raise typer.Exit(2) from error


COMMAND = Command("deliver", deliver)
