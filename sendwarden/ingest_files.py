"""Events from files into the store, with progress and a count of what was refused."""

import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

import features.sources
from features.discovery import discover
from features.hashing import AddressHasher
from features.sources.source import Source, UnreadablePayload
from sendwarden.clocks import system_clock
from sendwarden.compose import build_store
from sendwarden.settings import load_settings
from service.ingest import Ingest

_SHOWN_ERRORS = 5


@dataclass
class Totals:
    """What became of the rows."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    first_errors: list[str] = field(default_factory=list)


def ingest_paths(paths: list[Path], source_name: str, batch_bytes: int) -> int:
    """Ingest files in order and print the totals; return the exit code (1: rows were refused)."""
    sources = {source.name: source for source in discover(features.sources, Source)}
    if source_name not in sources:
        raise typer.BadParameter(f"one of: {', '.join(sources)}", param_hint="--source")
    settings = load_settings()
    totals = Totals()
    with closing(build_store(settings)) as store, _progress() as progress:
        ingest = Ingest(store, AddressHasher(settings.key_bytes()))
        for path in paths:
            _ingest_file(path, sources[source_name], ingest, batch_bytes, totals, progress)
    typer.echo(
        f"accepted {totals.accepted:,}, counted before {totals.duplicates:,}, "
        f"refused {totals.rejected:,}"
    )
    for error in totals.first_errors:
        typer.echo(f"  {error}", err=True)
    return 1 if totals.rejected else 0


def _ingest_file(
    path: Path, source: Source, ingest: Ingest, batch_bytes: int, totals: Totals, progress: Progress
) -> None:
    size = path.stat().st_size if path.is_file() else None
    task = progress.add_task(path.name, total=size)
    row = 0
    with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as file:
        for batch in _batches(file, batch_bytes):
            try:
                parsed = source.parse(batch, "application/x-ndjson")
            except UnreadablePayload as error:
                raise typer.BadParameter(f"{path}: {error}") from error
            counted = ingest(parsed.events, system_clock())
            totals.accepted += counted.accepted
            totals.duplicates += len(counted.duplicates)
            totals.rejected += len(parsed.rejected)
            room = _SHOWN_ERRORS - len(totals.first_errors)
            totals.first_errors.extend(
                f"{path}: row {row + refused.index + 1}: {refused.error}"
                for refused in parsed.rejected[:room]
            )
            row += len(parsed.events) + len(parsed.rejected)
            progress.advance(task, len(batch))


def _batches(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield whole lines, about `size` bytes at a time."""
    while block := file.read(size):
        yield block + (b"" if block.endswith(b"\n") else file.readline())


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), transient=True
    )
