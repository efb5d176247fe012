"""Tables of campaigns and lists by their newest decisions, and one of each with its past."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN, Subject
from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.context import Serving
from service.api.params import (
    AccountId,
    AccountQuery,
    CampaignId,
    CursorQuery,
    ListId,
    TimeQuery,
)
from service.api.routes.cases import actor_of
from service.api.schemas import described
from service.api.subject_answers import (
    CampaignDetailAnswer,
    CampaignsAnswer,
    ListDetailAnswer,
    ListsAnswer,
    campaign_detail_answer,
    campaigns_answer,
    list_detail_answer,
    lists_answer,
)
from service.stores.contract import SubjectQuery
from service.subjects_found import campaign, campaigns, lists, one_list

ROUTES = APIRouter()
IdQuery = Annotated[str | None, Query(pattern=ID_PATTERN)]
ActionQuery = Annotated[
    Literal["allow", "throttle", "review", "terminate"] | None,
    Query(description="the action of the newest decision"),
]
VerdictQuery = Annotated[
    Literal["abusive", "careless", "legitimate"] | None,
    Query(description="a person's last word on the account"),
]
RiskQuery = Annotated[float | None, Query(ge=0, le=1, description="this risk or more")]
OrderQuery = Annotated[
    Literal["newest", "risk", "size"], Query(description="what comes first; the most first")
]
SomeQuery = Annotated[int, Query(ge=1, le=500)]


def _asked(
    account_id: AccountQuery = None,
    action: ActionQuery = None,
    verdict: VerdictQuery = None,
    least_risk: RiskQuery = None,
    since: TimeQuery = None,
    until: TimeQuery = None,
    order: OrderQuery = "newest",
    cursor: CursorQuery = None,
    limit: SomeQuery = 100,
) -> SubjectQuery:
    """Return the filters that campaigns and lists share; of campaigns until told otherwise."""
    return SubjectQuery(
        subject=Subject.CAMPAIGN, account_id=account_id, action=action, verdict=verdict,
        least_risk=least_risk, since=since, until=until, order=order, cursor=cursor, limit=limit,
    )  # fmt: skip


Asked = Annotated[SubjectQuery, Depends(_asked)]


@ROUTES.get("/v1/campaigns", **described(CampaignsAnswer, "Campaigns by their newest decisions"))
async def list_campaigns(
    caller: ReviewCaller, server: Serving, asked: Asked, campaign_id: IdQuery = None
) -> Response:
    query = replace(asked, id=campaign_id)
    name = actor_of(caller).name
    found = await run_in_threadpool(campaigns, server.warden.store, query, name)
    return json_response(campaigns_answer(*found))


@ROUTES.get("/v1/lists", **described(ListsAnswer, "Imported lists by their newest decisions"))
async def list_lists(
    caller: ReviewCaller, server: Serving, asked: Asked, list_id: IdQuery = None
) -> Response:
    query = replace(asked, subject=Subject.LIST, id=list_id)
    name = actor_of(caller).name
    found = await run_in_threadpool(lists, server.warden.store, query, name)
    return json_response(lists_answer(*found))


@ROUTES.get(
    "/v1/accounts/{account_id}/campaigns/{campaign_id}",
    **described(CampaignDetailAnswer, "One campaign: decisions, mail and evidence"),
)
async def one_campaign(
    caller: ReviewCaller, account_id: AccountId, campaign_id: CampaignId, server: Serving
) -> Response:
    found = await run_in_threadpool(
        campaign, server.warden, account_id, campaign_id, actor_of(caller).name
    )
    return json_response(campaign_detail_answer(found))


@ROUTES.get(
    "/v1/accounts/{account_id}/lists/{list_id}",
    **described(ListDetailAnswer, "One list: decisions, imports, and lists that share addresses"),
)
async def list_of_account(
    caller: ReviewCaller, account_id: AccountId, list_id: ListId, server: Serving
) -> Response:
    found = await run_in_threadpool(
        one_list, server.warden, account_id, list_id, actor_of(caller).name
    )
    return json_response(list_detail_answer(found))
