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
) -> None:
    """Receive bounces, complaints and reports by LMTP until Ctrl-C or SIGTERM.

    A mail is answered with 250 when its events are committed; when they cannot be, with 451, and the
    mail server tries again. Anyone who can connect can post: listen on loopback or a private net.

    Example: sendwarden lmtp --port 2424

    Example (Postfix, main.cf): transport_maps = inline:{ {fbl.esp.example = lmtp:inet:127.0.0.1:2424} }
    """
    import asyncio
    from contextlib import closing

    from features.hashing import AddressHasher
    from sendwarden.clocks import system_clock
    from sendwarden.compose import attribution_rules, build_store
    from sendwarden.lmtp import Receiver, serve
    from sendwarden.parse_files import named_source
    from sendwarden.settings import load_settings
    from service.ingest import TakePayload

    settings = load_settings()
    with closing(build_store(settings)) as store:
        rules = attribution_rules(settings)
        take = TakePayload(store, AddressHasher(settings.key_bytes()), rules)
        asyncio.run(serve(Receiver(take, named_source(source), system_clock), host, port))


COMMAND = Command("lmtp", lmtp)
