"""Deliverability: the check of sending domains."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from models.languages import load_language
from service.api.access import ReadCaller
from service.api.answers import json_response
from service.api.context import Serving
from service.api.mail_answers import DomainCheckAnswer, domain_check_answer
from service.api.params import DomainName, Lang, TimeQuery
from service.api.schemas import described

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
