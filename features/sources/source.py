"""What an event source is."""

from collections.abc import Callable
from dataclasses import dataclass

from features.records import Event


class UnreadablePayload(ValueError):
    """The body as a whole is not in the source's format; the text says what was expected."""


@dataclass(frozen=True)
class Rejected:
    """One row that could not be read: its index in the payload, and why."""

    index: int
    error: str


@dataclass(frozen=True)
class ParsedEvents:
    """Good events with their indexes in the payload, `(events[i], indexes[i])`, and the rest."""

    events: tuple[Event, ...]
    indexes: tuple[int, ...]
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True)
class Source:
    """`parse(body, content_type)` returns events or raises `UnreadablePayload`."""

    name: str
    meaning: str
    parse: Callable[[bytes, str], ParsedEvents]
