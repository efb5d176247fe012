"""Warm-ups of sending IPs: what they allow, what a plan would do, and the acts of people."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.api.access import ReadCaller, ReviewCaller
from service.api.answers import json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.params import Ip, ProviderName
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.api.warm_up_answers import (
    PlanAnswer,
    WarmUpAnswer,
    WarmUpsAnswer,
    plan_answer,
    warm_up_answer,
)
from service.api.wire import MAX_RECIPIENTS, StartWarmUp
from service.stores.contract import WarmUp

ROUTES = APIRouter()
_PATH: Final = "/v1/ips/{ip}/warm-up/{provider}"
IpQuery = Annotated[str | None, Query(pattern=r"^[0-9A-Fa-f:.]{2,64}$")]
MailsQuery = Annotated[int, Query(ge=1, le=MAX_RECIPIENTS)]
StagesQuery = Annotated[int, Query(ge=1, le=365)]


@ROUTES.get(
    "/v1/warm-ups",
    **described(WarmUpsAnswer, "Warm-ups: the stage and what is left of today's allowance"),
)
async def view_warm_ups(_: ReadCaller, server: Serving, ip: IpQuery = None) -> Response:
    find = server.warden.deliverability.warm_ups
    found = await run_in_threadpool(find, server.clock(), ip)
    return json_response(WarmUpsAnswer(warm_ups=tuple(map(warm_up_answer, found))))


@ROUTES.get(
    f"{_PATH}/plan",
    **described(PlanAnswer, "What a start, or a change of the target, would do; nothing is kept"),
)
async def plan_warm_up(
    _: ReadCaller,
    ip: Ip,
    provider: ProviderName,
    server: Serving,
    target_per_day: MailsQuery,
    stages: StagesQuery = 30,
    first_per_day: MailsQuery = 200,
) -> Response:
    at = server.clock()
    wanted = WarmUp(
        ip=ip, provider=provider, target_per_day=target_per_day, started_at=at, stages=stages,
        first_per_day=first_per_day,
    )  # fmt: skip
    found = await run_in_threadpool(server.warden.warm_up_acts.preview, wanted, at)
    return json_response(plan_answer(found))


@ROUTES.put(
    _PATH,
    **described(
        WarmUpAnswer, "Start a warm-up or change its target", body=StartWarmUp, extra=(409,)
    ),
)
async def start_warm_up(
    caller: ReviewCaller, ip: Ip, provider: ProviderName, request: Request, server: Serving
) -> Response:
    body = await read_json(request, StartWarmUp, server.limits.facts_bytes)
    act, at = server.warden.warm_up_acts.start, server.clock()
    wanted = WarmUp(ip=ip, provider=provider, started_at=at, **body.model_dump())
    return json_response(warm_up_answer(await run_in_threadpool(act, wanted, actor_of(caller), at)))


@ROUTES.delete(_PATH, **described(WarmUpAnswer, "End a warm-up", extra=(409,)))
async def end_warm_up(
    caller: ReviewCaller, ip: Ip, provider: ProviderName, server: Serving
) -> Response:
    act, at = server.warden.warm_up_acts.end, server.clock()
    found = await run_in_threadpool(act, ip, provider, actor_of(caller), at)
    return json_response(warm_up_answer(found))


@ROUTES.post(
    f"{_PATH}/hold",
    **described(WarmUpAnswer, "Keep a warm-up at its stage until it is resumed", extra=(409,)),
)
async def hold_warm_up(
    caller: ReviewCaller, ip: Ip, provider: ProviderName, server: Serving
) -> Response:
    act, at = server.warden.warm_up_acts.hold, server.clock()
    found = await run_in_threadpool(act, ip, provider, actor_of(caller), at)
    return json_response(warm_up_answer(found))


@ROUTES.post(
    f"{_PATH}/resume", **described(WarmUpAnswer, "Let a held warm-up climb again", extra=(409,))
)
async def resume_warm_up(
    caller: ReviewCaller, ip: Ip, provider: ProviderName, server: Serving
) -> Response:
    act, at = server.warden.warm_up_acts.resume, server.clock()
    found = await run_in_threadpool(act, ip, provider, actor_of(caller), at)
    return json_response(warm_up_answer(found))
