"""`sendwarden milter`: the check inside Postfix or Sendmail."""

from enum import StrEnum
from typing import Annotated

import typer

from sendwarden.cli.command import Command


class OnError(StrEnum):
    """What becomes of mail while Sendwarden cannot be asked."""

    DEFER = "defer"
    ACCEPT = "accept"


class OnReview(StrEnum):
    """What becomes of mail that a person has to look at."""

    HOLD = "hold"
    DEFER = "defer"


class Unknown(StrEnum):
    """What becomes of mail without an account."""

    ACCEPT = "accept"
    DEFER = "defer"
    REJECT = "reject"


def milter(
    api: Annotated[str, typer.Option(help="Where Sendwarden's API is.")] = "http://127.0.0.1:8080",
    key: Annotated[
        str,
        typer.Option(envvar="SENDWARDEN_API_KEY", help="A key with scope score."),
    ] = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on.")] = 8891,
    account_header: Annotated[
        str | None,
        typer.Option(help="Header that names the account; the SASL user when left out."),
    ] = None,
    campaign_header: Annotated[str, typer.Option(help="Header that names the campaign.")] = "X-Campaign-ID",
    recipients_header: Annotated[
        str, typer.Option(help="Header with the campaign's number of recipients.")
    ] = "X-Campaign-Recipients",
    stream_header: Annotated[
        str, typer.Option(help="Header that says broadcast or transactional.")
    ] = "X-Stream",
    assumed_recipients: Annotated[
        int, typer.Option(min=1, help="Size of a campaign that states none.")
    ] = 500,
    on_error: Annotated[OnError, typer.Option(help="While Sendwarden cannot be asked.")] = OnError.DEFER,
    on_review: Annotated[OnReview, typer.Option(help="For mail that a person has to look at.")] = OnReview.HOLD,
    unknown: Annotated[Unknown, typer.Option(help="For mail without an account.")] = Unknown.ACCEPT,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for the API.")] = 10.0,
    metrics_port: Annotated[
        int | None, typer.Option(help="Serve Prometheus metrics on this port.")
    ] = None,
) -> None:  # fmt: skip
    """Let Postfix or Sendmail ask about every message before taking it, until Ctrl-C or SIGTERM.

    Allowed mail is accepted; of a throttled campaign what was released, the rest deferred (451
    4.7.1); mail under review held; mail of what was cut off rejected (550 5.7.1). In Postfix:
    smtpd_milters = inet:127.0.0.1:8891

    Examples:

        SENDWARDEN_API_KEY=swk_... sendwarden milter --port 8891

        sendwarden milter --account-header X-Account --on-error accept --on-review defer
    """
    import signal
    import threading

    import httpx
    import prometheus_client

    from sendwarden.clocks import system_clock
    from sendwarden.milter.envelope import Names
    from sendwarden.milter.gate import Gate, Outcome, Verdict
    from sendwarden.milter.server import MilterServer
    from sendwarden.milter.session import Session

    if not key:
        typer.echo("give a key with scope score in SENDWARDEN_API_KEY; see: sendwarden keys create", err=True)  # fmt: skip
        raise typer.Exit(2)
    names = Names(
        account_header, campaign_header, recipients_header, stream_header, assumed_recipients
    )
    counted = prometheus_client.Counter(
        "sendwarden_milter_messages", "messages by outcome", ("outcome", "failed")
    )

    def seen(verdict: Verdict) -> None:
        counted.labels(verdict.outcome.value, str(verdict.failed).lower()).inc()

    headers = {"Authorization": f"Bearer {key}"}
    pool = httpx.Limits(max_connections=200, max_keepalive_connections=50)
    with httpx.Client(base_url=api, headers=headers, timeout=timeout, limits=pool, trust_env=False) as http:  # fmt: skip
        gate = Gate(http, system_clock, on_error=Outcome(on_error.value), on_review=Outcome(on_review.value))  # fmt: skip
        try:
            server = MilterServer(
                host,
                port,
                lambda: Session(
                    gate, names, lambda: system_clock().date(), Outcome(unknown.value), seen
                ),
            )
        except OSError as error:
            typer.echo(f"cannot listen on {host}:{port}: {error}", err=True)
            raise typer.Exit(2) from error
        if metrics_port is not None:
            prometheus_client.start_http_server(metrics_port, "127.0.0.1")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        typer.echo(f"listening on {host}:{server.server_address[1]}")
        with server:
            server.serve_forever(0.1)


COMMAND = Command("milter", milter)
