"""The desk over the API: the acts of the pages, by the holder of a key.

A key is one reviewer called `key:NAME`, with the scope `admin` a lead.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from features.records import ID_PATTERN
from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.bodies import read_json
from service.api.context import Serving
from service.api.desk_answers import (
    CaseAnswer,
    CasesAnswer,
    NextCaseAnswer,
    case_answer,
    cases_answer,
)
from service.api.desk_wire import AssignCase, DecideCase, SnoozeCase
from service.api.params import AccountQuery, LimitQuery
from service.api.schemas import described
from service.desk.cases import Ruling
from service.desk.filters import REASON
from service.desk.records import Actor, CaseQuery, KeyHolder, Role
from service.stores.contract import ApiKey

ROUTES = APIRouter()
CaseId = Annotated[str, Path(pattern=ID_PATTERN)]
StateQuery = Annotated[Literal["open", "decided", "all"], Query()]
ActionQuery = Annotated[Literal["allow", "throttle", "review", "terminate"] | None, Query()]
NameQuery = Annotated[str | None, Query(max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
SnoozedQuery = Annotated[
    Literal["with", "without"], Query(description="`without` leaves out those snoozed now")
]
SubjectQuery = Annotated[
    Literal["account", "list", "campaign"] | None, Query(description="what was decided on")
]
DueQuery = Annotated[Literal["all", "overdue"], Query(description="`overdue`: due before now")]
UnassignedQuery = Annotated[bool, Query(description="nobody's cases alone")]
FactQuery = Annotated[
    str | None,
    Query(max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$", description="of the account"),
]
BandQuery = Annotated[
    Literal["high", "mid", "low"] | None,
    Query(description="`high` from a risk of 0.5 on, `mid` from 0.15 on, `low` below"),
]
ReasonQuery = Annotated[
    str | None, Query(pattern=REASON, description="a reason code that the decision gives")
]
OrderQuery = Annotated[
    Literal["harm", "due", "age", "risk"],
    Query(description="most harm a minute, due soonest, oldest or highest risk first"),
]
OffsetQuery = Annotated[int, Query(ge=0, le=1_000_000)]


@ROUTES.get("/v1/cases", **described(CasesAnswer, "The desk's queue, by filters and in an order"))
async def list_cases(
    caller: ReviewCaller,
    server: Serving,
    state: StateQuery = "open",
    account_id: AccountQuery = None,
    action: ActionQuery = None,
    assigned_to: NameQuery = None,
    snoozed: SnoozedQuery = "with",
    subject: SubjectQuery = None,
    due: DueQuery = "all",
    unassigned: UnassignedQuery = False,
    plan: FactQuery = None,
    country: FactQuery = None,
    band: BandQuery = None,
    reason: ReasonQuery = None,
    order: OrderQuery = "harm",
    limit: LimitQuery = 100,
    offset: OffsetQuery = 0,
) -> Response:
    at = server.clock()
    query = CaseQuery(
        state=None if state == "all" else state,
        account_id=account_id,
        action=action,
        assigned_to=assigned_to,
        awake_at=at if snoozed == "without" else None,
        subject=subject,
        due_before=at if due == "overdue" else None,
        unassigned=unassigned,
        plan=plan,
        country=country,
        band=band,
        reason=reason,
        order=order,
        limit=limit,
        offset=offset,
    )
    name, cases = actor_of(caller).name, server.warden.cases
    found = await run_in_threadpool(cases.seen, query, name)
    total = await run_in_threadpool(cases.count_seen, query, name)
    return json_response(cases_answer(found, total, offset, at))


@ROUTES.get("/v1/cases/{case_id}", **described(CaseAnswer, "One case"))
async def find_case(caller: ReviewCaller, case_id: CaseId, server: Serving) -> Response:
    find = server.warden.cases.find
    case = await run_in_threadpool(find, case_id, actor_of(caller).name)
    return json_response(case_answer(case, server.clock()))


@ROUTES.post("/v1/cases/next", **described(NextCaseAnswer, "Claim the most urgent free case"))
async def claim_next(caller: ReviewCaller, server: Serving) -> Response:
    at = server.clock()
    case = await run_in_threadpool(server.warden.cases.next, actor_of(caller), at)
    return json_response(NextCaseAnswer(case=None if case is None else case_answer(case, at)))


@ROUTES.post(
    "/v1/cases/{case_id}/claim",
    **described(CaseAnswer, "Take a case for 15 minutes, or renew that", extra=(409,)),
)
async def claim(caller: ReviewCaller, case_id: CaseId, server: Serving) -> Response:
    at = server.clock()
    case = await run_in_threadpool(server.warden.cases.claim, case_id, actor_of(caller), at)
    return json_response(case_answer(case, at))


@ROUTES.post(
    "/v1/cases/{case_id}/release", **described(CaseAnswer, "Give a case back", extra=(409,))
)
async def release(caller: ReviewCaller, case_id: CaseId, server: Serving) -> Response:
    at = server.clock()
    case = await run_in_threadpool(server.warden.cases.release, case_id, actor_of(caller), at)
    return json_response(case_answer(case, at))


@ROUTES.post(
    "/v1/cases/{case_id}/snooze",
    **described(CaseAnswer, "Hide a case for a while", body=SnoozeCase, extra=(409,)),
)
async def snooze(
    caller: ReviewCaller, case_id: CaseId, request: Request, server: Serving
) -> Response:
    body, at = await read_json(request, SnoozeCase, server.limits.facts_bytes), server.clock()
    act = server.warden.cases.snooze
    case = await run_in_threadpool(act, case_id, actor_of(caller), body.how_long, at)
    return json_response(case_answer(case, at))


@ROUTES.post(
    "/v1/cases/{case_id}/assign",
    **described(CaseAnswer, "Make a case somebody's, or nobody's", body=AssignCase, extra=(409,)),
)
async def assign(
    caller: ReviewCaller, case_id: CaseId, request: Request, server: Serving
) -> Response:
    body, at = await read_json(request, AssignCase, server.limits.facts_bytes), server.clock()
    act = server.warden.cases.assign
    case = await run_in_threadpool(act, case_id, actor_of(caller), body.to, at)
    return json_response(case_answer(case, at))


@ROUTES.post(
    "/v1/cases/{case_id}/decide",
    **described(
        CaseAnswer,
        "Close a case with a verdict; a terminate is proposed first, and put in force by another",
        body=DecideCase,
        extra=(409,),
    ),
)
async def decide(
    caller: ReviewCaller, case_id: CaseId, request: Request, server: Serving
) -> Response:
    body, at = await read_json(request, DecideCase, server.limits.facts_bytes), server.clock()
    ruling = Ruling(body.verdict, body.action, body.category, body.note)
    act = server.warden.decide_case
    case = await run_in_threadpool(act, case_id, actor_of(caller), ruling, at)
    return json_response(case_answer(case, at))


@ROUTES.post(
    "/v1/cases/{case_id}/undo",
    **described(CaseAnswer, "Take back a verdict of the last 10 minutes", extra=(409,)),
)
async def undo(caller: ReviewCaller, case_id: CaseId, server: Serving) -> Response:
    at = server.clock()
    case = await run_in_threadpool(server.warden.cases.undo, case_id, actor_of(caller), at)
    return json_response(case_answer(case, at))


def actor_of(key: ApiKey) -> Actor:
    """Return the holder of a key as one who acts at the desk."""
    return KeyHolder(name=f"key:{key.name}", rank=_rank(key))


def _rank(key: ApiKey) -> Role:
    return Role.LEAD if "admin" in key.scopes else Role.REVIEWER
