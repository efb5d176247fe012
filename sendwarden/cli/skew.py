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
    """Recompute the vectors that a day's decisions logged from the tiles, and demand equality.

    Exits with 1 on any difference, and names feature, decision and both values. Tiles of 5 minutes
    are kept 48 hours, so run it daily.

    Example: sendwarden skew

    Example: sendwarden skew --day 2026-11-25
    """
    from contextlib import closing

    from features.catalogue import load_catalogue
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from sendwarden.skew import skew_of

    now = datetime.now(UTC)
    begins = (day.replace(tzinfo=UTC) if day else now - timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    if now - begins > timedelta(hours=48) + timedelta(days=1):
        typer.echo(f"{begins:%Y-%m-%d} is too long ago: its 5-minute tiles are gone", err=True)
        raise typer.Exit(2)
    with closing(build_store(load_settings())) as store:
        # Of the day before, what lies further back than the finest tiles cannot be recomputed.
        since = max(begins, now - timedelta(hours=47))
        found = skew_of(store, load_catalogue(), since, begins + timedelta(days=1))
    typer.echo(
        f"{begins:%Y-%m-%d}: {found.decisions:,} decisions, {found.values:,} values recomputed, "
        f"{len(found.differences):,} differ; {found.skipped:,} decisions without a usable vector"
    )
    for subject, names in found.left_out.items():
        typer.echo(
            f"not recomputed for {subject}: {len(names)} features that rest on more than tiles"
        )
    for one in found.differences[:_SHOWN]:
        typer.echo(
            f"  {one.feature} of {one.subject} decision {one.decision_id}: "
            f"logged {one.logged!r}, tiles give {one.computed!r}",
            err=True,
        )
    if len(found.differences) > _SHOWN:
        typer.echo(f"  and {len(found.differences) - _SHOWN:,} more", err=True)
    raise typer.Exit(1 if found.differences else 0)


COMMAND = Command("skew", skew)
