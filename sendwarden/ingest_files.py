"""Events from files, Maildirs and standard input into the store, with progress and totals."""

import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from features.hashing import AddressHasher
from features.sources.source import Source
from sendwarden.clocks import system_clock
from sendwarden.compose import attribution_rules, build_store
from sendwarden.parse_files import mails_of, named_source
from sendwarden.settings import load_settings
from service.errors import UnreadablePayload
from service.ingest import Taken, TakePayload

_SHOWN_ERRORS: Final = 5
# A mail's lines in a log belong together, so logs are cut less often than rows are.
_LOG_BYTES: Final = 2**26
_ROWS: Final = "canonical"
_LOGS: Final = ("postfix", "exim")


@dataclass
class Totals:
    """What became of the rows."""

    accepted: int = 0
    duplicates: int = 0
    unattributed: int = 0
    rejected: int = 0
    unreadable: int = 0
    first_errors: list[str] = field(default_factory=list)

    def add(self, taken: Taken, where: str, row: int) -> None:
        """Add what became of a payload that begins at a row of a file."""
        self.accepted += taken.accepted
        self.duplicates += taken.duplicates
        self.unattributed += taken.unattributed
        self.rejected += len(taken.rejected)
        for refused in taken.rejected:
            self.note(f"{where}: row {row + refused.index + 1}: {refused.error}")

    def note(self, error: str) -> None:
        """Keep the first few errors."""
        if len(self.first_errors) < _SHOWN_ERRORS:
            self.first_errors.append(error)


@dataclass(frozen=True)
class _Intake:
    """How the files of one run are taken in."""

    take: TakePayload
    source: Source
    account_id: str | None
    batch_bytes: int
    totals: Totals

    def __call__(self, body: bytes, where: str, row: int = 0) -> bool:
        """Count a payload; tell whether it could be read."""
        try:
            taken = self.take(
                self.source, body, "application/x-ndjson", system_clock(), self.account_id
            )
        except UnreadablePayload as error:
            self.totals.unreadable += 1
            self.totals.note(f"{where}: {error}")
            return False
        self.totals.add(taken, where, row)
        return True


def ingest_paths(
    paths: list[Path], source_name: str, batch_bytes: int, account_id: str | None = None
) -> int:
    """Ingest in order and print the totals; return the exit code (1: something was refused)."""
    source = named_source(source_name)
    settings = load_settings()
    totals = Totals()
    with closing(build_store(settings)) as store, progress_bar() as progress:
        hasher = AddressHasher(settings.key_bytes())
        take = TakePayload(store, hasher, attribution_rules(settings))
        intake = _Intake(take, source, account_id, batch_bytes, totals)
        for path in paths:
            if path.is_dir():
                _ingest_folder(path, intake, progress)
            else:
                _ingest_file(path, intake, progress)
    _print(totals)
    return 1 if totals.rejected or totals.unreadable else 0


def _ingest_folder(folder: Path, intake: _Intake, progress: Progress) -> None:
    """Take in the mails of a Maildir; those that were counted move from `new` to `cur`, seen."""
    files = mails_of(folder)
    task = progress.add_task(folder.name, total=len(files))
    for file in files:
        if intake(file.read_bytes(), str(file)) and file.parent.name == "new":
            mark_seen(file, folder)
        progress.advance(task)


def mark_seen(file: Path, folder: Path) -> None:
    """Move a mail to `cur` with the flag S; a crash before leaves it to be counted as known."""
    target = folder / "cur" / f"{file.name.partition(':')[0]}:2,S"
    target.parent.mkdir(exist_ok=True)
    file.replace(target)


def _ingest_file(path: Path, intake: _Intake, progress: Progress) -> None:
    size = path.stat().st_size if path.is_file() else None
    task = progress.add_task(path.name, total=size)
    row = 0
    with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as file:
        for batch in _batches(file, intake):
            intake(batch, str(path), row)
            row += batch.count(b"\n")
            progress.advance(task, len(batch))


def _batches(file: BinaryIO, intake: _Intake) -> Iterator[bytes]:
    """Yield whole lines of rows and logs, about so many bytes at a time; all else as it is."""
    name = intake.source.name
    if name not in (_ROWS, *_LOGS):
        yield file.read()
        return
    size = intake.batch_bytes if name == _ROWS else max(intake.batch_bytes, _LOG_BYTES)
    while block := file.read(size):
        yield block + (b"" if block.endswith(b"\n") else file.readline())


def _print(totals: Totals) -> None:
    typer.echo(
        f"accepted {totals.accepted:,}, counted before {totals.duplicates:,}, "
        f"refused {totals.rejected:,}"
    )
    if totals.unattributed:
        typer.echo(f"kept without an account {totals.unattributed:,}: see sendwarden unattributed")
    if totals.unreadable:
        typer.echo(f"not readable {totals.unreadable:,}")
    for error in totals.first_errors:
        typer.echo(f"  {error}", err=True)


def progress_bar() -> Progress:
    """Return the bar of a run over files."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), transient=True
    )
