"""Policies on their way into force, and exemptions of single accounts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from models.policy.exemptions import ExemptionKind
from service.api.access import AdminCaller, ReviewCaller
from service.api.answers import Answer, json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.params import AccountQuery
from service.api.policy_answers import (
    CheckedAnswer,
    ExemptionAnswer,
    ExemptionsAnswer,
    PoliciesAnswer,
    PolicyAnswer,
    PolicyTextAnswer,
    ShadowAnswer,
    checked_answer,
    exemption_answer,
    policies_answer,
    policy_answer,
    policy_text_answer,
    shadow_answer,
)
from service.api.policy_wire import (
    BacktestPolicy,
    CheckPolicy,
    MakeExemption,
    PublishPolicy,
    StartCanary,
    WritePolicy,
)
from service.api.problems import ProblemError
from service.api.schemas import described
from service.policies.acts import PolicyActs
from service.policies.records import PolicyVersion
from service.stores.contract import ApiKey

ROUTES = APIRouter()
# A policy's longest text, escaped.
_TEXT_BYTES: Final = 2 * 2**20
_DEFAULT_SINCE: Final = timedelta(days=30)
PolicyId = Annotated[str, Path(pattern=ID_PATTERN)]
ExemptionId = Annotated[str, Path(pattern=ID_PATTERN)]


def _acts(server: Serving) -> PolicyActs:
    if server.lab is None:
        raise ProblemError(404, "this server keeps no policies in its database")
    return server.lab


Acts = Annotated[PolicyActs, Depends(_acts)]


@ROUTES.get(
    "/v1/policies", **described(PoliciesAnswer, "What is in force, and the versions that are kept")
)
async def list_policies(_: ReviewCaller, acts: Acts) -> Response:
    return await _answered(policies_answer, acts)


@ROUTES.post(
    "/v1/policies", **described(PolicyTextAnswer, "Store a draft", body=WritePolicy, extra=(409,))
)
async def write_policy(
    caller: ReviewCaller, request: Request, server: Serving, acts: Acts
) -> Response:
    body = await read_json(request, WritePolicy, _TEXT_BYTES)
    at = server.clock()
    made = await run_in_threadpool(acts.create, body.text, body.note, _who(caller), at)
    return await _answered(policy_text_answer, acts, made)


@ROUTES.post(
    "/v1/policies/check",
    **described(
        CheckedAnswer, "Say what is wrong with a policy; nothing is kept", body=CheckPolicy
    ),
)
async def check_policy(_: ReviewCaller, request: Request, acts: Acts) -> Response:
    body = await read_json(request, CheckPolicy, _TEXT_BYTES)
    return await _answered(checked_answer, acts, body.text)


@ROUTES.post(
    "/v1/policies/roll-back",
    **described(
        PolicyAnswer, "Put back what was in force before", body=PublishPolicy, extra=(409,)
    ),
)
async def roll_back(caller: AdminCaller, request: Request, server: Serving, acts: Acts) -> Response:
    body = await read_json(request, PublishPolicy, server.limits.facts_bytes)
    return await _done(acts.roll_back, _who(caller), server.clock(), body.why)


@ROUTES.get("/v1/policies/{policy_id}", **described(PolicyTextAnswer, "One version with its text"))
async def find_policy(_: ReviewCaller, policy_id: PolicyId, acts: Acts) -> Response:
    found = await run_in_threadpool(acts.find, policy_id)
    return await _answered(policy_text_answer, acts, found)


@ROUTES.put(
    "/v1/policies/{policy_id}",
    **described(PolicyTextAnswer, "Change a draft", body=WritePolicy, extra=(409,)),
)
async def edit_policy(
    caller: ReviewCaller, policy_id: PolicyId, request: Request, server: Serving, acts: Acts
) -> Response:
    body = await read_json(request, WritePolicy, _TEXT_BYTES)
    at, who = server.clock(), _who(caller)
    made = await run_in_threadpool(acts.edit, policy_id, body.text, body.note or None, who, at)
    return await _answered(policy_text_answer, acts, made)


@ROUTES.post(
    "/v1/policies/{policy_id}/backtest",
    **described(
        PolicyTextAnswer, "Replay history under it and the policy in force", body=BacktestPolicy,
        extra=(409,),
    ),
)  # fmt: skip
async def backtest_policy(
    caller: ReviewCaller, policy_id: PolicyId, request: Request, server: Serving, acts: Acts
) -> Response:
    body = await read_json(request, BacktestPolicy, server.limits.facts_bytes)
    at = server.clock()
    since = body.since or at - _DEFAULT_SINCE
    made = await run_in_threadpool(acts.backtest, policy_id, since, _who(caller), at)
    return await _answered(policy_text_answer, acts, made)


@ROUTES.get(
    "/v1/policies/{policy_id}/shadow",
    **described(ShadowAnswer, "What it would have done in shadow"),
)
async def compare_shadow(_: ReviewCaller, policy_id: PolicyId, acts: Acts) -> Response:
    return json_response(shadow_answer(await run_in_threadpool(acts.compared, policy_id)))


@ROUTES.post(
    "/v1/policies/{policy_id}/shadow",
    **described(PolicyAnswer, "Let it judge beside the policy in force", extra=(409,)),
)
async def start_shadow(
    caller: ReviewCaller, policy_id: PolicyId, server: Serving, acts: Acts
) -> Response:
    return await _done(acts.shadow, policy_id, _who(caller), server.clock())


@ROUTES.post(
    "/v1/policies/{policy_id}/canary",
    **described(PolicyAnswer, "Give it to a share of the accounts", body=StartCanary, extra=(409,)),
)
async def start_canary(
    caller: AdminCaller, policy_id: PolicyId, request: Request, server: Serving, acts: Acts
) -> Response:
    body = await read_json(request, StartCanary, server.limits.facts_bytes)
    who, at = _who(caller), server.clock()
    return await _done(acts.canary, policy_id, body.share, who, at, body.why)


@ROUTES.post(
    "/v1/policies/{policy_id}/publish",
    **described(
        PolicyAnswer, "Put it in force, or ask for it where two have to want it",
        body=PublishPolicy, extra=(409,),
    ),
)  # fmt: skip
async def publish_policy(
    caller: AdminCaller, policy_id: PolicyId, request: Request, server: Serving, acts: Acts
) -> Response:
    body = await read_json(request, PublishPolicy, server.limits.facts_bytes)
    return await _done(acts.publish, policy_id, _who(caller), server.clock(), body.why)


@ROUTES.post(
    "/v1/policies/{policy_id}/withdraw",
    **described(PolicyAnswer, "Take it out of shadow or canary, or put it away", extra=(409,)),
)
async def withdraw_policy(
    caller: AdminCaller, policy_id: PolicyId, server: Serving, acts: Acts
) -> Response:
    return await _done(acts.withdraw, policy_id, _who(caller), server.clock())


@ROUTES.get("/v1/exemptions", **described(ExemptionsAnswer, "Exemptions of one account or of all"))
async def list_exemptions(
    _: ReviewCaller, server: Serving, acts: Acts, account_id: AccountQuery = None
) -> Response:
    found = await run_in_threadpool(acts.exemptions, account_id)
    at = server.clock()
    return json_response(ExemptionsAnswer(exemptions=tuple(exemption_answer(o, at) for o in found)))


@ROUTES.post(
    "/v1/exemptions",
    **described(ExemptionAnswer, "Set something aside for an account", body=MakeExemption),
)
async def make_exemption(
    caller: AdminCaller, request: Request, server: Serving, acts: Acts
) -> Response:
    body = await read_json(request, MakeExemption, server.limits.facts_bytes)
    at, who = server.clock(), _who(caller)
    says = body.model_dump(include={"at_most", "at_least", "rules", "lanes", "note"})
    kind = ExemptionKind(body.kind)

    def make() -> Any:
        return acts.exempt(body.account_id, kind, body.expires_at, who, at, **says)

    return json_response(exemption_answer(await run_in_threadpool(make), at))


@ROUTES.post(
    "/v1/exemptions/{exemption_id}/end",
    **described(ExemptionAnswer, "End an exemption now", extra=(409,)),
)
async def end_exemption(
    caller: AdminCaller, exemption_id: ExemptionId, server: Serving, acts: Acts
) -> Response:
    at = server.clock()
    ended = await run_in_threadpool(acts.end_exemption, exemption_id, _who(caller), at)
    return json_response(exemption_answer(ended, at))


def _who(caller: ApiKey) -> str:
    """Return the name of who acts, as the audit log has it: two keys of one name are one person."""
    return f"key {caller.name}"


async def _answered(make: Callable[..., Answer], *arguments: Any) -> Response:
    """Answer with what is worked out in a thread: it reads the store or checks a text."""
    return json_response(await run_in_threadpool(make, *arguments))


async def _done(act: Callable[..., PolicyVersion], *arguments: Any) -> Response:
    return json_response(policy_answer(await run_in_threadpool(act, *arguments)))
