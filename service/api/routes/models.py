"""Models over the API: which one decides, and what the challenger in shadow would have said."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.context import Server, Serving
from service.api.model_answers import (
    LearnedAnswer,
    ModelsAnswer,
    ModelShadowAnswer,
    ShadowRunAnswer,
    learned_answer,
    model_shadow_answer,
)
from service.api.problems import ProblemError
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.model_learning import last_learned
from service.model_shadow import shadow_report

ROUTES = APIRouter()
DaysQuery = Annotated[int, Query(ge=1, le=90, description="how far back, in days")]
ChallengerQuery = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9a-f]{12}$", description="its version; the challenger of now when left out"
    ),
]


@ROUTES.get("/v1/models", **described(ModelsAnswer, "The model that decides, and the challenger"))
async def models(_: ReviewCaller, server: Serving) -> Response:
    bundle = server.warden.model.current()
    return json_response(
        ModelsAnswer(champion=bundle.version if bundle else None, shadow=_run(server))
    )


@ROUTES.get(
    "/v1/models/shadow",
    **described(ModelShadowAnswer, "What the challenger would have done, beside what was done"),
)
async def compare(
    caller: ReviewCaller, server: Serving, challenger: ChallengerQuery = None, days: DaysQuery = 7
) -> Response:
    run = _run(server)
    version = challenger or (run.challenger if run else None)
    if version is None:
        raise ProblemError(404, "there is no challenger: sendwarden retrain makes one")
    at = server.clock()
    since = at - timedelta(days=days)
    store, name = server.warden.store, actor_of(caller).name
    found = await run_in_threadpool(lambda: shadow_report(store, version, since, at, viewer=name))
    return json_response(model_shadow_answer(found))


@ROUTES.get(
    "/v1/models/learned",
    **described(LearnedAnswer, "What the last retraining learned: labels, features, calibration"),
)
async def learned(_: ReviewCaller, server: Serving) -> Response:
    acts, bundle = server.models, server.warden.model.current()
    found = None
    if acts is not None:
        found = await run_in_threadpool(last_learned, acts, bundle.manifest.note if bundle else {})
    if found is None:
        raise ProblemError(
            404, "no model was tried here yet: sendwarden retrain makes and tries one"
        )
    return json_response(learned_answer(found))


def _run(server: Server) -> ShadowRunAnswer | None:
    beside = server.warden.beside
    if beside is None:
        return None
    challenger = beside.challenger.current()
    version = challenger.version if challenger else None
    return ShadowRunAnswer(
        challenger=version,
        scored=beside.scored,
        dropped=beside.dropped,
        set_aside=beside.set_aside.get(version) if version else None,
    )
