"""Events: canonical ones, and vendors' payloads as they stand."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.sources.source import Source
from service import errors
from service.api.access import EventsCaller, FeedbackCaller, WebhookCaller
from service.api.answers import json_response
from service.api.bodies import check_content_type, read_body
from service.api.context import Server, Serving
from service.api.event_answers import (
    DomainReportAnswer,
    DomainReportsAnswer,
    EventsAnswer,
    LostCountAnswer,
    LostEventAnswer,
    RejectedEvent,
    SourceEventsAnswer,
    UnattributedAnswer,
)
from service.api.params import AccountQuery, SourceName
from service.api.schemas import described
from service.ingest import Taken
from service.sources import sources
from service.stores.contract import ApiKey
from service.webhooks.signature import BadSignature, Signed

ROUTES = APIRouter()
CANONICAL: Final = "canonical"
_JSON_TYPES: Final = ("application/json", "application/x-ndjson", "application/jsonl")
# What is read of a request before its signature is checked.
_UNKNOWN_CALLER_BYTES: Final = 4 * 2**20
SourceQuery = Annotated[str | None, Query(pattern=r"^[a-z0-9_\-]{1,64}$")]
DomainQuery = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9._\-]{1,253}$")]
NewestQuery = Annotated[int, Query(ge=1, le=1_000, description="how many of the newest to show")]


@ROUTES.post(
    "/v1/events",
    **described(EventsAnswer, "Count canonical events, each once", media=_JSON_TYPES),
)
async def post_events(_: EventsCaller, request: Request, server: Serving) -> Response:
    check_content_type(request, _JSON_TYPES)
    source = sources()[CANONICAL]
    body = await read_body(request, server.limits.events_bytes)
    taken = await _taken(request, server, source, body, None)
    return json_response(EventsAnswer(**_counts(taken)))


@ROUTES.post(
    "/v1/events/{source}",
    **described(
        SourceEventsAnswer, "Count the events of a vendor's or MTA's payload", media=("*/*",)
    ),
)
async def post_source_events(
    caller: WebhookCaller,
    source: SourceName,
    request: Request,
    server: Serving,
    account_id: AccountQuery = None,
) -> Response:
    if source not in sources():
        raise errors.UnknownSource(f"no event source {source!r}; known: {', '.join(sources())}")
    limit = server.limits.events_bytes
    body = await read_body(request, limit if caller else min(limit, _UNKNOWN_CALLER_BYTES))
    await _let_in(request, server, source, body, caller)
    taken = await _taken(request, server, sources()[source], body, account_id)
    return json_response(
        SourceEventsAnswer(**_counts(taken), unattributed=taken.unattributed, reports=taken.reports)
    )


@ROUTES.get(
    "/v1/unattributed",
    **described(UnattributedAnswer, "Events whose account no rule tells"),
)
async def get_unattributed(
    _: FeedbackCaller, server: Serving, source: SourceQuery = None, limit: NewestQuery = 100
) -> Response:
    def found() -> UnattributedAnswer:
        store = server.warden.store
        with store.snapshot():
            counts, events = store.unattributed_counts(), store.unattributed(source, limit)
        return UnattributedAnswer(
            total=sum(one.count for one in counts),
            counts=tuple(
                LostCountAnswer(source=one.source, type=one.type, count=one.count) for one in counts
            ),
            events=tuple(
                LostEventAnswer(
                    **{name: getattr(one, name) for name in LostEventAnswer.__struct_fields__}
                )
                for one in events
            ),
        )

    return json_response(await run_in_threadpool(found))


@ROUTES.get(
    "/v1/domain-reports",
    **described(DomainReportsAnswer, "What receivers report of sending domains"),
)
async def get_domain_reports(
    _: FeedbackCaller, server: Serving, domain: DomainQuery = None, limit: NewestQuery = 100
) -> Response:
    rows = await run_in_threadpool(server.warden.store.reports, domain and domain.lower(), limit)
    fields = DomainReportAnswer.__struct_fields__
    return json_response(
        DomainReportsAnswer(
            reports=tuple(
                DomainReportAnswer(**{name: getattr(row, name) for name in fields}) for row in rows
            )
        )
    )


async def _let_in(
    request: Request, server: Server, source: str, body: bytes, caller: ApiKey | None
) -> None:
    """Check the signature of a webhook, and count one that is refused. Raises `BadSignature`."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    signed = Signed(
        body=body,
        content_type=request.headers.get("content-type", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        url=server.doorkeeper.public_url + path,
    )
    now = server.clock()

    def check() -> None:
        try:
            server.doorkeeper.check(source, signed, now, has_key=caller is not None)
        except BadSignature as error:
            server.warden.refusals(source, str(error), now)
            raise

    await run_in_threadpool(check)


async def _taken(
    request: Request, server: Server, source: Source, body: bytes, account_id: str | None
) -> Taken:
    content_type = request.headers.get("content-type", "")
    at = server.clock()
    taken = await run_in_threadpool(
        server.warden.take_payload, source, body, content_type, at, account_id
    )
    server.metrics.events(
        source.name, taken.accepted, taken.duplicates, len(taken.rejected), taken.unattributed
    )
    return taken


def _counts(taken: Taken) -> dict[str, Any]:
    return {
        "accepted": taken.accepted,
        "duplicates": taken.duplicates,
        "rejected": tuple(RejectedEvent(index=r.index, error=r.error) for r in taken.rejected),
    }
