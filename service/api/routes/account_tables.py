"""Tables of accounts: found by filters, and the first by a count with the period before."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import EventType
from service.accounts_found import listed, top, top_query
from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.context import Serving
from service.api.params import CursorQuery, TimeQuery
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.api.table_answers import AccountsAnswer, TopsAnswer, accounts_answer, tops_answer
from service.stores.contract import AccountQuery, WhichAccounts

ROUTES = APIRouter()
_PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
PlanQuery = Annotated[str | None, Query(max_length=255, pattern=_PRINTABLE)]
CountryQuery = Annotated[str | None, Query(max_length=255, pattern=_PRINTABLE)]
LastActionQuery = Annotated[
    Literal["allow", "throttle", "review", "terminate"] | None,
    Query(description="the action of the newest decision"),
]
VerdictQuery = Annotated[
    Literal["abusive", "careless", "legitimate"] | None, Query(description="a person's last word")
]
SomeQuery = Annotated[int, Query(ge=1, le=500)]
PeriodQuery = Annotated[Literal["24h", "7d", "30d"], Query()]
GroupQuery = Annotated[Literal["account", "plan", "country"], Query()]
CounterQuery = Annotated[EventType, Query(description="what is counted")]


@ROUTES.get("/v1/accounts", **described(AccountsAnswer, "Accounts by filters, newest first"))
async def list_accounts(
    caller: ReviewCaller,
    server: Serving,
    plan: PlanQuery = None,
    country: CountryQuery = None,
    last_action: LastActionQuery = None,
    verdict: VerdictQuery = None,
    since: TimeQuery = None,
    cursor: CursorQuery = None,
    limit: SomeQuery = 100,
) -> Response:
    which = WhichAccounts(
        plan=plan, country=country, last_action=last_action, verdict=verdict, since=since
    )
    query = AccountQuery(which=which, cursor=cursor, limit=limit)
    found = await run_in_threadpool(
        listed, server.warden.store, query, server.clock(), actor_of(caller).name
    )
    return json_response(accounts_answer(*found))


@ROUTES.get(
    "/v1/top-accounts",
    **described(TopsAnswer, "The first accounts, plans or countries by a count, with its past"),
)
async def top_accounts(
    _: ReviewCaller,
    server: Serving,
    counter: CounterQuery = EventType.SENT,
    by: GroupQuery = "account",
    period: PeriodQuery = "7d",
    plan: PlanQuery = None,
    country: CountryQuery = None,
    last_action: LastActionQuery = None,
    verdict: VerdictQuery = None,
    limit: SomeQuery = 20,
) -> Response:
    which = WhichAccounts(plan=plan, country=country, last_action=last_action, verdict=verdict)
    query = top_query(server.clock(), counter.value, by, period, limit, which)
    found = await run_in_threadpool(top, server.warden.store, query)
    return json_response(tops_answer(counter.value, by, period, found))
