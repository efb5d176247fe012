"""Counts, times and logs each request, and turns what nobody caught into a 500 problem.

A log line holds the route's template, never the path itself: ids are the caller's own and may be
addresses. Nor does it hold an error's text, which may quote what was sent.
"""

import logging
import time
import traceback
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.metrics import Metrics
from service.api.problems import problem_response

LOG: Final = logging.getLogger(__name__)
_UNKNOWN: Final = "unknown"
_METHODS: Final = frozenset({"GET", "PUT", "POST", "HEAD", "OPTIONS", "DELETE", "PATCH"})


class Observed:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - the last line: a client gets a problem, not a cut line
            LOG.error("unhandled %s at %s", type(error).__name__, _where(error))
            if status == 0:
                await problem_response(500, "an error of this server; it was logged")(
                    scope, receive, noted
                )
        self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNKNOWN)
        method = scope["method"] if scope["method"] in _METHODS else _UNKNOWN
        self._metrics.request(route, method, status, seconds)
        level = logging.DEBUG if status < 400 else logging.INFO if status < 500 else logging.ERROR
        LOG.log(
            level,
            "request method=%s route=%s status=%d ms=%.1f",
            method, route, status, 1_000 * seconds,
        )  # fmt: skip


def _where(error: BaseException) -> str:
    """Return files and lines, innermost last, without values or texts."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return " > ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames)
