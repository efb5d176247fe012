"""Views of the queue that people keep: filters under a name, one's own or everybody's."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.queue_answers import CaseViewAnswer, CaseViewsAnswer, view_answer
from service.api.queue_wire import KeepView
from service.api.routes.cases import actor_of
from service.api.schemas import described

ROUTES = APIRouter()
ViewId = Annotated[str, Path(pattern=ID_PATTERN)]


@ROUTES.get(
    "/v1/case-views", **described(CaseViewsAnswer, "The caller's views of the queue and the shared")
)
async def list_views(caller: ReviewCaller, server: Serving) -> Response:
    found = await run_in_threadpool(server.warden.views.seen, actor_of(caller))
    return json_response(CaseViewsAnswer(views=tuple(map(view_answer, found))))


@ROUTES.post(
    "/v1/case-views",
    **described(CaseViewAnswer, "Keep filters under a name", body=KeepView, extra=(409,)),
)
async def keep_view(caller: ReviewCaller, request: Request, server: Serving) -> Response:
    body, at = await read_json(request, KeepView, server.limits.facts_bytes), server.clock()
    view = await run_in_threadpool(
        server.warden.views.keep, actor_of(caller), body.name, body.filters.given(), body.shared, at
    )
    return json_response(view_answer(view))


@ROUTES.delete(
    "/v1/case-views/{view_id}", **described(CaseViewAnswer, "Delete a view", extra=(409,))
)
async def drop_view(caller: ReviewCaller, view_id: ViewId, server: Serving) -> Response:
    drop = server.warden.views.drop
    view = await run_in_threadpool(drop, actor_of(caller), view_id, server.clock())
    return json_response(view_answer(view))
