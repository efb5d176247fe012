"""Accounts: put, look at, score, advise; and their sending domains."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import Account, Declared, SendingDomain
from models.languages import load_language
from service.api.access import FactsCaller, ReadCaller, ScoreCaller
from service.api.account_answers import (
    AccountAnswer,
    AccountViewAnswer,
    DomainAnswer,
    account_answer,
    domain_answer,
    view_answer,
)
from service.api.advice_answers import AdviceAnswer, advice_answer
from service.api.answers import DecisionAnswer, decision_answer, json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.params import AccountId, DomainName, IdempotencyKey, Lang, once_of
from service.api.schemas import described
from service.api.wire import PutAccount, PutDomain

ROUTES = APIRouter()


@ROUTES.put(
    "/v1/accounts/{account_id}",
    **described(AccountAnswer, "Put what is known of an account", body=PutAccount),
)
async def put_account(
    _: FactsCaller, account_id: AccountId, request: Request, server: Serving
) -> Response:
    body = await read_json(request, PutAccount, server.limits.facts_bytes)
    account = _account(account_id, body)
    decision = await run_in_threadpool(server.warden.put_account, account, server.clock())
    return json_response(account_answer(account, server.metrics.decision(decision)))


@ROUTES.put(
    "/v1/sending-domains/{domain}",
    **described(DomainAnswer, "Put how a domain authenticates its mail", body=PutDomain),
)
async def put_domain(
    _: FactsCaller,
    domain: DomainName,
    request: Request,
    server: Serving,
    check: Annotated[bool, Query(description="look SPF, DKIM and DMARC up in DNS")] = False,
) -> Response:
    body = await read_json(request, PutDomain, server.limits.facts_bytes)
    record = SendingDomain(domain=domain.lower().rstrip("."), **_fields(body))
    put = server.warden.checked_domain if check else server.warden.put_domain
    stored = await run_in_threadpool(put, record, server.clock())
    return json_response(domain_answer(stored or record))


@ROUTES.get(
    "/v1/accounts/{account_id}",
    **described(AccountViewAnswer, "Look at an account: standing, risk, deliverability, ties"),
)
async def view_account(_: ReadCaller, account_id: AccountId, server: Serving) -> Response:
    view = await run_in_threadpool(server.warden.account, account_id, server.clock())
    return json_response(view_answer(view))


@ROUTES.post(
    "/v1/accounts/{account_id}/score",
    **described(DecisionAnswer, "Decide on an account as it stands now", extra=(409,)),
)
async def score_account(
    caller: ScoreCaller,
    account_id: AccountId,
    request: Request,
    server: Serving,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    once = once_of(request, caller, idempotency_key, b"")
    decision = await run_in_threadpool(
        server.warden.score_account, account_id, server.clock(), once
    )
    return json_response(decision_answer(server.metrics.decision(decision)))


@ROUTES.get(
    "/v1/accounts/{account_id}/advice",
    **described(AdviceAnswer, "The customer's card: what to change, and what that would do"),
)
async def advise(_: ReadCaller, account_id: AccountId, server: Serving, lang: Lang) -> Response:
    language = load_language(lang)
    card = await run_in_threadpool(server.warden.advice, account_id, server.clock(), language)
    return json_response(advice_answer(card))


def _account(account_id: str, body: PutAccount) -> Account:
    fields = _fields(body)
    declared = fields.pop("declared")
    return Account(
        account_id=account_id,
        declared=None if declared is None else Declared(**_fields(declared)),
        **fields,
    )


def _fields(body: Any) -> dict[str, Any]:
    return {name: getattr(body, name) for name in type(body).model_fields}
