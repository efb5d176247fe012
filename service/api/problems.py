"""Errors on the wire: RFC 9457 problem details, one table from our errors to statuses."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from service import errors
from service.desk.cases import NotAllowed
from service.webhooks.signature import BadSignature

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 2
STATUSES: Final[dict[type[errors.ServiceError], int]] = {
    BadSignature: 401,
    NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Unreadable: 422,
    errors.TooLarge: 413,
    errors.Unavailable: 503,
    errors.ServiceError: 422,
}


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One fault in the input; `loc` leads to it."""

    loc: tuple[str | int, ...]
    msg: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request failed. `errors` comes with a 422."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] | msgspec.UnsetType = msgspec.UNSET


class ProblemError(Exception):
    """A request that fails in the web layer itself."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        faults: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.faults, self.headers = tuple(faults), headers


def problem_response(
    status: int,
    detail: str,
    faults: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an `application/problem+json` answer."""
    problem = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=tuple(faults) if faults or status == 422 else msgspec.UNSET,
    )
    body = msgspec.json.encode(problem)
    return Response(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Answer every error that a request can end in as a problem."""
    app.add_exception_handler(ProblemError, _of_problem)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_parameters)
    app.add_exception_handler(ValidationError, _of_body)
    app.add_exception_handler(errors.ServiceError, _of_service)
    app.add_exception_handler(ClientDisconnect, _of_disconnect)


async def _of_problem(_: Request, error: Any) -> Response:
    return problem_response(error.status, error.detail, error.faults, error.headers)


async def _of_http(request: Request, error: Any) -> Response:
    """Answer what the router refuses: no such path, or not with that method."""
    details = {
        404: "there is nothing at this path; see /openapi.json",
        405: f"this path does not answer to {request.method}",
    }
    return problem_response(
        error.status_code, details.get(error.status_code, str(error.detail)), headers=error.headers
    )


async def _of_parameters(_: Request, error: Any) -> Response:
    return problem_response(422, "the request has faults", _faults(error.errors(), ()))


async def _of_body(_: Request, error: Any) -> Response:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in found):
        return problem_response(400, f"the body is not JSON: {found[0]['msg']}")
    return problem_response(422, "the body has faults", _faults(found, ("body",)))


async def _of_service(_: Request, error: Any) -> Response:
    return service_problem(error)


def service_problem(error: errors.ServiceError) -> Response:
    """Return what an error of the use cases is on the wire."""
    status = next(code for kind, code in STATUSES.items() if isinstance(error, kind))
    if status == 503:
        return unavailable("the store cannot be used now; nothing was changed, try again")
    faults = (FieldError(loc=("request",), msg=str(error)),) if status == 422 else ()
    return problem_response(status, str(error), faults)


def unavailable(detail: str) -> Response:
    """Return a 503. What the database said is not repeated: it may quote values."""
    return problem_response(503, detail, headers={"Retry-After": str(RETRY_SECONDS)})


async def _of_disconnect(_: Request, __: Exception) -> Response:
    return problem_response(400, "the client went away before the body was complete")


def _faults(found: Sequence[Mapping[str, Any]], prefix: tuple[str, ...]) -> list[FieldError]:
    return [
        FieldError(
            loc=(*prefix, *(part if isinstance(part, int) else str(part) for part in fault["loc"])),
            msg=str(fault["msg"]),
        )
        for fault in found
    ]
