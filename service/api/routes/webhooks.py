"""Who is told of changes, what they have not got, and the changes themselves: listed and streamed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Header, Path, Query, Request
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from service.api.access import AdminCaller, ReadCaller
from service.api.answers import json_response
from service.api.bodies import read_json
from service.api.context import Server, Serving
from service.api.outbox_answers import (
    ChangesAnswer,
    DeliveriesAnswer,
    RedeliveredAnswer,
    WebhookAnswer,
    WebhooksAnswer,
    change_answer,
    delivery_answer,
    webhook_answer,
)
from service.api.params import AccountQuery, LimitQuery
from service.api.problems import ProblemError
from service.api.schemas import described
from service.api.wire import AddWebhook
from service.errors import Unavailable

ROUTES = APIRouter()
WebhookId = Annotated[str, Path(pattern=ID_PATTERN)]
AfterQuery = Annotated[int, Query(ge=0, lt=2**63, description="the last change that was seen")]
TypeQuery = Annotated[
    str | None, Query(pattern=r"^[a-z_.]{1,40}$", description="one type of changes")
]
LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", pattern=r"^[0-9]{1,18}$", description="where a stream was left"),
]
_POLL_S: Final = 0.5
_PING_S: Final = 15
_BATCH: Final = 200
# A client that does not read for so long is let go; it comes back with its Last-Event-ID.
_SLOW_S: Final = 30.0


@ROUTES.post(
    "/v1/webhooks",
    **described(
        WebhookAnswer, "Tell a URL or an address of changes", body=AddWebhook, extra=(409,)
    ),
)
async def add_webhook(_: AdminCaller, request: Request, server: Serving) -> Response:
    body = await read_json(request, AddWebhook, server.limits.facts_bytes)
    add = server.warden.receivers.add
    endpoint, secret = await run_in_threadpool(add, body.url, tuple(body.types), server.clock())
    return json_response(webhook_answer(endpoint, secret))


@ROUTES.get("/v1/webhooks", **described(WebhooksAnswer, "Who is told of changes"))
async def list_webhooks(_: AdminCaller, server: Serving) -> Response:
    found = await run_in_threadpool(server.warden.receivers.all)
    return json_response(WebhooksAnswer(webhooks=tuple(map(webhook_answer, found))))


@ROUTES.delete("/v1/webhooks/{webhook_id}", **described(WebhookAnswer, "Tell a receiver no more"))
async def remove_webhook(_: AdminCaller, webhook_id: WebhookId, server: Serving) -> Response:
    gone = await run_in_threadpool(server.warden.receivers.remove, webhook_id)
    return json_response(webhook_answer(gone))


@ROUTES.get(
    "/v1/webhooks/{webhook_id}/undelivered",
    **described(DeliveriesAnswer, "What a receiver has not got: dead letters, and what waits"),
)
async def list_undelivered(_: AdminCaller, webhook_id: WebhookId, server: Serving) -> Response:
    found = await run_in_threadpool(server.warden.receivers.undelivered, webhook_id)
    return json_response(DeliveriesAnswer(deliveries=tuple(delivery_answer(*one) for one in found)))


@ROUTES.post(
    "/v1/webhooks/{webhook_id}/redeliver",
    **described(RedeliveredAnswer, "Try a receiver's dead letters again"),
)
async def redeliver(_: AdminCaller, webhook_id: WebhookId, server: Serving) -> Response:
    again = server.warden.receivers.redeliver
    count = await run_in_threadpool(again, webhook_id, server.clock())
    return json_response(RedeliveredAnswer(redelivered=count))


@ROUTES.get("/v1/changes", **described(ChangesAnswer, "Changes after one, the oldest first"))
async def list_changes(
    _: ReadCaller,
    server: Serving,
    after: AfterQuery = 0,
    account_id: AccountQuery = None,
    type: TypeQuery = None,  # noqa: A002 - the name on the wire
    limit: LimitQuery = 100,
) -> Response:
    kinds = () if type is None else (type,)
    found = await run_in_threadpool(server.warden.store.changes, after, limit, account_id, kinds)
    return json_response(ChangesAnswer(changes=tuple(map(change_answer, found))))


def _as_stream() -> dict[str, Any]:
    """Return the description of the stream: events instead of one JSON answer."""
    found = described(ChangesAnswer, "Changes as they are made (server-sent events)")
    text = {"text/event-stream": {"schema": {"type": "string"}}}
    found["responses"][200] = {"description": "a stream that ends when the client goes", "content": text}  # fmt: skip
    return found


@ROUTES.get("/v1/stream", **_as_stream())
async def stream(
    _: ReadCaller,
    server: Serving,
    account_id: AccountQuery = None,
    type: TypeQuery = None,  # noqa: A002 - the name on the wire
    last_event_id: LastEventId = None,
) -> Response:
    if server.streams.locked():
        raise ProblemError(503, "too many streams are open", headers={"Retry-After": "30"})
    store = server.warden.store
    after = int(last_event_id) if last_event_id else await run_in_threadpool(store.newest_change)
    kinds = () if type is None else (type,)
    return EventSourceResponse(
        _changes(server, after, account_id, kinds), ping=_PING_S, send_timeout=_SLOW_S
    )


async def _changes(
    server: Server, after: int, account_id: str | None, kinds: tuple[str, ...]
) -> AsyncIterator[dict[str, Any]]:
    """Yield changes as they come; nothing is kept for a client but where it is."""
    async with server.streams:
        while True:
            try:
                found = await run_in_threadpool(
                    server.warden.store.changes, after, _BATCH, account_id, kinds
                )
            except Unavailable:
                found = ()
            for change in found:
                after = change.change_id
                data = msgspec.json.encode(change_answer(change)).decode()
                yield {"id": str(after), "event": change.type, "data": data}
            if len(found) < _BATCH:
                await asyncio.sleep(_POLL_S)
