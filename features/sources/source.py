"""What an event source is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from features.records import Event
from features.sources.draft import Draft
from features.sources.report import Report


class UnreadablePayload(ValueError):
    """The body as a whole is not in the source's format; the text says what was expected."""


@dataclass(frozen=True)
class Rejected:
    """One row that could not be read, or is no event: its index in the payload, and why."""

    index: int
    error: str


@dataclass(frozen=True)
class ParsedEvents:
    """Good events with their indexes in the payload, `(events[i], indexes[i])`, and the rest.

    Sources that know accounts give `events`; the others give `drafts`, also with their indexes,
    for `features.sources.attribution` to find the account of. `reports` are sums over many mails.
    """

    events: tuple[Event, ...]
    indexes: tuple[int, ...]
    rejected: tuple[Rejected, ...] = ()
    drafts: tuple[Draft, ...] = ()
    draft_indexes: tuple[int, ...] = ()
    reports: tuple[Report, ...] = ()


class Way(StrEnum):
    """How payloads of a source come."""

    WEBHOOK = "webhook"
    LOG = "log"
    MAIL = "mail"
    OWN = "own"


@dataclass(frozen=True)
class Source:
    """`parse(body, content_type)` returns events or raises `UnreadablePayload`.

    `whole`: a payload is one mail or document and cannot be cut at lines. `way`: how it usually comes.
    """

    name: str
    meaning: str
    parse: Callable[[bytes, str], ParsedEvents]
    whole: bool = False
    way: Way = Way.WEBHOOK
