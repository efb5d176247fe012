"""What changes while a page is open, as server-sent events.

A stream holds no thread and no queue: it looks at the store, says what differs from what it said
last, and sleeps. Where it was is in the events' ids, so that a page which comes back
(`Last-Event-ID`) is told what it missed and nothing else. It ends by itself after a while; the
browser opens the next.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, Final

import msgspec
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.console.page import Desk
from service.desk.insight import mail_of
from service.desk.records import Case, CaseQuery, Person
from service.desk.second_looks import as_seen
from service.errors import Unavailable

MOST_STREAMS: Final = 200
_LOOK_S: Final = 1.0
_PING_S: Final = 15
_LIFE_S: Final = 15 * 60.0
_CHECK_LOOKS: Final = 30
# A page that does not read for so long is let go.
_SLOW_S: Final = 30.0
# How soon a browser comes back, in milliseconds.
_RETRY_MS: Final = 2_000
Topics = dict[str, Any]


class Live:
    """The streams of one process."""

    def __init__(
        self,
        desk: Desk,
        clock: Callable[[], datetime],
        look_s: float = _LOOK_S,
        life_s: float = _LIFE_S,
        retry_ms: int = _RETRY_MS,
    ) -> None:
        self._desk, self._clock, self._look_s = desk, clock, look_s
        self._life_s, self._retry_ms = life_s, retry_ms
        self._counted: tuple[float, int] = (0.0, 0)
        self._running = 0

    @property
    def streams_open(self) -> int:
        """How many streams run now."""
        return self._running

    def __call__(self, person: Person, token: str, case_id: str, last: str) -> Response:
        """Return a stream to a person's page, of a case's page where `case_id` names one."""
        if self._running >= MOST_STREAMS:
            return Response(status_code=503, headers={"Retry-After": "30"})
        events = self._events(person, token, case_id, _sent(last))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return EventSourceResponse(events, ping=_PING_S, send_timeout=_SLOW_S, headers=headers)

    async def _events(
        self, person: Person, token: str, case_id: str, sent: dict[str, str]
    ) -> AsyncIterator[dict[str, Any]]:
        until, looks = time.monotonic() + self._life_s, 0
        self._running += 1
        try:
            while time.monotonic() < until:
                looks += 1
                if looks % _CHECK_LOOKS == 0 and not await self._still_in(token):
                    return
                for topic, told in (await self._look(person, case_id)).items():
                    data = msgspec.json.encode(told).decode()
                    mark = hashlib.sha256(data.encode()).hexdigest()[:12]
                    if sent.get(topic) != mark:
                        sent[topic] = mark
                        where = ",".join(f"{name}={value}" for name, value in sent.items())
                        yield {"event": topic, "data": data, "id": where, "retry": self._retry_ms}
                await asyncio.sleep(self._look_s)
        finally:
            self._running -= 1

    async def _still_in(self, token: str) -> bool:
        whose = self._desk.sign_in.whose
        return await run_in_threadpool(whose, token, self._clock()) is not None

    async def _look(self, person: Person, case_id: str) -> Topics:
        try:
            return await run_in_threadpool(self._glance, person, case_id)
        except Unavailable:
            return {}

    def _glance(self, person: Person, case_id: str) -> Topics:
        """Return what a page shows that others change."""
        store, at = self._desk.warden.store, self._clock()
        with store.snapshot():
            topics: Topics = {"queue": {"open": self._waiting(at)}}
            case = store.case(case_id) if case_id else None
            if case is None:
                return topics
            case = as_seen(case, person.name)
            topics["case"] = {"version": case.version, "said": _said(case, person, at)}
            topics["release"] = [
                [one.campaign_id, one.progress.granted, one.state, sum(one.counts.values())]
                for one in mail_of(self._desk.warden, case, person.name)
            ]
        return topics

    def _waiting(self, at: datetime) -> int:
        """Return how many cases wait; all streams share one count a look."""
        now = time.monotonic()
        if now - self._counted[0] >= self._look_s:
            query = CaseQuery(awake_at=at)
            self._counted = (now, self._desk.warden.store.count_cases(query))
        return self._counted[1]


def _said(case: Case, person: Person, at: datetime) -> str:
    """Return in words how a case stands, as somebody else left it; empty: nothing to say."""
    if case.state == "decided":
        return f"{case.decided_by} decided this case: {case.outcome}."
    holder = case.holder(at)
    if holder not in (None, person.name):
        return f"{holder} has claimed this case."
    if case.proposed_by not in (None, person.name):
        return f"{case.proposed_by} proposes: {case.proposed_label}."
    return "This case has changed."


def _sent(last: str) -> dict[str, str]:
    """Return what an earlier stream said last, from the id of its last event; any text is one."""
    pairs = (pair.partition("=") for pair in last[:200].split(","))
    return {name: mark for name, _, mark in pairs if name in ("queue", "case", "release")}
