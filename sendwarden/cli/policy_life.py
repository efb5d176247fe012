"""`sendwarden policy draft ... roll-back`: versions of the database on their way into force."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.policy_backtest import Since

if TYPE_CHECKING:
    from service.policies.acts import PolicyActs
    from service.policies.records import PolicyVersion

Id = Annotated[str, typer.Argument(help="The id that `sendwarden policy versions` shows.")]
Why = Annotated[str, typer.Option(help="Why; needed for a version that was not backtested.")]
_READABLE = {"exists": True, "dir_okay": False, "readable": True}


def draft(
    file: Annotated[Path, typer.Argument(help="The policy.", **_READABLE)],
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
    edit: Annotated[
        str | None, typer.Option(help="Change the draft of this id instead of making one.")
    ] = None,
) -> None:
    """Store a policy as a draft in the database; print its id.

    Example: sendwarden policy draft my-policy.yaml --note "hold bought lists"
    """
    from sendwarden.cli.policy_files import read_policy

    text = read_policy(file).text
    with opened() as (acts, who, at):
        made = (
            acts.edit(edit, text, note or None, who, at)
            if edit
            else acts.create(text, note, who, at)
        )
    typer.echo(f"{made.policy_id}  {made.version} is {made.stage.value}")


def versions() -> None:
    """List the versions in the database and say what is in force.

    Example: sendwarden policy versions
    """
    from rich.table import Table

    from sendwarden.cli.policy_files import wide_console

    table = Table("id", "version", "stage", "by", "changed", "note")
    with opened() as (acts, _, _):
        for one in acts.versions():
            stage = f"{one.stage.value} {one.share:.0%}" if one.share else one.stage.value
            waits = f", {one.asked_by} asks for {one.asked_for}" if one.asked_by else ""
            table.add_row(one.policy_id, one.version, f"{stage}{waits}", one.author,
                          f"{one.changed_at:%Y-%m-%d %H:%M}", one.note)  # fmt: skip
        now = acts.policies.published()
        source = "the file" if now.live is None else "the database"
        current = acts.policies.current().version
    console = wide_console()
    console.print(table)
    console.print(f"in force: {current}, from {source}")


def try_out(policy_id: Id, since: Since = "30d") -> None:
    """Backtest a stored version against the policy in force and keep the report with it.

    Example: sendwarden policy try 0192f… --since 30d
    """
    import json

    from sendwarden.cli.policy_backtest import since_time
    from sendwarden.cli.policy_files import wide_console
    from training.backtest_tables import print_backtest

    with opened() as (acts, who, at):
        tried = acts.backtest(policy_id, since_time(since), who, at)
    print_backtest(wide_console(), json.loads(tried.backtest))
    typer.echo(f"{policy_id} is {tried.stage.value}")


def shadow(policy_id: Id) -> None:
    """Let a version judge beside the policy in force; nothing else changes.

    Example: sendwarden policy shadow 0192f…
    """
    with opened() as (acts, who, at):
        _said(acts.shadow(policy_id, who, at))


def compare(policy_id: Id) -> None:
    """Show what a version in shadow would have done beside what was done.

    Example: sendwarden policy compare 0192f…
    """
    from rich.table import Table

    from sendwarden.cli.policy_files import wide_console

    with opened() as (acts, _, _):
        found = acts.compared(policy_id)
    console = wide_console()
    console.print(
        f"{found.version}: {found.decisions:,} decisions in shadow, {found.agree:,} alike"
    )
    table = Table("done", "in shadow", "decisions")
    for (live, other), count in sorted(found.counts.items()):
        table.add_row(live, other, f"{count:,}")
    console.print(table)
    examples = Table("decision", "account", "when", "done", "in shadow")
    for row in found.examples:
        examples.add_row(
            row.decision_id, row.account_id, f"{row.as_of:%Y-%m-%d %H:%M}", row.live, row.draft
        )
    console.print(examples)


def canary(
    policy_id: Id,
    share: Annotated[float, typer.Option(help="Share of the accounts, above 0 to 0.5.")] = 0.05,
    why: Why = "",
) -> None:
    """Give a version to a share of the accounts, picked by a keyed hash.

    Example: sendwarden policy canary 0192f… --share 0.05
    """
    with opened() as (acts, who, at):
        _said(acts.canary(policy_id, share, who, at, why))


def publish(policy_id: Id, why: Why = "") -> None:
    """Put a version in force; servers take it up within seconds.

    One that changes what terminates needs two people: the first asks, another one confirms by the
    same command, in the console or over the API.

    Example: sendwarden policy publish 0192f…
    """
    with opened() as (acts, who, at):
        _said(acts.publish(policy_id, who, at, why))


def roll_back(why: Why = "") -> None:
    """Put back in force what was before: the version before, or the file's policy.

    Example: sendwarden policy roll-back --why "holds too much"
    """
    with opened() as (acts, who, at):
        _said(acts.roll_back(who, at, why))
        typer.echo(f"in force: {acts.policies.current().version}")


def withdraw(policy_id: Id) -> None:
    """Take a version out of shadow or canary, or put a draft away.

    Example: sendwarden policy withdraw 0192f…
    """
    with opened() as (acts, who, at):
        _said(acts.withdraw(policy_id, who, at))


def _said(version: "PolicyVersion") -> None:
    typer.echo(f"{version.version} is {version.stage.value}")
    if version.asked_by is not None:
        typer.echo(
            f"{version.asked_by} asked for {version.asked_for}; it changes what terminates, so "
            "another person has to confirm it"
        )


@contextmanager
def opened() -> "Iterator[tuple[PolicyActs, str, datetime]]":
    """Open the installation; what is refused ends the command with its text."""
    import getpass

    from models.policy import PolicyErrors
    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_lab, build_warden
    from sendwarden.settings import load_settings
    from service.errors import ServiceError

    settings = load_settings()
    warden = build_warden(settings)
    try:
        yield build_lab(settings, warden), f"command line: {getpass.getuser()}", system_clock()
    except (ServiceError, PolicyErrors) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        warden.close()


COMMANDS: dict[str, Callable[..., None]] = {
    "draft": draft,
    "versions": versions,
    "try": try_out,
    "shadow": shadow,
    "compare": compare,
    "canary": canary,
    "publish": publish,
    "roll-back": roll_back,
    "withdraw": withdraw,
}
