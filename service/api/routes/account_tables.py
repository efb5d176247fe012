"""Tables of accounts: found by filters, and the first by a count with the period before."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import EventType
from service.accounts_found import listed, top, top_query, which_accounts
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
GroupQuery = Annotated[
    Literal[
        "account", "plan", "country", "provider", "network", "device", "payment", "email_domain"
    ],
    Query(description="network is the /24 or /48 of the sign-up IP"),
]
CounterQuery = Annotated[
    EventType | Literal["risk", "expected_abusive"],
    Query(
        description="a count of events, the highest risk of a campaign, or risk times recipients"
    ),
]
SharedQuery = Annotated[str | None, Query(max_length=255, pattern=_PRINTABLE)]


def _which(
    plan: PlanQuery = None,
    country: CountryQuery = None,
    last_action: LastActionQuery = None,
    verdict: VerdictQuery = None,
    provider: SharedQuery = None,
    network: SharedQuery = None,
    device: SharedQuery = None,
    payment: SharedQuery = None,
    email_domain: SharedQuery = None,
) -> WhichAccounts:
    """Which accounts: filters that both tables have."""
    return which_accounts(
        {
            "plan": plan, "country": country, "last_action": last_action, "verdict": verdict,
            "provider": provider, "network": network, "device": device, "payment": payment,
            "email_domain": email_domain,
        }
    )  # fmt: skip


WhichQuery = Annotated[WhichAccounts, Depends(_which)]


@ROUTES.get("/v1/accounts", **described(AccountsAnswer, "Accounts by filters, newest first"))
async def list_accounts(
    caller: ReviewCaller,
    server: Serving,
    which: WhichQuery,
    since: TimeQuery = None,
    cursor: CursorQuery = None,
    limit: SomeQuery = 100,
) -> Response:
    query = AccountQuery(which=replace(which, since=since), cursor=cursor, limit=limit)
    found = await run_in_threadpool(
        listed, server.warden.store, query, server.clock(), actor_of(caller).name
    )
    return json_response(accounts_answer(*found))


@ROUTES.get(
    "/v1/top-accounts",
    **described(
        TopsAnswer, "The first accounts, or groups of them, by a count or risk, with its past"
    ),
)
async def top_accounts(
    _: ReviewCaller,
    server: Serving,
    which: WhichQuery,
    counter: CounterQuery = EventType.SENT,
    by: GroupQuery = "account",
    period: PeriodQuery = "7d",
    limit: SomeQuery = 20,
) -> Response:
    query = top_query(server.clock(), str(counter), by, period, limit, which)
    found = await run_in_threadpool(top, server.warden.store, query)
    return json_response(tops_answer(str(counter), by, period, found))
