"""`sendwarden warmup`: bring new sending IPs up to their volume, provider by provider."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from service.deliverability.warm_up_acts import WarmUpActs
    from service.desk.records import Actor

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
    from service.stores.contract import WarmUp

    with _opened() as (acts, who, at):
        for provider in providers:
            wanted = WarmUp(
                ip=ip, provider=provider, target_per_day=target, started_at=at, stages=stages,
                first_per_day=first,
            )  # fmt: skip
            acts.start(wanted, who, at)
            typer.echo(f"started {ip} at {provider}")


Ip = Annotated[str, typer.Argument(help="The sending IP.")]
Provider = Annotated[str, typer.Argument(help="The mailbox provider, as gmail.")]


@app.command()
def hold(ip: Ip, provider: Provider) -> None:
    """Keep a warm-up at its stage until it is resumed; a bad day still takes it back.

    Example: sendwarden warmup hold 192.0.2.1 gmail
    """
    with _opened() as (acts, who, at):
        found = acts.hold(ip, provider, who, at)
        typer.echo(f"held at stage {found.standing.stage}: {found.standing.today:,} mails a day")


@app.command()
def resume(ip: Ip, provider: Provider) -> None:
    """Let a held warm-up climb again.

    Example: sendwarden warmup resume 192.0.2.1 gmail
    """
    with _opened() as (acts, who, at):
        found = acts.resume(ip, provider, who, at)
        typer.echo(f"climbs again from stage {found.standing.stage}")


@app.command()
def end(ip: Ip, provider: Provider) -> None:
    """End a warm-up: nothing limits the IP's mail at that provider any more.

    Example: sendwarden warmup end 192.0.2.1 gmail
    """
    with _opened() as (acts, who, at):
        found = acts.end(ip, provider, who, at)
        typer.echo(f"ended at stage {found.standing.stage} of {found.standing.stages}")


@contextmanager
def _opened() -> "Iterator[tuple[WarmUpActs, Actor, datetime]]":
    """Open the installation; a refusal is one clear line and exit code 2."""
    import getpass

    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.deliverability.warm_up_acts import WarmUpActs
    from service.desk.records import KeyHolder, Role
    from service.desk.sign_in import Keys
    from service.errors import ServiceError

    settings = load_settings()
    store = build_store(settings)
    who = KeyHolder(name=f"command line: {getpass.getuser()}", rank=Role.LEAD)
    try:
        yield WarmUpActs(store, Keys(settings.key_bytes()).audit), who, system_clock()
    except ServiceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    finally:
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
        words += ["held"] if found.warm_up.held_since else []
        typer.echo(
            f"{found.warm_up.ip} {found.warm_up.provider}: stage {at.stage}/{at.stages}, "
            f"today {at.today:,}, left {at.left:,} ({', '.join(words)})"
        )
    store.close()


COMMAND = Command("warmup", app)
