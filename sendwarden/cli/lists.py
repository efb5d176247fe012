"""`sendwarden list`: what a list of recipients is made of, from a file."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from features.lists import ListScan
    from sendwarden.list_forecast import Outlook

app = typer.Typer(help="Look at lists of recipients; register bad ones.", no_args_is_help=True)


@app.callback()
def lists() -> None:
    """Look at lists of recipients; register bad ones."""


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
    import secrets
    from datetime import UTC

    from sendwarden.clocks import system_clock
    from sendwarden.list_forecast import shipped_outlook

    at = imported_at.replace(tzinfo=imported_at.tzinfo or UTC) if imported_at else system_clock()
    # The hashes are not kept, so any key will do.
    found = _scan(file, fmt, at, secrets.token_bytes(32))
    outlook = shipped_outlook(found, at)
    if as_json:
        _print_json(found, outlook)
    else:
        from rich.console import Console

        from sendwarden.list_card import list_card

        Console().print(list_card(found, file.name, outlook))


known = typer.Typer(help="Known bad lists, such as lists on sale.", no_args_is_help=True)
app.add_typer(known, name="known")


@known.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is to be called, for example leads-2026.")],
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
) -> None:
    """Register a bad list: every later import is compared with it.

    Only a sketch of keyed hashes is kept. A name that exists is replaced.

    Example: sendwarden list known add leads-2026 leads.csv
    """
    import re

    from features.records import ID_PATTERN
    from sendwarden.clocks import system_clock
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings

    if not re.fullmatch(ID_PATTERN, name):
        raise typer.BadParameter("letters, digits and . _ : @ - alone, 128 at most")
    settings, at = load_settings(), system_clock()
    found = _scan(file, fmt, at, settings.key_bytes())
    store = build_store(settings)
    store.put_known_list(name, found.sketch, at)
    store.close()
    typer.echo(f"{name}: {found.valid - found.duplicates:,} addresses are known now")


@known.command("list")
def list_known() -> None:
    """Print the known bad lists: name, addresses, since when."""
    from rich.console import Console
    from rich.table import Table

    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings

    store = build_store(load_settings())
    table = Table("name", "addresses, about", "since")
    for found in store.known_lists():
        # An upgrade that changes the hash of addresses leaves nothing but the name.
        addresses = f"{found.addresses:,}" if found.addresses else "none, add it again"
        table.add_row(found.name, addresses, f"{found.added_at:%Y-%m-%d %H:%M}")
    store.close()
    Console().print(table)


@known.command()
def remove(name: Annotated[str, typer.Argument(help="The name given when it was added.")]) -> None:
    """Forget a known bad list."""
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings

    store = build_store(load_settings())
    found = store.drop_known_list(name)
    store.close()
    if not found:
        typer.echo(f"no list named {name!r} is known; see: sendwarden list known list", err=True)
        raise typer.Exit(1)
    typer.echo(f"forgot {name}")


def _scan(file: Path, fmt: str | None, at: datetime, key: bytes) -> "ListScan":
    from features.hashing import AddressHasher
    from features.lists import UnreadableList
    from features.lists import scan as scan_list

    try:
        with file.open("rb") as stream:
            if not _is_terminal():
                return scan_list(stream, fmt or _format_of(file), AddressHasher(key), at)
            from rich.progress import wrap_file

            size = file.stat().st_size
            with wrap_file(stream, size, description=file.name, transient=True) as watched:
                return scan_list(watched, fmt or _format_of(file), AddressHasher(key), at)
    except UnreadableList as error:
        typer.echo(f"{file.name}: {error}", err=True)
        raise typer.Exit(2) from error


def _format_of(file: Path) -> str:
    """Return the format that a file's name tells, or else its first byte."""
    kinds = {".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson", ".parquet": "parquet"}
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() != ".gz"]
    named = kinds.get(suffixes[-1]) if suffixes else None
    if named is not None:
        return named
    with file.open("rb") as stream:
        head = stream.read(4)
    return "parquet" if head == b"PAR1" else "ndjson" if head.startswith(b"{") else "csv"


def _is_terminal() -> bool:
    import sys

    return sys.stderr.isatty() and sys.stdout.isatty()


def _print_json(found: "ListScan", outlook: "Outlook | None") -> None:
    import json
    from math import isfinite

    import msgspec

    counts = {name: getattr(found, name) for name in ("rows", "valid", "invalid", "duplicates")}
    numbers = {name: value if isfinite(value) else None for name, value in found.numbers.items()}
    told = {
        "features": numbers,
        "segments": outlook.segments if outlook else found.segments,
        "bad_rows": found.bad_rows,
        "typos": found.slips,
        "forecast": outlook.forecast if outlook else None,
        "removal": outlook.removal if outlook else None,
    }
    typer.echo(json.dumps(counts | msgspec.to_builtins(told), indent=2))


COMMAND = Command("list", app)
