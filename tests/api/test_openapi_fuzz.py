"""Schemathesis against the services: no 5xx, and no answer that the document does not name."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.processes import Services

USER = "fuzz"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


# The stream of tasks never ends; tests/api/test_task_events.py reads it.
schema = schemathesis.openapi.from_path("specs/contracts/openapi.yaml").exclude(
    path="/api/{user_id}/tasks/events"
)


@pytest.mark.requirement("FR-RUN-105")
@pytest.mark.timeout(120)
@schema.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_gets_a_5xx_or_an_undocumented_answer(case: Any, services: Services) -> None:
    if "user_id" in case.path_parameters:
        case.path_parameters["user_id"] = USER
    case.call_and_validate(base_url=services.url, checks=CHECKS, headers=services.as_user(USER))
