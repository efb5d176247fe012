"""Deliverability of IPs and mailbox providers, and the check of sending domains."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from models.languages import load_language
from service.api.access import ReadCaller
from service.api.answers import json_response
from service.api.context import Serving
from service.api.fate_answers import MailAnswer, mail_answer
from service.api.mail_answers import (
    DomainCheckAnswer,
    IpsAnswer,
    ProvidersAnswer,
    domain_check_answer,
    ips_answer,
    providers_answer,
)
from service.api.params import (
    CursorQuery,
    DomainName,
    Ip,
    Lang,
    LimitQuery,
    TimeQuery,
)
from service.api.schemas import described
from service.deliverability.counts import MAX_PROVIDERS

ROUTES = APIRouter()
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
    page = await run_in_threadpool(
        server.warden.deliverability.ips, server.clock(), limit, None, cursor
    )
    return json_response(ips_answer(page))


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
