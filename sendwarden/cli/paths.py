"""Paths that people name: files, folders, or - for standard input."""

from pathlib import Path

import typer


def there(paths: list[Path]) -> list[Path]:
    """Return the paths. Raises `typer.BadParameter` of the first that is not there, before any is read.

    Typer's own check takes - for a missing file (0.29).
    """
    for path in paths:
        if str(path) != "-" and not path.exists():
            raise typer.BadParameter(f"{path} does not exist")
    return paths
