"""What the case page and the overview show beyond cases: ties, evidence, effects, estimates."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.context import Serving
from service.api.insight_answers import (
    InsightAnswer,
    OverviewAnswer,
    TiesAnswer,
    insight_answer,
    overview_answer,
    ties_answer,
)
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.desk.insight import insight
from service.desk.overview import overview

ROUTES = APIRouter()
CaseId = Annotated[str, Path(pattern=ID_PATTERN)]
AccountId = Annotated[str, Path(pattern=ID_PATTERN)]


@ROUTES.get(
    "/v1/accounts/{account_id}/ties",
    **described(TiesAnswer, "What an account shares with which others"),
)
async def account_ties(_: ReviewCaller, account_id: AccountId, server: Serving) -> Response:
    await run_in_threadpool(server.warden.known_account, account_id)
    found = await run_in_threadpool(server.warden.store.tied, account_id)
    return json_response(ties_answer(account_id, found))


@ROUTES.get(
    "/v1/cases/{case_id}/insight",
    **described(
        InsightAnswer, "Who else was given a reason, the evidence of running mail, effects"
    ),
)
async def case_insight(caller: ReviewCaller, case_id: CaseId, server: Serving) -> Response:
    warden, name = server.warden, actor_of(caller).name
    case = await run_in_threadpool(warden.cases.find, case_id, name)
    decision = await run_in_threadpool(warden.decision, case.decision_id)
    found = await run_in_threadpool(insight, warden, case, decision, server.clock(), name)
    return json_response(insight_answer(case_id, found))


@ROUTES.get("/v1/overview", **described(OverviewAnswer, "How the platform stands, 24 hours"))
async def how_it_stands(_: ReviewCaller, server: Serving) -> Response:
    found = await run_in_threadpool(overview, server.warden.store, server.clock())
    return json_response(overview_answer(found))
