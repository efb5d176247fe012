"""`sendwarden lmtp`: feedback mail straight from a mail server."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command


def lmtp(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65_535)] = 2424,
    source: Annotated[
        str, typer.Option(help="What the mails are; `mail` tells by itself.")
    ] = "mail",
    abuse: Annotated[
        list[str] | None,
        typer.Option(
            help="Recipient whose mails are abuse reports and open incidents; may repeat."
        ),
    ] = None,
) -> None:
    """Receive bounces, complaints and reports by LMTP until Ctrl-C or SIGTERM.

    A mail is answered with 250 when its events are committed; when they cannot be, with 451, and the
    mail server tries again. Anyone who can connect can post: listen on loopback or a private net.

    Example: sendwarden lmtp --port 2424

    Example: sendwarden lmtp --abuse abuse@esp.example --abuse postmaster@esp.example

    Example (Postfix, main.cf): transport_maps = inline:{ {fbl.esp.example = lmtp:inet:127.0.0.1:2424} }
    """
    import asyncio
    from contextlib import closing

    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_warden
    from sendwarden.lmtp import Receiver, Reports, serve
    from sendwarden.parse_files import named_source
    from sendwarden.settings import load_settings

    mails = named_source(source)
    with closing(build_warden(load_settings())) as warden:
        reports = Reports(warden.take_report, frozenset(name.lower() for name in abuse or ()))
        receiver = Receiver(warden.take_payload, mails, system_clock, reports)
        asyncio.run(serve(receiver, host, port))


COMMAND = Command("lmtp", lmtp)
