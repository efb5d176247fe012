"""Appeals over the API: read, judged, and how often the customers were right."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.desk_answers import (
    AppealsAnswer,
    JudgedAppealAnswer,
    OverturnRatesAnswer,
    judged_answer,
    rates_answer,
)
from service.api.desk_wire import JudgeAppeal
from service.api.params import LimitQuery
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.desk.appeals import Outcome, overturn_rates

ROUTES = APIRouter()
_COUNTED: Final = 1_000
AppealId = Annotated[str, Path(pattern=ID_PATTERN)]
WhichQuery = Annotated[Literal["waiting", "judged"], Query()]


@ROUTES.get(
    "/v1/appeals",
    **described(AppealsAnswer, "Appeals: the oldest that wait first, or the newest judged"),
)
async def list_appeals(
    _: ReviewCaller, server: Serving, state: WhichQuery = "waiting", limit: LimitQuery = 100
) -> Response:
    store, waiting = server.warden.store, state == "waiting"
    found = await run_in_threadpool(lambda: store.appeals(waiting=waiting, limit=limit))
    total = await run_in_threadpool(store.count_appeals)
    return json_response(AppealsAnswer(appeals=tuple(map(judged_answer, found)), waiting=total))


@ROUTES.get("/v1/appeals/{appeal_id}", **described(JudgedAppealAnswer, "One appeal"))
async def find_appeal(_: ReviewCaller, appeal_id: AppealId, server: Serving) -> Response:
    return json_response(
        judged_answer(await run_in_threadpool(server.warden.appeals.find, appeal_id))
    )


@ROUTES.post(
    "/v1/appeals/{appeal_id}/judge",
    **described(
        JudgedAppealAnswer,
        "Uphold or overturn what a customer appealed against; it becomes a label",
        body=JudgeAppeal,
        extra=(409,),
    ),
)
async def judge(
    caller: ReviewCaller, appeal_id: AppealId, request: Request, server: Serving
) -> Response:
    body = await read_json(request, JudgeAppeal, server.limits.facts_bytes)
    word = Outcome(body.outcome, body.verdict, body.note)
    act, at = server.warden.appeals.judge, server.clock()
    return json_response(
        judged_answer(await run_in_threadpool(act, appeal_id, actor_of(caller), word, at))
    )


@ROUTES.get(
    "/v1/overturn-rates",
    **described(
        OverturnRatesAnswer, "Overturned appeals of the newest 1,000 by rule, reason and reviewer"
    ),
)
async def find_rates(_: ReviewCaller, server: Serving) -> Response:
    store = server.warden.store
    judged = await run_in_threadpool(lambda: store.appeals(waiting=False, limit=_COUNTED))
    return json_response(rates_answer(overturn_rates(judged), len(judged)))
