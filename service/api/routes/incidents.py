"""Alerts and other incidents, and the accounts that explain them."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from service.api.access import EventsCaller, ReadCaller, ReviewCaller
from service.api.answers import json_response
from service.api.bodies import check_content_type, read_body, read_json, read_json_if_any
from service.api.context import Serving
from service.api.desk_wire import CloseIncident, NoteIncident
from service.api.incident_answers import (
    BlockListsAnswer,
    IncidentAnswer,
    IncidentsAnswer,
    LookedAnswer,
    block_list_answer,
    incident_answer,
)
from service.api.mail_answers import CausesAnswer, causes_answer
from service.api.params import AccountQuery, Ip, LimitQuery, ProviderName
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.deliverability.causes import WINDOWS
from service.stores.contract import IncidentQuery

ROUTES = APIRouter()
_REPORTS: Final = ("message/rfc822", "application/json")
IncidentId = Annotated[str, Path(pattern=ID_PATTERN)]
WindowQuery = Annotated[Literal["24h", "7d"], Query()]
KindQuery = Annotated[Literal["alert", "drift", "listing", "report"] | None, Query()]
SeverityQuery = Annotated[int | None, Query(ge=1, le=3, description="1 is the worst")]
OrderQuery = Annotated[
    Literal["newest", "worst"], Query(description="worst: by severity, then newest")
]
PageQuery = Annotated[int, Query(ge=1, le=10_000, description="1 is the first page of `limit`")]
# Query texts are never flags by themselves: the strict models take `true` and `false` alone.
OpenQuery = Annotated[Literal["true", "false"] | None, Query(alias="open")]


@ROUTES.get("/v1/alerts", **described(IncidentsAnswer, "Alerts that are open, or all"))
async def list_alerts(
    _: ReadCaller, server: Serving, is_open: OpenQuery = "true", limit: LimitQuery = 100
) -> Response:
    return await _incidents(
        server, IncidentQuery(kind="alert", is_open=_flag(is_open), limit=limit)
    )


@ROUTES.post("/v1/alerts/look", **described(LookedAnswer, "Look for alerts now"))
async def look(_: ReviewCaller, server: Serving) -> Response:
    looked = await run_in_threadpool(server.warden.deliverability.look, server.clock())
    return json_response(
        LookedAnswer(
            opened=tuple(map(incident_answer, looked.opened)),
            closed=tuple(map(incident_answer, looked.closed)),
        )
    )


@ROUTES.get(
    "/v1/incidents",
    **described(IncidentsAnswer, "Alerts, drift of models, block-list listings and abuse reports"),
)
async def list_incidents(
    _: ReadCaller,
    server: Serving,
    kind: KindQuery = None,
    account_id: AccountQuery = None,
    severity: SeverityQuery = None,
    is_open: OpenQuery = None,
    order: OrderQuery = "newest",
    page: PageQuery = 1,
    limit: LimitQuery = 100,
) -> Response:
    query = IncidentQuery(
        kind=kind,
        account_id=account_id,
        severity=severity,
        is_open=_flag(is_open),
        worst_first=order == "worst",
        limit=limit,
        offset=(page - 1) * limit,
    )
    return await _incidents(server, query)


@ROUTES.get("/v1/block-lists", **described(BlockListsAnswer, "Block lists and what they say of us"))
async def list_block_lists(_: ReadCaller, server: Serving, is_open: OpenQuery = "true") -> Response:
    def found() -> BlockListsAnswer:
        states = server.warden.deliverability.block_lists(is_open=is_open != "false")
        return BlockListsAnswer(lists=tuple(map(block_list_answer, states)))

    return json_response(await run_in_threadpool(found))


@ROUTES.get("/v1/incidents/{incident_id}", **described(IncidentAnswer, "One incident"))
async def find_incident(_: ReadCaller, incident_id: IncidentId, server: Serving) -> Response:
    find = server.warden.incident_acts.find
    return json_response(incident_answer(await run_in_threadpool(find, incident_id)))


@ROUTES.post(
    "/v1/incidents/{incident_id}/note",
    **described(IncidentAnswer, "Write a note about an incident", body=NoteIncident, extra=(409,)),
)
async def note_incident(
    caller: ReviewCaller, incident_id: IncidentId, request: Request, server: Serving
) -> Response:
    body = await read_json(request, NoteIncident, server.limits.facts_bytes)
    act, at = server.warden.incident_acts.note, server.clock()
    noted = await run_in_threadpool(act, incident_id, actor_of(caller), body.note, at)
    return json_response(incident_answer(noted))


@ROUTES.post(
    "/v1/incidents/{incident_id}/request-removal",
    **described(
        IncidentAnswer, "Mark that a block list was asked to remove a subject", extra=(409,)
    ),
)
async def request_removal(
    caller: ReviewCaller, incident_id: IncidentId, server: Serving
) -> Response:
    act, at = server.warden.incident_acts.request_removal, server.clock()
    marked = await run_in_threadpool(act, incident_id, actor_of(caller), at)
    return json_response(incident_answer(marked))


@ROUTES.post(
    "/v1/incidents/{incident_id}/close",
    **described(
        IncidentAnswer, "Close an incident", body=CloseIncident, optional=True, extra=(409,)
    ),
)
async def close_incident(
    caller: ReviewCaller, incident_id: IncidentId, request: Request, server: Serving
) -> Response:
    body = await read_json_if_any(request, CloseIncident, server.limits.facts_bytes)
    act, at = server.warden.incident_acts.close, server.clock()
    closed = await run_in_threadpool(act, incident_id, actor_of(caller), body.reason, at)
    return json_response(incident_answer(closed))


@ROUTES.post(
    "/v1/reports",
    **described(
        IncidentAnswer,
        "An abuse report: ARF or free words as a mail, XARF as JSON; the incident it opens or joins",
        media=_REPORTS,
    ),
)
async def take_report(_: EventsCaller, request: Request, server: Serving) -> Response:
    kind = check_content_type(request, _REPORTS)
    body = await read_body(request, server.limits.message_bytes)
    incident = await run_in_threadpool(server.warden.take_report, body, kind, server.clock())
    return json_response(incident_answer(incident))


@ROUTES.get(
    "/v1/ips/{ip}/causes", **described(CausesAnswer, "The accounts that explain how an IP fares")
)
async def causes_on_ip(
    _: ReadCaller, ip: Ip, server: Serving, window: WindowQuery = "24h"
) -> Response:
    find = server.warden.deliverability.causes_on_ip
    found = await run_in_threadpool(find, ip, server.clock(), WINDOWS[window])
    return json_response(causes_answer(ip, window, found))


@ROUTES.get(
    "/v1/providers/{provider}/causes",
    **described(CausesAnswer, "The accounts that explain how a mailbox provider treats the mail"),
)
async def causes_at_provider(
    _: ReadCaller, provider: ProviderName, server: Serving, window: WindowQuery = "24h"
) -> Response:
    find = server.warden.deliverability.causes_at_provider
    found = await run_in_threadpool(find, provider, server.clock(), WINDOWS[window])
    return json_response(causes_answer(provider, window, found))


async def _incidents(server: Serving, query: IncidentQuery) -> Response:
    """Answer a page; one more than is shown tells whether there is a next one."""
    asked = replace(query, limit=query.limit + 1)
    found = await run_in_threadpool(server.warden.deliverability.incidents, asked)
    shown = tuple(map(incident_answer, found[: query.limit]))
    return json_response(IncidentsAnswer(incidents=shown, more=len(found) > query.limit))


def _flag(text: str | None) -> bool | None:
    return None if text is None else text == "true"
