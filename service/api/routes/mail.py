"""Deliverability of IPs and mailbox providers, and the check of sending domains."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from models.languages import load_language
from service.api.access import ReadCaller, ReviewCaller
from service.api.answers import json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.fate_answers import MailAnswer, mail_answer
from service.api.mail_answers import (
    DomainCheckAnswer,
    IpsAnswer,
    ProvidersAnswer,
    WarmUpAnswer,
    WarmUpsAnswer,
    domain_check_answer,
    ips_answer,
    providers_answer,
    warm_up_answer,
)
from service.api.params import (
    CursorQuery,
    DomainName,
    Ip,
    Lang,
    LimitQuery,
    ProviderName,
    TimeQuery,
)
from service.api.schemas import described
from service.api.wire import StartWarmUp
from service.deliverability.counts import MAX_PROVIDERS
from service.stores.contract import WarmUp

ROUTES = APIRouter()
IpQuery = Annotated[str | None, Query(pattern=r"^[0-9A-Fa-f:.]{2,64}$")]
Selectors = Annotated[
    list[Annotated[str, Query(pattern=r"^[A-Za-z0-9._\-]{1,63}$")]],
    Query(alias="selector", max_length=10, description="DKIM selectors that the mail uses"),
]


@ROUTES.get(
    "/v1/sending-domains/{domain}/check",
    **described(DomainCheckAnswer, "Check a domain in DNS: what to do and what to publish"),
)
async def check_domain(
    _: ReadCaller,
    domain: DomainName,
    server: Serving,
    lang: Lang,
    selector: Selectors = [],  # noqa: B006 - FastAPI copies defaults
    registered_at: TimeQuery = None,
) -> Response:
    at = server.clock()
    report = await run_in_threadpool(
        server.warden.deliverability.check_domain, domain, at, tuple(selector), registered_at
    )
    return json_response(domain_check_answer(report, load_language(lang), at))


@ROUTES.get("/v1/ips", **described(IpsAnswer, "Sending IPs: rates by window, health, worst first"))
async def view_ips(
    _: ReadCaller, server: Serving, cursor: CursorQuery = None, limit: LimitQuery = 500
) -> Response:
    views = await run_in_threadpool(server.warden.deliverability.ips, server.clock())
    return json_response(ips_answer(views, cursor, limit))


@ROUTES.get("/v1/ips/{ip}", **described(MailAnswer, "One sending IP, by window and provider"))
async def view_ip(_: ReadCaller, ip: Ip, server: Serving) -> Response:
    view = await run_in_threadpool(server.warden.deliverability.ip, ip, server.clock())
    return json_response(mail_answer(view))


@ROUTES.get(
    "/v1/providers",
    **described(ProvidersAnswer, "Mailbox providers: everyone's rates by window, worst first"),
)
async def view_providers(
    _: ReadCaller, server: Serving, limit: LimitQuery = MAX_PROVIDERS
) -> Response:
    """Return those of most accounts: an own domain may stand as a provider of one mailbox."""
    views = await run_in_threadpool(server.warden.deliverability.providers, server.clock(), limit)
    return json_response(providers_answer(views))


@ROUTES.put(
    "/v1/ips/{ip}/warm-up/{provider}",
    **described(WarmUpAnswer, "Start a warm-up or change its target", body=StartWarmUp),
)
async def start_warm_up(
    _: ReviewCaller, ip: Ip, provider: ProviderName, request: Request, server: Serving
) -> Response:
    body = await read_json(request, StartWarmUp, server.limits.facts_bytes)
    at = server.clock()
    made = WarmUp(ip=ip, provider=provider, started_at=at, **body.model_dump())
    found = await run_in_threadpool(server.warden.deliverability.start_warm_up, made, at)
    return json_response(warm_up_answer(found))


@ROUTES.delete("/v1/ips/{ip}/warm-up/{provider}", **described(WarmUpAnswer, "End a warm-up"))
async def end_warm_up(_: ReviewCaller, ip: Ip, provider: ProviderName, server: Serving) -> Response:
    end = server.warden.deliverability.end_warm_up
    found = await run_in_threadpool(end, ip, provider, server.clock())
    return json_response(warm_up_answer(found))


@ROUTES.get(
    "/v1/warm-ups",
    **described(WarmUpsAnswer, "Warm-ups: the stage and what is left of today's allowance"),
)
async def view_warm_ups(_: ReadCaller, server: Serving, ip: IpQuery = None) -> Response:
    find = server.warden.deliverability.warm_ups
    found = await run_in_threadpool(find, server.clock(), ip)
    return json_response(WarmUpsAnswer(warm_ups=tuple(map(warm_up_answer, found))))
