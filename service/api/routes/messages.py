"""The message of a case, while its review is open."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.context import Serving
from service.api.message_answers import MessageAnswer, message_answer
from service.api.routes.cases import actor_of
from service.api.schemas import described

ROUTES = APIRouter()
CaseId = Annotated[str, Path(pattern=ID_PATTERN)]
DecisionId = Annotated[
    str | None, Query(pattern=ID_PATTERN, description="another decision of the case")
]


@ROUTES.get(
    "/v1/cases/{case_id}/message",
    **described(MessageAnswer, "The message that waits with a case; reading it is logged"),
)
async def read_case_message(
    caller: ReviewCaller, case_id: CaseId, server: Serving, decision_id: DecisionId = None
) -> Response:
    read = server.warden.read_message
    found = await run_in_threadpool(read, case_id, actor_of(caller), server.clock(), decision_id)
    return json_response(message_answer(found))
