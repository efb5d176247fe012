"""Reads the file of block lists; everything that is wrong is said at once."""

from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from features.blocklists import BlockList, ListKind
from features.plain_yaml import read_yaml

SHIPPED: Final = Path(__file__).parent / "blocklists.yaml"


class BadBlockLists(ValueError):
    """The file of block lists cannot be used."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9\-]{1,64}$")]
    zone: Annotated[str, Field(pattern=r"^[A-Za-z0-9._\-]{1,200}$")]
    kind: ListKind
    procedure: Annotated[str, Field(max_length=500)]
    terms: Annotated[str, Field(max_length=1_000)] = ""
    codes: dict[str, str] = {}
    per_second: Annotated[float, Field(gt=0, le=1_000)] = 5.0
    enabled: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    lists: list[_Entry]


def read_block_lists(path: Path = SHIPPED) -> tuple[BlockList, ...]:
    """Return the lists that are enabled. Raises `BadBlockLists`."""
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
        entries = _File.model_validate(content).lists
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise BadBlockLists(f"{path}: {error}") from error
    names = [entry.name for entry in entries]
    if len(names) != len(set(names)):
        raise BadBlockLists(f"{path}: two lists have one name")
    return tuple(
        BlockList(**entry.model_dump(exclude={"enabled"})) for entry in entries if entry.enabled
    )
