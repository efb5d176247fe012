"""`sendwarden skew`: are the features that served those that training would compute?"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from sendwarden.cli.command import Command

_SHOWN = 20


def skew(
    day: Annotated[
        datetime | None,
        typer.Option(help="The day (UTC); yesterday when left out.", formats=["%Y-%m-%d"]),
    ] = None,
) -> None:
    """Recompute the vectors that a day's decisions logged, as of their time, and demand equality.

    Exits with 1 on any difference, and names feature, decision and both values; with 2 when the day
    could not be compared, or not all of it read. Tiles of 5 minutes are kept 48 hours, so run it daily.

    Example: sendwarden skew

    Example: sendwarden skew --day 2026-11-25
    """
    from contextlib import closing

    from features.catalogue import load_catalogue
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from sendwarden.skew import TooLongAgo, skew_of, span_of

    now = datetime.now(UTC)
    begins = (day.replace(tzinfo=UTC) if day else now - timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    try:
        since, until = span_of(begins, now)
    except TooLongAgo as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(2) from None
    with closing(build_store(load_settings())) as store:
        found = skew_of(store, load_catalogue(), since, until)
    if since > begins:
        typer.echo(f"only from {since:%H:%M} on: the 5-minute tiles before are gone")
    if found.cut_off:
        typer.echo("more decisions than are read: the day's oldest were not compared", err=True)
    typer.echo(
        f"{begins:%Y-%m-%d}: {found.decisions:,} decisions, {found.values:,} values recomputed, "
        f"{len(found.differences):,} differ; {found.skipped:,} decisions without a usable vector"
    )
    for subject, names in found.left_out.items():
        typer.echo(
            f"not recomputed for {subject}: {len(names)} features that rest on what is not kept"
        )
    for one in found.differences[:_SHOWN]:
        typer.echo(
            f"  {one.feature} of {one.subject} decision {one.decision_id}: "
            f"logged {one.logged!r}, its facts give {one.computed!r}",
            err=True,
        )
    if len(found.differences) > _SHOWN:
        typer.echo(f"  and {len(found.differences) - _SHOWN:,} more", err=True)
    if found.nothing_compared:
        typer.echo(
            "no decision has a vector of this code's features: nothing was compared", err=True
        )
    raise typer.Exit(
        1 if found.differences else 2 if found.cut_off or found.nothing_compared else 0
    )


COMMAND = Command("skew", skew)
