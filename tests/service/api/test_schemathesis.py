"""Generated requests from the description: no 5xx, no undocumented answer."""

from importlib import import_module
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PARTS = (
    "accounts", "appeals", "campaigns", "case_bulk", "case_views", "cases", "decisions", "events",
    "health", "lists",
)  # fmt: skip
OPERATIONS = [
    (method, route.path)
    for part in PARTS
    for route in import_module(f"service.api.routes.{part}").ROUTES.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]


@pytest.fixture(scope="module")
def description(api: Any) -> Any:
    put = api("PUT", "/v1/accounts/0", json={"created_at": "2026-01-01T00:00:00Z"})
    assert put.status_code == 200
    return schemathesis.openapi.from_url(f"{api.url}/openapi.json")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_described(
    api: Any, description: Any, method: str, path: str, mode: GenerationMode
) -> None:
    operation = description[path][method]
    nothing_to_break = not (operation.path_parameters or operation.query or operation.body)
    if mode is GenerationMode.NEGATIVE and nothing_to_break:
        return
    headers = {"Authorization": f"Bearer {api.keys['admin']}"}
    statuses: set[int] = set()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: schemathesis.Case) -> None:
        answer = case.call(base_url=api.url, headers=headers)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    tried()
    assert statuses
