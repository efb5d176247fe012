"""`sendwarden serve`: the HTTP API."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65_535)] = 8080,
    quiet: Annotated[bool, typer.Option("--quiet", help="Log warnings and errors only.")] = False,
) -> None:
    """Serve the API of this installation until Ctrl-C or SIGTERM.

    One process; start several on PostgreSQL behind a proxy to use more cores. Settings are
    environment variables, see docs/operate.md.

    Example: SENDWARDEN_HOME=/var/lib/sendwarden sendwarden serve --port 8080
    """
    import gc
    import threading

    import uvicorn

    from models.policy import PolicyErrors
    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_api, build_deliverer, build_warden
    from sendwarden.settings import BadSettings, load_settings
    from service.errors import Unavailable

    try:
        settings = load_settings()
        warden = build_warden(settings, in_shadow=True)
        deliverer = build_deliverer(settings, warden.store, system_clock)
        app = build_api(settings, warden, system_clock)
    except (BadSettings, PolicyErrors, OSError, Unavailable) as error:
        typer.echo(f"cannot start: {error}", err=True)
        raise typer.Exit(2) from error
    level = "warning" if quiet else "info"
    stop = threading.Event()
    delivery = threading.Thread(target=deliverer.run, args=(stop,), name="deliveries", daemon=True)
    if settings.deliver:
        delivery.start()
    # What is loaded by now stays: a full collection that walks it holds up requests for 0.2 s.
    gc.collect()
    gc.freeze()
    # The access log would be one line a decision; /metrics counts them instead.
    uvicorn.run(
        app, host=host, port=port, log_level=level, access_log=False, server_header=False,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    stop.set()
    if settings.deliver:
        delivery.join(20)
    warden.close()


COMMAND = Command("serve", serve)
