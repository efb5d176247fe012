"""How long cases would wait for so many reviewers, at today's threshold and at others."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from models.capacity import Shift
from service.api.access import ReviewCaller
from service.api.answers import json_response
from service.api.capacity_answers import CapacityAnswer, capacity_answer
from service.api.context import Serving
from service.api.schemas import described
from service.desk.capacity import DAYS, MOST_REVIEWERS, capacity

ROUTES = APIRouter()
ReviewersQuery = Annotated[int, Query(ge=1, le=MOST_REVIEWERS)]
HoursQuery = Annotated[float, Query(ge=0.5, le=24, description="hours of review a day each has")]
StartsQuery = Annotated[float, Query(ge=0, lt=24, description="hour of the day (UTC)")]
WeekQuery = Annotated[int, Query(ge=1, le=7, description="working days, from Monday on")]
TurnQuery = Annotated[bool, Query(description="each begins when the one before ends")]
DaysQuery = Annotated[int, Query(ge=1, le=90, description="how far back, in days")]


@ROUTES.get(
    "/v1/capacity",
    **described(CapacityAnswer, "What reviewers can look at: the wait by threshold, simulated"),
)
async def find_capacity(
    _: ReviewCaller,
    server: Serving,
    reviewers: ReviewersQuery = 2,
    hours: HoursQuery = 6.0,
    starts: StartsQuery = 8.0,
    days_a_week: WeekQuery = 7,
    in_turn: TurnQuery = False,
    days: DaysQuery = DAYS,
) -> Response:
    warden, at = server.warden, server.clock()
    shift = Shift(reviewers, hours, starts, days_a_week, in_turn)
    policy = warden.policy.current()
    found = await run_in_threadpool(capacity, warden.store, policy, shift, at, days)
    return json_response(capacity_answer(found))
