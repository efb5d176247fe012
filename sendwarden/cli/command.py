"""A command is a value in a file of `sendwarden.cli`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer


@dataclass(frozen=True)
class Command:
    """One sub-command: a function, or a `typer.Typer` with sub-commands of its own."""

    name: str
    app: typer.Typer | Callable[..., Any]
