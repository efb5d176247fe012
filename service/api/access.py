"""Who may call: bearer keys with scopes (RFC 6750), and no unknown query parameters."""

import base64
from collections.abc import Callable, Coroutine, Iterator
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from service.api.context import Server
from service.api.problems import FieldError, ProblemError
from service.keys import allows
from service.stores.contract import ApiKey

_CHALLENGE: Final = 'Bearer realm="sendwarden"'
_MAX_KEY: Final = 256
Guard = Callable[[Request], Coroutine[Any, Any, ApiKey]]


def _guard(*scopes: str) -> Guard:
    """Return the dependency that lets keys with one of the scopes through."""

    async def guard(request: Request) -> ApiKey:
        key = await _caller(request)
        if not allows(key, scopes):
            challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{" ".join(scopes)}"'
            detail = f"this call needs a key with scope {' or '.join(scopes)}"
            raise ProblemError(403, detail, headers={"WWW-Authenticate": challenge})
        no_unknown_query(request)
        return key

    return guard


async def _webhook_caller(request: Request) -> ApiKey | None:
    """Return the key holder; None where the source's signature has to do instead.

    Vendors cannot send a bearer key; most take a URL with a user and password (RFC 7617), of which
    the password is the key.
    """
    server: Server = request.app.state.server
    source = str(request.path_params.get("source", ""))
    if "authorization" not in request.headers and server.doorkeeper.knows(source):
        no_unknown_query(request)
        return None
    return await _EVENTS_GUARD(request)


def _key_of(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return key.strip()
    if scheme.lower() != "basic" or not request.url.path.startswith("/v1/events/"):
        return ""
    try:
        return base64.b64decode(key.strip()).decode("utf-8").partition(":")[2]
    except ValueError:
        return ""


async def _caller(request: Request) -> ApiKey:
    key = _key_of(request)
    if not key:
        raise ProblemError(
            401, "send Authorization: Bearer <key>", headers={"WWW-Authenticate": _CHALLENGE}
        )
    server: Server = request.app.state.server
    found = server.keys.remembered(key)
    if found is None and len(key) <= _MAX_KEY:
        found = await run_in_threadpool(server.keys.holder, key)
    if found is None:
        challenge = f'{_CHALLENGE}, error="invalid_token"'
        raise ProblemError(401, "this key is not known", headers={"WWW-Authenticate": challenge})
    return found


async def _open(request: Request) -> None:
    no_unknown_query(request)


def no_unknown_query(request: Request) -> None:
    """Refuse query parameters that the route does not have. Raises `ProblemError`."""
    if not request.query_params:
        return
    route = request.scope["route"]
    known = set(_query_names(route.dependant)) if isinstance(route, APIRoute) else set()
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        faults = [FieldError(loc=("query", name), msg="unknown parameter") for name in unknown]
        raise ProblemError(422, "unknown query parameters", faults=faults)


def _query_names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for nested in dependant.dependencies:
        yield from _query_names(nested)


FactsCaller = Annotated[ApiKey, Depends(_guard("score", "ingest"))]
_EVENTS_GUARD: Final = _guard("ingest")
EventsCaller = Annotated[ApiKey, Depends(_EVENTS_GUARD)]
WebhookCaller = Annotated[ApiKey | None, Depends(_webhook_caller)]
FeedbackCaller = Annotated[ApiKey, Depends(_guard("ingest", "review"))]
ScoreCaller = Annotated[ApiKey, Depends(_guard("score"))]
ReadCaller = Annotated[ApiKey, Depends(_guard("score", "review"))]
AdminCaller = Annotated[ApiKey, Depends(_guard("admin"))]
ReviewCaller = Annotated[ApiKey, Depends(_guard("review"))]
Anyone = Annotated[None, Depends(_open)]
