"""`sendwarden list`: what a list of recipients is made of, from a file."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from features.lists import ListScan

app = typer.Typer(help="Look at lists of recipients.", no_args_is_help=True)


@app.callback()
def lists() -> None:
    """Look at lists of recipients."""


@app.command()
def scan(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV, NDJSON (both maybe gzipped) or Parquet.", exists=True, dir_okay=False
        ),
    ],
    fmt: Annotated[
        str | None,
        typer.Option("--format", help="csv, ndjson or parquet; by the name when left out."),
    ] = None,
    imported_at: Annotated[
        datetime | None, typer.Option(help="When it is imported (UTC); now when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every number as JSON.")] = False,
) -> None:
    """Print a card of a list's make-up: who is on it, its order, consent and engagement.

    Nothing is stored or sent, and no address is printed.

    Examples:

        sendwarden list scan subscribers.csv

        sendwarden list scan export.ndjson.gz --imported-at 2026-05-01 --json
    """  # fmt: skip
    found = _scan(file, fmt, imported_at)
    if as_json:
        _print_json(found)
    else:
        from rich.console import Console

        from sendwarden.list_card import list_card

        Console().print(list_card(found, file.name))


def _scan(file: Path, fmt: str | None, imported_at: datetime | None) -> "ListScan":
    import secrets
    from datetime import UTC

    from features.hashing import AddressHasher
    from features.lists import UnreadableList
    from features.lists import scan as scan_list
    from sendwarden.clocks import system_clock

    at = imported_at.replace(tzinfo=imported_at.tzinfo or UTC) if imported_at else system_clock()
    # The hashes are not kept, so any key will do.
    hasher = AddressHasher(secrets.token_bytes(32))
    try:
        with file.open("rb") as stream:
            return scan_list(stream, fmt or _format_of(file), hasher, at)
    except UnreadableList as error:
        typer.echo(f"{file.name}: {error}", err=True)
        raise typer.Exit(2) from error


def _format_of(file: Path) -> str:
    kinds = {".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() != ".gz"]
    return kinds.get(suffixes[-1], "csv") if suffixes else "csv"


def _print_json(found: "ListScan") -> None:
    import json
    from math import isfinite

    counts = {name: getattr(found, name) for name in ("rows", "valid", "invalid", "duplicates")}
    numbers = {name: value if isfinite(value) else None for name, value in found.numbers.items()}
    segments = [{"by": s.by, "value": s.value, "rows": s.rows} for s in found.segments]
    typer.echo(json.dumps(counts | {"features": numbers, "segments": segments}, indent=2))


COMMAND = Command("list", app)
