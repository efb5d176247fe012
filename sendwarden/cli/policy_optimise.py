"""`sendwarden policy optimise`: the thresholds that cost least under what reviewers can do."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.policy_backtest import Most, Since

if TYPE_CHECKING:
    from rich.console import Console

    from features.catalogue import Catalogue
    from models.policy import Policy
    from models.policy.edit import Threshold
    from sendwarden.settings import Settings
    from training.backtest_rows import History
    from training.backtest_sums import Prices
    from training.optimise import Budget, Proposal

Price = Annotated[float | None, typer.Option(min=0, help="The policy's own when left out.")]


def optimise(
    file: Annotated[
        Path | None,
        typer.Argument(help="Start from this policy; the one in force when left out.",
                       exists=True, dir_okay=False),
    ] = None,
    reviewers: Annotated[float, typer.Option(min=0, help="How many look at cases each day.")] = 1.0,
    hours: Annotated[float, typer.Option(min=0.1, help="Hours of review a day each has.")] = 6.0,
    leaked_mail: Price = None,
    delayed_mail: Price = None,
    wrong_suspension: Price = None,
    reviewer_minute: Price = None,
    since: Since = "30d",
    most: Most = 100_000,
    world: Annotated[
        Path | None,
        typer.Option(help="A world directory instead of the store.", exists=True, file_okay=False),
    ] = None,
    effort: Annotated[int, typer.Option(min=10, help="How many replays the search may use.")] = 300,
    out: Annotated[
        Path | None, typer.Option(help="Write the draft policy here.", dir_okay=False)
    ] = None,
    chart: Annotated[
        Path | None, typer.Option(help="Draw the frontier here: .png or .svg.", dir_okay=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the search and the bootstrap.")] = 0,
) -> None:  # fmt: skip
    """Propose bands that cost least on history under the reviewers there are.

    Thresholds are searched on half of the accounts; the change of cost is stated on the other half.
    The draft keeps every comment of the policy it started from.

    Examples:

        sendwarden policy optimise --reviewers 2 --out draft.yaml --chart frontier.svg

        sendwarden policy optimise --leaked-mail 0.05 --wrong-suspension 200 --reviewers 1
    """
    from models.policy.edit import thresholds
    from sendwarden.cli.policy_backtest import opened, policy_in_force
    from sendwarden.cli.policy_files import needing_training, read_policy, wide_console
    from training.backtest_sums import Prices
    from training.optimise import Budget

    settings, catalogue = opened()
    policy = (
        read_policy(file, catalogue)
        if file
        else policy_in_force(settings, catalogue, published=world is None)
    )
    prices = Prices.of(policy.costs).changed(
        mail_leaked=leaked_mail,
        good_mail_delayed=delayed_mail,
        wrong_suspension=wrong_suspension,
        reviewer_minute=reviewer_minute,
    )
    if chart is not None and chart.suffix not in (".png", ".svg"):
        raise typer.BadParameter("a picture is .png or .svg", param_hint="--chart")
    history = _history(settings, catalogue, policy, world, since, most)
    start = thresholds(policy.text)
    found = _searched(
        history, policy, start, Budget(reviewers, hours), prices, effort, seed, world is not None
    )
    _print(wide_console(), found)
    if chart is not None:
        with needing_training("a chart"):
            from training.frontier_chart import draw_frontier

            draw_frontier(found, chart)
        typer.echo(f"frontier drawn: {chart}")
    if out is not None and found.best is not None:
        _write(out, policy, found, catalogue)
        typer.echo(f"draft written: {out}; next: sendwarden policy backtest {out}")


def _history(
    settings: "Settings",
    catalogue: "Catalogue",
    policy: "Policy",
    world: Path | None,
    since: str,
    most: int,
) -> "History":
    from sendwarden.bundles import serving_bundle
    from sendwarden.cli.policy_backtest import since_time
    from sendwarden.cli.policy_files import needing_training
    from sendwarden.compose import build_store
    from sendwarden.history import read_history
    from training.backtest_replay import names_read

    if world is not None:
        with needing_training("a simulated world"):
            from sendwarden.world_backtest import logged

        bundle = serving_bundle(settings, catalogue)
        return logged(world, settings, catalogue, bundle, policy, policy).history
    start = since_time(since)
    store = build_store(settings)
    try:
        history = read_history(store, catalogue, names_read((policy,)), start, most)
    finally:
        store.close()
    if not history.decisions:
        typer.echo(f"no decision since {since}; take an earlier --since", err=True)
        raise typer.Exit(1)
    return history


def _searched(
    history: "History",
    policy: "Policy",
    start: "dict[Threshold, float]",
    budget: "Budget",
    prices: "Prices",
    effort: int,
    seed: int,
    simulated: bool,
) -> "Proposal":
    from rich.progress import Progress

    from training.backtest_rows import Assumptions
    from training.optimise import optimise as search

    assumed = Assumptions(looked_after=None if simulated else timedelta(hours=4))
    with Progress(transient=True) as bar:
        task = bar.add_task("trying thresholds", total=effort)
        return search(
            history, policy, start, budget, prices, assumed, effort, seed,
            lambda done, _: bar.update(task, completed=done),
        )  # fmt: skip


def _print(console: "Console", found: "Proposal") -> None:
    from rich.table import Table

    table = Table("a day", "in force", "proposed")
    best = found.best
    rows = (
        ("cost", "cost"), ("reviewer's minutes", "minutes"), ("abusive mail leaked", "leaked"),
        ("good mail delayed", "delayed"), ("wrong suspensions", "false_stops"),
    )  # fmt: skip
    for title, name in rows:
        after = "–" if best is None else f"{getattr(best, name):,.2f}"
        table.add_row(title, f"{getattr(found.now, name):,.2f}", after)
    console.print(table)
    if best is None:
        console.print(
            "[yellow]Nothing that was tried needs that little review[/yellow]; add reviewers, or "
            "--effort."
        )
        return
    moved = Table("threshold", "in force", "proposed")
    for key, value in best.thresholds.items():
        if value != found.now.thresholds[key]:
            moved.add_row(str(key), f"{found.now.thresholds[key]:g}", f"{value:g}")
    console.print(moved)
    change, low, high = found.checked
    console.print(
        f"On accounts that the search did not see the cost a day changes by {change:,.2f} "
        f"({low:,.2f} to {high:,.2f}, 95 %)."
    )
    console.print(
        f"One reviewer more: {_price(found.price_of_more)} a day; one less: "
        f"{_price(found.price_of_less)}. {len(found.tried)} sets of thresholds tried on "
        f"{found.decisions:,} decisions of {found.accounts:,} accounts."
    )


def _price(value: float | None) -> str:
    return "nothing tried needs so few" if value is None else f"{value:+,.2f}"


def _write(out: Path, policy: "Policy", found: "Proposal", catalogue: "Catalogue") -> None:
    from models.policy import load_policy
    from models.policy.edit import with_thresholds

    assert found.best is not None  # noqa: S101 - the caller asked
    version = policy.version.rsplit("-", 1)[0].removeprefix(f"{policy.name}-")
    version = f"{version.removesuffix('-optimised')[:30]}-optimised"
    text = with_thresholds(policy.text, found.best.thresholds, version)
    load_policy(text, catalogue)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
