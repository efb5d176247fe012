"""`sendwarden warmup`: bring new sending IPs up to their volume, provider by provider."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command

app = typer.Typer(help="Warm up sending IPs.", no_args_is_help=True)


@app.callback()
def warm_ups() -> None:
    """Warm up sending IPs."""


@app.command()
def plan(
    target: Annotated[int, typer.Option(min=1, max=10**9, help="Mails a day at the end.")],
    stages: Annotated[int, typer.Option(min=1, max=365)] = 30,
    first: Annotated[int, typer.Option(min=1, help="Mails on the first day.")] = 200,
    ip: Annotated[str | None, typer.Option(help="Start this plan for a sending IP ...")] = None,
    provider: Annotated[
        list[str] | None, typer.Option(help="... at a mailbox provider; repeatable.")
    ] = None,
) -> None:
    """Print a plan; with --ip and --provider, start it.

    The next stage comes only after a day that used half of its allowance with at least 90 % delivered and at most 10 % deferred.

    Examples:

        sendwarden warmup plan --target 50000

        sendwarden warmup plan --target 50000 --ip 192.0.2.1 --provider gmail --provider yahoo
    """
    from models.warmup import ladder

    if (ip is None) != (not provider):
        raise typer.BadParameter("--ip and --provider belong together")
    for stage, mails in enumerate(ladder(target, stages, first), 1):
        typer.echo(f"stage {stage:3}: {mails:>13,} mails a day")
    if ip is not None:
        _start(ip, provider or [], target, stages, first)


def _start(ip: str, providers: list[str], target: int, stages: int, first: int) -> None:
    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.stores.contract import WarmUp

    store = build_store(load_settings())
    for provider in providers:
        store.put_warm_up(
            WarmUp(
                ip=ip,
                provider=provider,
                target_per_day=target,
                started_at=system_clock(),
                stages=stages,
                first_per_day=first,
            )
        )
        typer.echo(f"started {ip} at {provider}")
    store.close()


@app.command()
def status(
    ip: Annotated[str | None, typer.Option(help="One sending IP; all when left out.")] = None,
) -> None:
    """Print where each warm-up stands and how many mails today still has room for.

    Examples:

        sendwarden warmup status

        sendwarden warmup status --ip 192.0.2.1
    """
    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.deliverability.warmup import statuses

    store = build_store(load_settings())
    for found in statuses(store, system_clock(), ip):
        at = found.standing
        words = [f"last day {at.last}"] if at.last else ["first day"]
        words += ["slowed today"] if at.slowed else []
        words += ["done"] if at.done else []
        typer.echo(
            f"{found.warm_up.ip} {found.warm_up.provider}: stage {at.stage}/{at.stages}, "
            f"today {at.today:,}, left {at.left:,} ({', '.join(words)})"
        )
    store.close()


COMMAND = Command("warmup", app)
