"""`sendwarden model promote` and `rollback`: which bundle serves, by a person's word that is kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from models.trials import Trial
    from service.promotion import ModelActs, Promoted

console = Console(highlight=False)
Bundle = Annotated[str, typer.Argument(help="The start of its digest.")]


def promote(
    bundle: Bundle,
    why: Annotated[
        str, typer.Option(help="Why; needed where its gates failed or were never run.")
    ] = "",
) -> None:
    """Make a bundle of the shelf champion; servers take it up within seconds.

    One whose gates failed, or that was never tried, is refused unless you say why. Both are kept
    in the audit log.

    Examples:

        sendwarden model promote 3f2a91

        sendwarden model promote 3f2a91 --why "phishing wave, measured by hand"
    """
    with opened() as (acts, who, at):
        _said(acts.promote(bundle, who, at, why), "champion")


def rollback(why: Annotated[str, typer.Option(help="Why, for the audit log.")] = "") -> None:
    """Make the champion before this one champion again.

    Example: sendwarden model rollback
    """
    with opened() as (acts, who, at):
        _said(acts.roll_back(who, at, why), "champion again")


def _said(done: "Promoted", role: str) -> None:
    console.print(f"{done.digest[:12]} is {role}")
    if done.registry == "unknown":
        console.print("the registry has no version with this digest; its aliases are unchanged")
    elif done.registry != "told":
        console.print(f"the registry was not told: {done.registry}")


def gates_in_short(trial: "Trial | None") -> str:
    """Return a trial's outcome in a few words."""
    if trial is None:
        return "not tried"
    return "passed" if trial.passed else f"{len(trial.failed)} of {len(trial.gates)} failed"


@contextmanager
def opened() -> "Iterator[tuple[ModelActs, str, datetime]]":
    """Open the installation's models; what is refused ends the command with its text."""
    import getpass

    from features.catalogue import load_catalogue
    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_models, build_store
    from sendwarden.settings import load_settings

    settings = load_settings()
    store = build_store(settings)
    with told():
        try:
            acts = build_models(settings, store, load_catalogue())
            yield acts, f"command line: {getpass.getuser()}", system_clock()
        finally:
            store.close()


@contextmanager
def told() -> Iterator[None]:
    """Turn a refusal into one clear line and exit code 2."""
    from models.bundle import BundleRefused
    from models.registry import RegistryError
    from service.errors import ServiceError

    try:
        yield
    except (BundleRefused, RegistryError, ServiceError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


COMMANDS: dict[str, Callable[..., None]] = {"promote": promote, "rollback": rollback}
