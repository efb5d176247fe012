"""What the API answers about event sources and receivers of changes."""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from service.api.answers import Answer
from service.sources import SourcesView, SourceView
from service.stores.contract import EndpointState


class SourceCountsAnswer(Answer, frozen=True, kw_only=True):
    """What came of a source's payloads in 7 days.

    Their events: `accepted`, counted before, left out as no events (`rejected`), without an account; rows of
    `reports`. `refused` payloads had no right signature, `unreadable` ones are in no form that is known."""

    payloads: int
    accepted: int
    duplicates: int
    rejected: int
    unattributed: int
    reports: int
    refused: int
    unreadable: int


class SourceAnswer(Answer, frozen=True, kw_only=True):
    """An event source. `way` is `webhook`, `log`, `mail` or `own`; `signature` `required`, `possible` (its
    secret is not set) or `none`. `days` are new events by day (UTC), today the last.

    `silent`: nothing for 12 hours or more, in which 20 events or more were `expected` by the mean of the 7
    days before. `fault` is what was wrong last."""

    source: str
    meaning: str
    way: str
    path: str
    guide: str
    signature: str
    last_event_at: datetime | None
    days: tuple[int, ...]
    week: SourceCountsAnswer
    expected: float
    silent: bool
    fault: str
    fault_at: datetime | None


class ReceiverAnswer(Answer, frozen=True, kw_only=True):
    """Who is told of changes, by the host alone. `behind`: changes that were not looked at for it yet.

    `delivered` counts from when it is counted; `error` is the last one of what it has not got."""

    webhook_id: str
    host: str
    types: tuple[str, ...]
    delivered: int
    delivered_at: datetime | None
    waiting: int
    dead: int
    behind: int
    error: str
    next_at: datetime | None


class SourcesAnswer(Answer, frozen=True, kw_only=True):
    """Event sources, the silent first, then the busiest; and receivers of changes."""

    sources: tuple[SourceAnswer, ...]
    receivers: tuple[ReceiverAnswer, ...]


SOURCE_ANSWERS: Final[tuple[type[Answer], ...]] = (
    SourceCountsAnswer,
    SourceAnswer,
    ReceiverAnswer,
    SourcesAnswer,
)


def sources_answer(found: SourcesView) -> SourcesAnswer:
    return SourcesAnswer(
        sources=tuple(map(_source, found.sources)), receivers=tuple(map(_receiver, found.receivers))
    )


def _source(view: SourceView) -> SourceAnswer:
    name = view.source.name
    week = {field: getattr(view.week, field) for field in SourceCountsAnswer.__struct_fields__}
    return SourceAnswer(
        source=name,
        meaning=view.source.meaning,
        way=view.source.way.value,
        path=f"/v1/events/{name}",
        guide=f"docs/integrate/{name}.md",
        signature=view.signature,
        last_event_at=view.last.last_at,
        days=view.days,
        week=SourceCountsAnswer(**week),
        expected=round(view.expected, 1),
        silent=view.silent,
        fault=view.last.fault,
        fault_at=view.last.fault_at,
    )


def host_of(url: str) -> str:
    """Return where a receiver is, without what a URL may hold of secrets."""
    if url.startswith("mailto:"):
        return f"mail to {url.rpartition('@')[2]}"
    parts = urlsplit(url)
    return parts.hostname or ""


def _receiver(state: EndpointState) -> ReceiverAnswer:
    return ReceiverAnswer(
        webhook_id=state.endpoint.webhook_id,
        host=host_of(state.endpoint.url),
        types=state.endpoint.types,
        delivered=state.delivered,
        delivered_at=state.delivered_at,
        waiting=state.waiting,
        dead=state.dead,
        behind=state.behind,
        error=state.error,
        next_at=state.next_at,
    )
