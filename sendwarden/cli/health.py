"""`sendwarden health`: asks a running server whether it is ready."""

import http.client
from typing import Annotated

import typer

from sendwarden.cli.command import Command


def health(
    host: Annotated[str, typer.Option(help="Where the server listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port.")] = 8080,
) -> None:
    """Exit with 0 when a running server is ready (store reachable, model loaded), else with 1.

    Example: sendwarden health --port 8080
    """
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
    except OSError as error:
        typer.echo(f"no server at {host}:{port}: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        connection.close()
    typer.echo(body)
    if response.status != http.client.OK:
        raise typer.Exit(1)


COMMAND = Command("health", health)
