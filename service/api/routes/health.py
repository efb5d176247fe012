"""Liveness, readiness, metrics. Open to all: they hold no ids."""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.api.access import Anyone
from service.api.answers import HealthAnswer, ReadyAnswer, json_response
from service.api.context import Serving
from service.api.problems import unavailable
from service.api.schemas import described

ROUTES = APIRouter()


@ROUTES.get("/healthz", **described(HealthAnswer, "The process lives", is_open=True))
async def healthz(_: Anyone) -> Response:
    return json_response(HealthAnswer())


@ROUTES.get(
    "/readyz",
    **described(ReadyAnswer, "Store reachable, model loaded", is_open=True, extra=(503,)),
)
async def readyz(_: Anyone, server: Serving) -> Response:
    await run_in_threadpool(server.warden.store.ping)
    bundle = await run_in_threadpool(server.warden.model.current)
    if bundle is None:
        return unavailable("no model is loaded; decisions are taken by the policy's fallback")
    policy = server.warden.policy.current()
    return json_response(
        ReadyAnswer(status="ready", model_version=bundle.version, policy_version=policy.version)
    )


_METRICS_DOC = described(HealthAnswer, "Prometheus metrics", is_open=True)
_METRICS_DOC["responses"][200] = {
    "description": "the Prometheus text format",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}


@ROUTES.get("/metrics", **_METRICS_DOC)
async def metrics(_: Anyone, server: Serving) -> Response:
    text = await run_in_threadpool(server.metrics.text)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
