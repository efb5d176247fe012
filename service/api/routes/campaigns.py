"""Campaigns: a decision before the send."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from models.decision import Decision
from service.api.access import ScoreCaller
from service.api.answers import DecisionAnswer, decision_answer, json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.params import CampaignId, IdempotencyKey, once_of
from service.api.release_answers import ReleaseAnswer, release_answer
from service.api.schemas import described
from service.api.wire import MessageBody, ReleaseMore, ScoreCampaign
from service.score import CampaignOrder, MessageParts

ROUTES = APIRouter()


@ROUTES.post(
    "/v1/campaigns/{campaign_id}/score",
    **described(
        DecisionAnswer, "Decide on a campaign before it is sent", body=ScoreCampaign, extra=(409,)
    ),
)
async def score_campaign(
    caller: ScoreCaller,
    campaign_id: CampaignId,
    request: Request,
    server: Serving,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    body = await read_json(request, ScoreCampaign, server.limits.message_bytes)
    at = server.clock()

    def decide() -> Decision:
        content = b"" if idempotency_key is None else body.model_dump_json().encode()
        once = once_of(request, caller, idempotency_key, content)
        return server.warden.score_order(_order(campaign_id, body), at, once)

    decision = await run_in_threadpool(decide)
    return json_response(decision_answer(server.metrics.decision(decision)))


@ROUTES.post(
    "/v1/campaigns/{campaign_id}/release",
    **described(
        ReleaseAnswer, "Ask how many more mails of a scored campaign may go now", body=ReleaseMore
    ),
)
async def release(
    _: ScoreCaller, campaign_id: CampaignId, request: Request, server: Serving
) -> Response:
    body = await read_json(request, ReleaseMore, server.limits.facts_bytes)
    granted = await run_in_threadpool(server.warden.release, campaign_id, body.want, server.clock())
    return json_response(release_answer(granted))


def _order(campaign_id: str, body: ScoreCampaign) -> CampaignOrder:
    return CampaignOrder(
        campaign_id=campaign_id,
        account_id=body.account_id,
        recipients=body.recipients,
        stream=body.stream,
        list_ids=tuple(body.list_ids),
        scheduled_at=body.scheduled_at,
        message=_message(body.message),
    )


def _message(given: str | MessageBody | None) -> bytes | MessageParts | None:
    if given is None:
        return None
    if isinstance(given, str):
        return given.encode()
    return MessageParts(
        given.from_, given.reply_to, given.subject, given.html, given.text, given.headers
    )
