"""List imports: streamed in, assessed, forgotten but for their numbers."""

from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ImportSource
from service.api.access import FactsCaller, ReviewCaller
from service.api.answers import json_response
from service.api.bodies import check_content_type, spool_body
from service.api.context import Serving
from service.api.list_answers import (
    AssessmentAnswer,
    ForgottenAnswer,
    KnownListAnswer,
    KnownListsAnswer,
    assessment_answer,
    known_list_answer,
)
from service.api.params import AccountId, ListId, ListName, TimeQuery
from service.api.progress import NDJSON, told_as_it_goes
from service.api.schemas import described
from service.assess import Assessment, ImportOrder
from service.stores.contract import KnownList

ROUTES = APIRouter()
FORMATS: Final = {
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/vnd.apache.parquet": "parquet",
    "application/x-parquet": "parquet",
}


def _or_lines(description: dict[str, Any]) -> dict[str, Any]:
    """Add that the answer may come as lines, the last of which holds it."""
    description["responses"][200]["content"][NDJSON] = {"schema": {"type": "string"}}
    return description


@ROUTES.post(
    "/v1/accounts/{account_id}/lists/{list_id}/imports",
    **_or_lines(described(AssessmentAnswer, "Import a list and assess it", media=tuple(FORMATS))),
)
async def import_list(
    _: FactsCaller,
    account_id: AccountId,
    list_id: ListId,
    request: Request,
    server: Serving,
    source: Annotated[ImportSource, Query(description="how the recipients reached the list")],
    imported_at: TimeQuery = None,
    progress: Annotated[
        bool,
        Query(
            description='answer NDJSON: a line `{"progress": {"read_bytes", "of_bytes"}}` each '
            'second, then `{"assessment": ...}` or `{"problem": ...}`'
        ),
    ] = False,
) -> Response:
    format_ = FORMATS[check_content_type(request, FORMATS)]
    await run_in_threadpool(server.warden.known_account, account_id)
    file = await spool_body(request, server.limits.import_bytes)
    at = server.clock()
    order = ImportOrder(account_id, list_id, source, format_, imported_at or at)

    def assess(file: BinaryIO) -> Assessment:
        with file:
            return server.warden.assess_list(order, file, at)

    def answer(assessment: Assessment) -> AssessmentAnswer:
        server.metrics.decision(assessment.decision)
        return assessment_answer(assessment)

    if progress:
        return told_as_it_goes(file, assess, lambda done: {"assessment": answer(done)})
    return json_response(answer(await run_in_threadpool(assess, file)))


@ROUTES.put(
    "/v1/known-lists/{name}",
    **described(
        KnownListAnswer, "Register a bad list, such as one that is on sale", media=tuple(FORMATS)
    ),
)
async def register_list(
    _: ReviewCaller, name: ListName, request: Request, server: Serving
) -> Response:
    format_ = FORMATS[check_content_type(request, FORMATS)]
    file = await spool_body(request, server.limits.import_bytes)
    at = server.clock()

    def register(file: BinaryIO) -> KnownList:
        with file:
            return server.warden.register_list(name, format_, file, at)

    return json_response(known_list_answer(await run_in_threadpool(register, file)))


@ROUTES.get("/v1/known-lists", **described(KnownListsAnswer, "The registered bad lists"))
async def known_lists(_: ReviewCaller, server: Serving) -> Response:
    found = await run_in_threadpool(server.warden.known_lists)
    return json_response(KnownListsAnswer(known_lists=tuple(map(known_list_answer, found))))


@ROUTES.delete("/v1/known-lists/{name}", **described(ForgottenAnswer, "Forget a bad list"))
async def forget_list(_: ReviewCaller, name: ListName, server: Serving) -> Response:
    await run_in_threadpool(server.warden.forget_list, name)
    return json_response(ForgottenAnswer(name=name))
