"""The installation over the API: what comes from where, and how the server is set."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from service.api.access import AdminCaller, FeedbackCaller
from service.api.answers import json_response
from service.api.context import Serving
from service.api.schemas import described
from service.api.settings_answers import SettingsAnswer, settings_answer
from service.api.source_answers import SourcesAnswer, sources_answer
from service.installation import view_installation
from service.sources import view_sources

ROUTES = APIRouter()


@ROUTES.get(
    "/v1/sources",
    **described(
        SourcesAnswer, "Event sources and receivers of changes: what comes, what is silent"
    ),
)
async def list_sources(_: FeedbackCaller, server: Serving) -> Response:
    def found() -> SourcesAnswer:
        at = server.clock()
        server.warden.refusals.flush()
        return sources_answer(view_sources(server.warden.store, server.doorkeeper, at))

    return json_response(await run_in_threadpool(found))


@ROUTES.get(
    "/v1/settings",
    **described(SettingsAnswer, "Settings in force (no secrets), versions, the store, retention"),
)
async def list_settings(_: AdminCaller, server: Serving) -> Response:
    def found() -> SettingsAnswer:
        return settings_answer(
            view_installation(server.warden, server.about.settings, server.about.code)
        )

    return json_response(await run_in_threadpool(found))
