"""`sendwarden model try` and `compare`: bundles beside each other on what this installation logged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from sendwarden.cli.model_life import Bundle, told

if TYPE_CHECKING:
    from sendwarden.retraining import Workshop

errors = Console(stderr=True, highlight=False)
Since = Annotated[str, typer.Option(help="Labelled decisions since then: a time, or 180d.")]


def try_bundle(bundle: Bundle, since: Since = "365d") -> None:
    """Ask the gates about a bundle of the shelf, beside the champion, and keep what they found.

    It is judged on labelled decisions later than what it learned from. Exit code 3: gates failed.

    Example: sendwarden model try 3f2a91
    """
    from sendwarden.cli.policy_backtest import since_time
    from sendwarden.cli.policy_files import wide_console
    from training.trial_tables import print_trial

    with workshop() as shop:
        trial = shop.try_bundle(shop.shelf().find(bundle), since_time(since))
    print_trial(wide_console(), trial)
    if not trial.passed:
        raise typer.Exit(3)


def compare(
    bundle: Bundle,
    other: Annotated[
        str | None, typer.Argument(help="The start of another digest; the champion if left out.")
    ] = None,
    since: Since = "365d",
) -> None:
    """Show two bundles side by side on labelled decisions that neither learned from; keep nothing.

    Example: sendwarden model compare 3f2a91 77c0de
    """
    from models.bundle import Bundle as Loaded
    from sendwarden.cli.policy_backtest import since_time
    from sendwarden.cli.policy_files import wide_console
    from training.trial_tables import print_trial

    with workshop() as shop:
        shelf = shop.shelf()

        def loaded(name: str) -> Loaded:
            return Loaded.from_files(shelf.files(shelf.find(name)), shop.catalogue)

        against = loaded(other) if other else None
        found = shop.compared(loaded(bundle), shop.gates(), since_time(since), other=against)
    print_trial(wide_console(), found)


@contextmanager
def workshop() -> "Iterator[Workshop]":
    """Open the installation for training; what is refused ends the command with its text."""
    from sendwarden.cli.policy_files import needing_training

    with needing_training("retraining"):
        from features.catalogue import load_catalogue
        from sendwarden.clocks import system_clock
        from sendwarden.compose import build_store
        from sendwarden.retraining import Workshop
        from sendwarden.settings import load_settings
        from training.gates.gate import BadGates
        from training.retrain import NotEnoughLabels

    settings = load_settings()
    store = build_store(settings)
    with told():
        try:
            yield Workshop(settings, store, load_catalogue(), system_clock(), errors.print)
        except (BadGates, NotEnoughLabels) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from error
        finally:
            store.close()


COMMANDS: dict[str, Callable[..., None]] = {"try": try_bundle, "compare": compare}
