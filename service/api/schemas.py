"""The OpenAPI description: every answer of every call, problems included.

Schemas are generated from the structs that are encoded and the models that are validated.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from service.api.account_answers import ACCOUNT_ANSWERS
from service.api.advice_answers import ADVICE_ANSWERS
from service.api.answers import ANSWERS, JSON, Answer
from service.api.capacity_answers import CAPACITY_ANSWERS
from service.api.desk_answers import DESK_ANSWERS
from service.api.desk_wire import DESK_BODIES
from service.api.event_answers import EVENT_ANSWERS
from service.api.incident_answers import INCIDENT_ANSWERS
from service.api.insight_answers import INSIGHT_ANSWERS
from service.api.label_answers import LABEL_ANSWERS
from service.api.list_answers import LIST_ANSWERS
from service.api.mail_answers import MAIL_ANSWERS
from service.api.message_answers import MESSAGE_ANSWERS
from service.api.model_answers import MODEL_ANSWERS
from service.api.outbox_answers import OUTBOX_ANSWERS
from service.api.policy_answers import POLICY_ANSWERS
from service.api.policy_wire import POLICY_BODIES
from service.api.problems import MEDIA_TYPE, Problem
from service.api.queue_answers import QUEUE_ANSWERS
from service.api.queue_wire import QUEUE_BODIES
from service.api.release_answers import RELEASE_ANSWERS
from service.api.reviewer_answers import REVIEWER_ANSWERS
from service.api.settings_answers import SETTINGS_ANSWERS
from service.api.source_answers import SOURCE_ANSWERS
from service.api.subject_answers import SUBJECT_ANSWERS
from service.api.table_answers import TABLE_ANSWERS
from service.api.warm_up_answers import WARM_UP_ANSWERS
from service.api.wire import BODIES

_ALL_BODIES: Final[tuple[type[BaseModel], ...]] = (
    *BODIES,
    *POLICY_BODIES,
    *DESK_BODIES,
    *QUEUE_BODIES,
)
_REF: Final = "#/components/schemas/{name}"
MEANINGS: Final = {
    400: "the body is not what its content type says",
    401: "no key, or not one that is known",
    403: "the key lacks the scope",
    404: "unknown id",
    405: "the path does not answer to this method",
    409: "contradicts what is stored",
    413: "the body is too large",
    415: "this content type or encoding is not read here",
    422: "faults in the request, listed in `errors`",
    503: "the store cannot be used now; try again after `Retry-After` seconds",
}
_KEYED: Final = (401, 403, 404, 405, 422, 503)
_WITH_BODY: Final = (400, 413, 415)


def described(
    answer: type[Answer],
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    media: Sequence[str] = (),
    extra: Iterable[int] = (),
    is_open: bool = False,
    optional: bool = False,
) -> dict[str, Any]:
    """Return the keyword arguments of a route decorator.

    `body` is a JSON body, which may be left out where it is `optional`; `media` are the content types of a raw one. `extra` adds statuses to
    those that every call can answer.
    """
    statuses = {*extra, *((405, 422) if is_open else _KEYED)}
    if body is not None or media:
        statuses.update(_WITH_BODY)
    return {
        "summary": summary,
        "response_class": Response,
        "responses": {
            200: _content("the answer", {JSON: _ref(answer.__name__)}),
            **{code: _problem(code) for code in sorted(statuses)},
        },
        "openapi_extra": {
            **({} if is_open else {"security": [{"key": []}]}),
            **_request_body(body, media, required=not optional),
        },
    }


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` return the whole description, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    parameters = document.get("components", {}).get("schemas", {})
    document["components"] = {
        "schemas": dict(sorted({**parameters, **_schemas()}.items())),
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    }
    return document


def _schemas() -> dict[str, Any]:
    _, answers = msgspec.json.schema_components(
        (
            *ANSWERS,
            *LIST_ANSWERS,
            *EVENT_ANSWERS,
            *RELEASE_ANSWERS,
            *ACCOUNT_ANSWERS,
            *ADVICE_ANSWERS,
            *MAIL_ANSWERS,
            *INCIDENT_ANSWERS,
            *WARM_UP_ANSWERS,
            *SOURCE_ANSWERS,
            *SETTINGS_ANSWERS,
            *OUTBOX_ANSWERS,
            *POLICY_ANSWERS,
            *DESK_ANSWERS,
            *QUEUE_ANSWERS,
            *MESSAGE_ANSWERS,
            *INSIGHT_ANSWERS,
            *LABEL_ANSWERS,
            *MODEL_ANSWERS,
            *REVIEWER_ANSWERS,
            *SUBJECT_ANSWERS,
            *CAPACITY_ANSWERS,
            *TABLE_ANSWERS,
            Problem,
        ),
        ref_template=_REF,
    )
    _, bodies = models_json_schema(
        [(body, "validation") for body in _ALL_BODIES],
        ref_template=_REF.replace("{name}", "{model}"),
    )
    return {**answers, **bodies["$defs"]}


def _request_body(
    body: type[BaseModel] | None, media: Sequence[str], *, required: bool
) -> dict[str, Any]:
    if body is not None:
        content = {JSON: {"schema": _ref(body.__name__)}}
    elif media:
        content = {kind: {"schema": _RAW.get(kind, {})} for kind in media}
    else:
        return {}
    return {"requestBody": {"required": required, "content": content}}


_RAW: Final[dict[str, dict[str, Any]]] = {
    "text/csv": {"type": "string"},
    "application/x-ndjson": {"type": "string"},
}


def _problem(status: int) -> dict[str, Any]:
    return _content(MEANINGS[status], {MEDIA_TYPE: _ref(Problem.__name__)})


def _content(meaning: str, schemas: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "description": meaning,
        "content": {kind: {"schema": schema} for kind, schema in schemas.items()},
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(name=name)}
