"""Policies from files, with every fault shown at its line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from features.catalogue import Catalogue
    from models.policy import Policy, PolicyError

errors = Console(stderr=True, highlight=False)


@contextmanager
def needing_training(what: str) -> Iterator[None]:
    """End the command with a hint where the training stack is not installed, as in the serving image."""
    try:
        yield
    except ImportError as error:
        errors.print(
            f"{what} needs the training image or the training extra: {error}", markup=False
        )
        raise typer.Exit(2) from error


def wide_console() -> Console:
    """Return where to print: what goes to a file or a pipe is not cut to the width of a window."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 140)


def read_policy(file: Path, catalogue: "Catalogue | None" = None) -> "Policy":
    """Return the policy of a file; what is wrong with it ends the command with every fault."""
    from features.catalogue import load_catalogue
    from models.policy import PolicyErrors, load_policy

    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as broken:
        errors.print(f"[red]{escape(str(file))} is not UTF-8 text[/red]: byte {broken.start}")
        raise typer.Exit(1) from broken
    try:
        return load_policy(text, catalogue or load_catalogue())
    except PolicyErrors as found:
        _print_errors(file, text, found.errors)
        raise typer.Exit(1) from found


def _print_errors(file: Path, text: str, found: "tuple[PolicyError, ...]") -> None:
    lines = text.split("\n")
    for error in found:
        place = f":{error.line}:{error.column}" if error.line else ""
        heading = f"[bold]{escape(str(file))}{place}[/bold]  [red]{escape(error.cause)}[/red]"
        errors.print(heading, soft_wrap=True)
        if 1 <= error.line <= len(lines):
            errors.print(_excerpt(lines[error.line - 1], error.line, error.column), markup=False)
        if error.suggestion:
            errors.print(f"{'':>7}  {error.suggestion}", markup=False)
    count = f"{len(found)} fault{'s' if len(found) > 1 else ''}"
    errors.print(f"{count}; a policy in force stays in force until a usable one replaces it.")


def _excerpt(line: str, number: int, column: int) -> str:
    """Return the line with a caret under the column, cut to what a terminal shows."""
    start = max(0, column - 60)
    shown = line[start : start + 100].replace("\t", " ")
    caret = f"\n{'':>6} | {' ' * (column - 1 - start)}^" if column else ""
    return f"{number:>6} | {shown}{caret}"
