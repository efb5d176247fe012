"""The tables and the picture in `docs/` that are made from the code.

A document holds `<!-- table: NAME -->` and `<!-- end -->`; what stands between is generated.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import typer

from features.catalogue import load_catalogue
from features.docs import feature_table
from models.reasons.docs import reason_table
from sendwarden.pictures import cards_picture
from sendwarden.settings import settings_table

DOCS: Final = Path(__file__).parent.parent / "docs"
PICTURE: Final = Path("images", "cards.svg")
_MARKED: Final = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def command_table() -> str:
    """Return every command with the first line of its help."""
    from sendwarden.cli.app import build

    rows = ["| command | does |", "|---|---|"]
    rows.extend(_command_rows(typer.main.get_command(build()), "sendwarden"))
    return "\n".join(rows) + "\n"


def _command_rows(command: object, path: str) -> list[str]:
    children = getattr(command, "commands", None)
    if children is None:
        described = (getattr(command, "help", None) or "").strip().split("\n\n")[0]
        return [f"| `{path}` | {' '.join(described.split())} |"]
    return [
        row for name, child in children.items() for row in _command_rows(child, f"{path} {name}")
    ]


def starter_table() -> str:
    """Return the card of the model that ships, from the report that it carries."""
    from models.registry import starter_files
    from training.card import markdown

    note = json.loads(starter_files()["manifest.json"])["note"]
    return markdown(note["report"])


def change_table() -> str:
    """Return every type of change with what its data hold."""
    from service.outbox.changes import TYPES

    rows = ["| type | when, and its `data` |", "|---|---|"]
    rows += [f"| `{name}` | {meaning} |" for name, meaning in TYPES.items()]
    return "\n".join(rows) + "\n"


def gate_table() -> str:
    """Return every kind of gate. The serving image has no training stack, and writes no documents."""
    from training.gates.gate import gate_table as table

    return table()


TABLES: Final[dict[str, Callable[[], str]]] = {
    "features": lambda: feature_table(load_catalogue()),
    "reasons": reason_table,
    "settings": settings_table,
    "changes": change_table,
    "commands": command_table,
    "starter": starter_table,
    "gates": gate_table,
}


@dataclass(frozen=True)
class Stale:
    """A document whose generated part is not what the code says."""

    path: Path
    text: str


def stale_documents(docs: Path = DOCS) -> list[Stale]:
    """Return the documents that need writing, with their right text.

    Raises `click.ClickException` when a table stands in no document.
    """
    tables = {name: make() for name, make in TABLES.items()}
    seen: set[str] = set()
    stale = []
    for path in sorted(docs.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        seen.update(match[2] for match in _MARKED.finditer(text))
        right = _MARKED.sub(lambda m: f"{m[1]}{tables.get(m[2], m[3])}{m[4]}", text)
        if right != text:
            stale.append(Stale(path, right))
    if absent := set(tables) - seen:
        raise click.ClickException(f"no document in docs/ shows the tables {sorted(absent)}")
    picture, shown = docs / PICTURE, cards_picture()
    if not picture.exists() or picture.read_text(encoding="utf-8") != shown:
        stale.append(Stale(picture, shown))
    return stale
