"""Labels over the API: what speaks for one, which won and why, and what a random share tells."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.context import Serving
from service.api.label_answers import (
    AuditEstimateAnswer,
    LabelAnswer,
    audit_estimate_answer,
    label_answer,
)
from service.api.params import DecisionId
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.labelling import LabelBook, estimate_by_audit

ROUTES = APIRouter()
_MOST_DAYS: Final = 400
DaysQuery = Annotated[int, Query(ge=1, le=_MOST_DAYS, description="how far back, in days")]


@ROUTES.get(
    "/v1/decisions/{decision_id}/label",
    **described(LabelAnswer, "The label of a decision: what speaks for it, what won and why"),
)
async def label_of(caller: ReviewCaller, decision_id: DecisionId, server: Serving) -> Response:
    at = server.clock()

    def look() -> LabelAnswer:
        decision = server.warden.decision(decision_id)
        found = LabelBook(server.warden.store, at, actor_of(caller).name).of(decision)
        return label_answer(decision_id, decision.account_id, found)

    return json_response(await run_in_threadpool(look))


@ROUTES.get(
    "/v1/audit-estimate",
    **described(AuditEstimateAnswer, "Precision and recall, from the share drawn at random"),
)
async def audit_estimate(_: ReviewCaller, server: Serving, days: DaysQuery = 30) -> Response:
    at = server.clock()
    since = at - timedelta(days=days)
    found = await run_in_threadpool(estimate_by_audit, server.warden.store, since, at)
    return json_response(audit_estimate_answer(since, found))
