"""`sendwarden exemptions`: what is set aside for single accounts, for a while."""

from datetime import timedelta
from typing import Annotated

import typer

from sendwarden.cli.command import Command
from sendwarden.cli.policy_life import opened

app = typer.Typer(help="Allow-list entries, snoozes and exceptions.", no_args_is_help=True)


@app.command()
def add(
    account_id: Annotated[str, typer.Argument(help="The account.")],
    kind: Annotated[str, typer.Option(help="allow_list, snooze or exception.")] = "snooze",
    days: Annotated[float, typer.Option(help="How long it counts, 366 at most.")] = 1.0,
    at_most: Annotated[
        str | None, typer.Option(help="The most severe action, as throttle.")
    ] = None,
    at_least: Annotated[str | None, typer.Option(help="The mildest action, as review.")] = None,
    rule: Annotated[
        list[str] | None, typer.Option(help="Set this rule or band aside; may be repeated.")
    ] = None,
    lane: Annotated[
        list[str] | None, typer.Option(help="In this lane alone; may be repeated.")
    ] = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Set something aside for an account; it ends by itself.

    An allow-listed account is let through, a snoozed one slowed at most. What would cut an account
    off is held for review all the same.

    Examples:

        sendwarden exemptions add shop-7 --kind allow_list --days 30 --note "known for years"

        sendwarden exemptions add shop-7 --kind exception --rule bounces_over_review --days 7
    """
    from models.policy.exemptions import ExemptionKind

    if kind not in list(ExemptionKind):
        raise typer.BadParameter(f"one of {', '.join(ExemptionKind)}", param_hint="--kind")
    with opened() as (acts, who, at):
        made = acts.exempt(
            account_id, ExemptionKind(kind), at + timedelta(days=min(days, 1e4)), who, at,
            at_most=at_most, at_least=at_least, rules=tuple(rule or ()), lanes=tuple(lane or ()),
            note=note,
        )  # fmt: skip
    typer.echo(f"{made.exemption_id}  until {made.expires_at:%Y-%m-%d %H:%M} UTC")


@app.command("list")
def list_exemptions(
    account_id: Annotated[str | None, typer.Argument(help="Of this account alone.")] = None,
    past: Annotated[bool, typer.Option("--past", help="Those that are over, too.")] = False,
) -> None:
    """List exemptions, the last to expire first.

    Example: sendwarden exemptions list
    """
    from rich.table import Table

    from sendwarden.cli.policy_files import wide_console

    table = Table(
        "id", "account", "kind", "at most", "at least", "set aside", "until", "by", "note"
    )
    with opened() as (acts, _, at):
        for one in acts.exemptions(account_id):
            if past or one.counts(at):
                table.add_row(
                    one.exemption_id, one.account_id, one.kind.value, one.at_most or "",
                    one.at_least or "", " ".join(one.rules),
                    f"{one.ended_at or one.expires_at:%Y-%m-%d %H:%M}", one.made_by, one.note,
                )  # fmt: skip
    wide_console().print(table)


@app.command()
def end(
    exemption_id: Annotated[str, typer.Argument(help="The id that the list shows.")],
) -> None:
    """End an exemption now.

    Example: sendwarden exemptions end 0192f…
    """
    with opened() as (acts, who, at):
        ended = acts.end_exemption(exemption_id, who, at)
    typer.echo(f"ended: {ended.kind.value} of {ended.account_id}")


COMMAND = Command("exemptions", app)
