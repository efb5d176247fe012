"""Decisions: read, judged by people, appealed against."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.api.access import ReadCaller, ReviewCaller
from service.api.answers import (
    AppealAnswer,
    DecisionAnswer,
    DecisionsAnswer,
    VerdictAnswer,
    appeal_answer,
    decision_answer,
    decisions_answer,
    json_response,
    verdict_answer,
)
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.params import AccountQuery, CursorQuery, DecisionId, LimitQuery, TimeQuery
from service.api.schemas import described
from service.api.wire import GiveVerdict, MakeAppeal
from service.review import Plea, Verdict
from service.stores.contract import DecisionQuery

ROUTES = APIRouter()
ActionQuery = Annotated[Literal["allow", "throttle", "review", "terminate"] | None, Query()]


@ROUTES.get("/v1/decisions", **described(DecisionsAnswer, "Stored decisions, newest first"))
async def list_decisions(
    _: ReadCaller,
    server: Serving,
    account_id: AccountQuery = None,
    action: ActionQuery = None,
    since: TimeQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 100,
) -> Response:
    query = DecisionQuery(
        account_id=account_id, action=action, since=since, cursor=cursor, limit=limit
    )
    page = await run_in_threadpool(server.warden.decisions, query)
    return json_response(decisions_answer(page))


@ROUTES.get(
    "/v1/decisions/{decision_id}",
    **described(DecisionAnswer, "One stored decision, explained"),
)
async def find_decision(_: ReadCaller, decision_id: DecisionId, server: Serving) -> Response:
    decision = await run_in_threadpool(server.warden.decision, decision_id)
    return json_response(decision_answer(decision))


@ROUTES.post(
    "/v1/decisions/{decision_id}/verdict",
    **described(
        VerdictAnswer, "A reviewer's verdict; it becomes a label", body=GiveVerdict, extra=(409,)
    ),
)
async def give_verdict(
    caller: ReviewCaller, decision_id: DecisionId, request: Request, server: Serving
) -> Response:
    body = await read_json(request, GiveVerdict, server.limits.facts_bytes)
    verdict = Verdict(body.verdict, body.category, body.action, body.note)
    label = await run_in_threadpool(
        server.warden.give_verdict, decision_id, verdict, server.clock(), f"key:{caller.name}"
    )
    return json_response(verdict_answer(label))


@ROUTES.post(
    "/v1/decisions/{decision_id}/appeal",
    **described(AppealAnswer, "A customer's appeal against a decision", body=MakeAppeal),
)
async def make_appeal(
    _: ReviewCaller, decision_id: DecisionId, request: Request, server: Serving
) -> Response:
    body = await read_json(request, MakeAppeal, server.limits.facts_bytes)
    plea = Plea(body.cause, body.change_made, body.prevention)
    record = await run_in_threadpool(server.warden.appeal, decision_id, plea, server.clock())
    return json_response(appeal_answer(record))
