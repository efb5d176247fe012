"""Events: canonical ones, and vendors' payloads as they stand."""

from functools import cache
from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

import features.sources
from features.discovery import discover
from features.sources.source import Source, UnreadablePayload
from service import errors
from service.api.access import EventsCaller
from service.api.answers import EventsAnswer, RejectedEvent, json_response
from service.api.bodies import check_content_type, read_body
from service.api.context import Server, Serving
from service.api.params import SourceName
from service.api.schemas import described

ROUTES = APIRouter()
CANONICAL: Final = "canonical"
_JSON_TYPES: Final = ("application/json", "application/x-ndjson", "application/jsonl")


@ROUTES.post(
    "/v1/events",
    **described(EventsAnswer, "Count canonical events, each once", media=_JSON_TYPES),
)
async def post_events(_: EventsCaller, request: Request, server: Serving) -> Response:
    check_content_type(request, _JSON_TYPES)
    return await _ingested(request, server, sources()[CANONICAL])


@ROUTES.post(
    "/v1/events/{source}",
    **described(EventsAnswer, "Count the events of a vendor's or MTA's payload", media=("*/*",)),
)
async def post_source_events(
    _: EventsCaller, source: SourceName, request: Request, server: Serving
) -> Response:
    if source not in sources():
        raise errors.UnknownSource(f"no event source {source!r}; known: {', '.join(sources())}")
    return await _ingested(request, server, sources()[source])


@cache
def sources() -> dict[str, Source]:
    """Return the event sources by name."""
    return {source.name: source for source in discover(features.sources, Source)}


async def _ingested(request: Request, server: Server, source: Source) -> Response:
    body = await read_body(request, server.limits.events_bytes)
    content_type = request.headers.get("content-type", "")
    at = server.clock()

    def ingest() -> EventsAnswer:
        try:
            parsed = source.parse(body, content_type)
        except UnreadablePayload as error:
            raise errors.UnreadablePayload(str(error)) from error
        counted = server.warden.ingest(parsed.events, at)
        return EventsAnswer(
            accepted=counted.accepted,
            duplicates=len(counted.duplicates),
            rejected=tuple(
                RejectedEvent(index=row.index, error=row.error) for row in parsed.rejected
            ),
        )

    answer = await run_in_threadpool(ingest)
    server.metrics.events(source.name, answer.accepted, answer.duplicates, len(answer.rejected))
    return json_response(answer)
