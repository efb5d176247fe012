"""What a check found, and what to do about it. Texts are English templates and keys of translations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Severity(StrEnum):
    """`must`: mail is refused or lands in spam without it. `should`: it makes mail worse. `note`."""

    MUST = "must"
    SHOULD = "should"
    NOTE = "note"


@dataclass(frozen=True)
class PublishRecord:
    """A record to publish; `replaces` is the one of the same name and type to take away."""

    name: str
    type: str
    value: str
    replaces: str | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `message` and `todo` are templates to be filled with `values`."""

    code: str
    severity: Severity
    message: str
    todo: str
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    records: tuple[PublishRecord, ...] = ()


def tags_of(text: str) -> dict[str, str]:
    """Return the tags of a DKIM or DMARC record (RFC 6376, 3.2); of a repeated one the first."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals and name.strip():
            tags.setdefault(name.strip().lower(), value.strip())
    return tags
