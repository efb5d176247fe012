"""How reviewers judge, and what two of them judged differently: for leads, and keys that are one."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from service.api.access import AdminCaller
from service.api.answers import json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.desk_wire import SettleLook
from service.api.params import LimitQuery
from service.api.reviewer_answers import (
    ReviewersAnswer,
    SecondLookAnswer,
    SecondLooksAnswer,
    reviewers_answer,
    second_look_answer,
)
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.desk.cases import Ruling
from service.desk.reviewers import DAYS, quality

ROUTES = APIRouter()
CaseId = Annotated[str, Path(pattern=ID_PATTERN)]
DaysQuery = Annotated[int, Query(ge=1, le=400, description="how far back, in days")]


@ROUTES.get(
    "/v1/reviewers",
    **described(ReviewersAnswer, "How reviewers judge: agreement, pace, what was overturned"),
)
async def reviewers(_: AdminCaller, server: Serving, days: DaysQuery = DAYS) -> Response:
    at, warden = server.clock(), server.warden
    found = await run_in_threadpool(quality, warden.store, at - timedelta(days=days), at)
    return json_response(reviewers_answer(found, warden.policy.current().audit.second_looks))


@ROUTES.get(
    "/v1/second-looks",
    **described(
        SecondLooksAnswer, "Cases that two people judged differently, for a lead to settle"
    ),
)
async def differing(_: AdminCaller, server: Serving, limit: LimitQuery = 100) -> Response:
    found = await run_in_threadpool(server.warden.second_looks.waiting, limit)
    return json_response(SecondLooksAnswer(second_looks=tuple(map(second_look_answer, found))))


@ROUTES.post(
    "/v1/second-looks/{case_id}/settle",
    **described(
        SecondLookAnswer,
        "Say what a case was where two people differed; it becomes a label",
        body=SettleLook,
        extra=(409,),
    ),
)
async def settle(
    caller: AdminCaller, case_id: CaseId, request: Request, server: Serving
) -> Response:
    body, at = await read_json(request, SettleLook, server.limits.facts_bytes), server.clock()
    ruling = Ruling(body.verdict, body.action, body.category, body.note)
    act = server.warden.second_looks.settle
    case = await run_in_threadpool(act, case_id, actor_of(caller), ruling, at)
    return json_response(second_look_answer(case))
