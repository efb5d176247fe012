"""One act on many cases over the API: shown first, then done as it was shown."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.queue_answers import BulkAnswer, done_answer, impact_answer
from service.api.queue_wire import BulkCases
from service.api.routes.cases import actor_of
from service.api.schemas import described

ROUTES = APIRouter()
# What was shown of 500 cases with the longest ids fits.
_MOST_BYTES: Final = 256 * 2**10


@ROUTES.post(
    "/v1/cases/bulk",
    **described(
        BulkAnswer,
        "Say what one act on many cases would do; then do it, with a reason",
        body=BulkCases,
        extra=(409,),
    ),
)
async def act_on_many(caller: ReviewCaller, request: Request, server: Serving) -> Response:
    body, at = await read_json(request, BulkCases, _MOST_BYTES), server.clock()
    bulk, actor = server.warden.bulk, actor_of(caller)
    if body.dry_run:
        found = await run_in_threadpool(bulk.look, body.chosen(), body.asked(), actor, at)
        return json_response(impact_answer(found, at))
    done = await run_in_threadpool(bulk.do, body.shown or "", body.reason or "", actor, at)
    return json_response(done_answer(done))
