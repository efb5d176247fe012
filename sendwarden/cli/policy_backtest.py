"""`sendwarden policy backtest`: a draft against the policy in force, on history or on a world."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from features.catalogue import Catalogue
    from models.policy import Policy
    from sendwarden.settings import Settings

_READABLE = {"exists": True, "dir_okay": False, "readable": True}
Draft = Annotated[Path, typer.Argument(help="The policy to try.", **_READABLE)]
Since = Annotated[
    str, typer.Option(help="From when: a time (2026-11-01 or RFC 3339), or 30d, 12h.")
]
Most = Annotated[int, typer.Option(min=1, help="At most that many decisions, the newest.")]
LiveFile = Annotated[
    Path | None,
    typer.Option(
        "--live",
        help="Compare with this file; the one in force if left out, on a world the file's.",
    ),
]
LookedAfter = Annotated[
    float,
    typer.Option(min=0, help="Hours until a held case is looked at; 0: the log's verdicts alone."),
]


def backtest(
    file: Draft,
    since: Since = "30d",
    live: LiveFile = None,
    world: Annotated[
        Path | None,
        typer.Option(
            help="A world directory instead of the store: the truth is known there, and the "
            "draft is really run beside the estimate.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    looked_after: LookedAfter = 4.0,
    most: Most = 200_000,
    report: Annotated[
        Path | None, typer.Option(help="Write all figures as JSON.", dir_okay=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
) -> None:
    """Replay history through the code that serves and compare a draft with the policy in force.

    Prints mail leaked, good mail delayed, accounts acted on, false stops, review hours and cost,
    each with an interval over accounts; the same by segment; and which decisions would change.

    Examples:

        sendwarden policy backtest my-policy.yaml --since 30d

        sendwarden policy backtest my-policy.yaml --since 2026-11-01 --report var/backtest.json

        sendwarden policy backtest my-policy.yaml --world var/world
    """
    import json

    from sendwarden.cli.policy_files import read_policy, wide_console
    from training.backtest_tables import print_backtest, print_truth

    settings, catalogue = opened()
    draft = read_policy(file, catalogue)
    in_force = (
        read_policy(live, catalogue)
        if live
        else policy_in_force(settings, catalogue, published=world is None)
    )
    console = wide_console()
    if world is None:
        found = _of_store(settings, catalogue, in_force, draft, since, most, looked_after, seed)
        print_backtest(console, found)
    else:
        found, really = _of_world(world, settings, catalogue, in_force, draft, seed)
        print_backtest(console, found)
        from sendwarden.world_backtest import COMPARED

        print_truth(console, found, really, COMPARED)
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def opened() -> "tuple[Settings, Catalogue]":
    from features.catalogue import load_catalogue
    from sendwarden.settings import load_settings

    return load_settings(), load_catalogue()


def policy_in_force(settings: "Settings", catalogue: "Catalogue", *, published: bool) -> "Policy":
    """Return the file's policy, or the one that was published in the database, if any was."""
    from sendwarden.compose import build_store, fixed_policy, live_policies

    if not published:
        return fixed_policy(settings, catalogue).current()
    store = build_store(settings)
    try:
        return live_policies(settings, catalogue, store).current()
    finally:
        store.close()


def _of_store(
    settings: "Settings",
    catalogue: "Catalogue",
    live: "Policy",
    draft: "Policy",
    since: str,
    most: int,
    looked_after: float,
    seed: int,
) -> dict[str, Any]:
    from rich.progress import Progress, TextColumn

    from sendwarden.compose import build_store
    from sendwarden.history import read_history
    from training.backtest import backtest as run
    from training.backtest import report_on
    from training.backtest_replay import names_read
    from training.backtest_rows import Assumptions

    start = since_time(since)
    store = build_store(settings)
    assumed = Assumptions(looked_after=timedelta(hours=looked_after) if looked_after else None)
    with Progress(TextColumn("{task.description}"), transient=True) as bar:
        task = bar.add_task("reading decisions")
        try:
            history = read_history(
                store, catalogue, names_read((live, draft)), start, most,
                lambda n: bar.update(task, description=f"reading decisions: {n:,}"),
            )  # fmt: skip
        finally:
            store.close()
        if not history.decisions:
            typer.echo(f"no decision since {since}; take an earlier --since", err=True)
            raise typer.Exit(1)
        if len(history.decisions) >= most:
            typer.echo(f"only the newest {most:,} decisions are replayed; see --most", err=True)
        bar.update(task, description=f"replaying {len(history.decisions):,} decisions, twice")
        return report_on(run(history, live, draft, assumed=assumed), seed)


def _of_world(
    world: Path,
    settings: "Settings",
    catalogue: "Catalogue",
    live: "Policy",
    draft: "Policy",
    seed: int,
) -> tuple[dict[str, Any], dict[str, float]]:
    from sendwarden.bundles import serving_bundle
    from sendwarden.cli.policy_files import needing_training

    with needing_training("a simulated world"):
        from sendwarden.world_backtest import logged, really
    from training.backtest import backtest as run
    from training.backtest import report_on
    from training.backtest_rows import Assumptions

    bundle = serving_bundle(settings, catalogue)
    walked = logged(world, settings, catalogue, bundle, live, draft)
    found = run(walked.history, live, draft, assumed=Assumptions(looked_after=None))
    return report_on(found, seed), really(world, settings, catalogue, bundle, draft)


def since_time(text: str) -> datetime:
    """Return the time that `30d`, `12h`, a day or an RFC 3339 time names."""
    from sendwarden.clocks import system_clock

    units = {"d": 86_400, "h": 3_600, "m": 60}
    if text[:-1].isdigit() and len(text) < 9 and text[-1] in units:
        seconds = int(text[:-1]) * units[text[-1]]
        return system_clock() - timedelta(seconds=min(seconds, 50 * 365 * 86_400))
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "a time such as 30d, 12h, 2026-11-01 or 2026-11-01T10:00:00Z is wanted"
        raise typer.BadParameter(hint, param_hint="--since") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
