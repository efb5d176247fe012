"""`sendwarden retrain`: a candidate from what this installation itself logged."""

from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from sendwarden.retraining import Retraining


def retrain(
    since: Annotated[str, typer.Option(help="Learn from when on: a time, or 180d, 12h.")] = "365d",
    start: Annotated[
        str,
        typer.Option(
            help="`champion`: add trees to its own; `scratch`: fit beside it, on all features."
        ),
    ] = "champion",
    rounds: Annotated[
        int | None,
        typer.Option(min=1, help="Trees to add; until held-out rows say stop if left out."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of splits and fits.")] = 1,
) -> None:
    """Learn from logged decisions and their labels, try the candidate by its gates, and shelve it.

    The candidate becomes the challenger on the shelf and in the registry. Nothing is promoted: see
    `sendwarden model promote`. Exit code 3 says that gates failed.

    Examples:

        sendwarden retrain

        sendwarden retrain --since 90d --start scratch
    """
    from sendwarden.cli.model_trials import workshop
    from sendwarden.cli.policy_backtest import since_time
    from training.retrain import RetrainPlan, Start

    if start not in list(Start):
        raise typer.BadParameter("champion or scratch", param_hint="--start")
    with workshop() as shop:
        made = shop.retrain(since_time(since), RetrainPlan(seed, Start(start), rounds))
        _say(made)
    if not made.trial.passed:
        raise typer.Exit(3)


def _say(made: "Retraining") -> None:
    from sendwarden.cli.policy_files import wide_console
    from training.trial_tables import print_trial

    console = wide_console()
    for why, count in sorted(made.left_out.items()):
        console.print(f"not used: {count:,} decisions, {why}")
    if made.recomputed:
        console.print(f"computed again as of their time: {made.recomputed:,} decisions")
    if made.unknown:
        most = max(made.unknown.values())
        console.print(
            f"  {len(made.unknown)} features are unknown in up to {most:,} of them: nothing keeps them"
        )
    print_trial(console, made.trial)
    console.print(f"the champion's own: {', '.join(made.kept)}")
    console.print(
        f"registered as version {made.version}, [bold]{made.digest[:12]}[/bold] is the challenger on the shelf"
    )
    if made.trial.passed:
        console.print(f"its gates passed: sendwarden model promote {made.digest[:12]}")
    else:
        named = ", ".join(f"{one.title} ({one.subject})" if one.subject else one.title for one in made.trial.failed)  # fmt: skip
        console.print(f"[red]{len(made.trial.failed)} gates failed[/red]: {named}")


COMMAND = Command("retrain", retrain)
