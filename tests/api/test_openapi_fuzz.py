"""Schemathesis against the services: no 5xx, and no answer that the document does not name."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
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


OPERATIONS = {
    found.ok().label: found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)
}


@pytest.fixture(scope="module")
def session(services: Services) -> Iterator[requests.Session]:
    """A connection for all cases, none of which looks for a proxy of its own."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(services.as_user(USER))
        yield session


@pytest.mark.requirement("FR-RUN-105")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_request_gets_a_5xx_or_an_undocumented_answer(
    operation: str, services: Services, session: requests.Session
) -> None:
    @settings(
        max_examples=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def get_an_answer(case: Any) -> None:
        if "user_id" in case.path_parameters:
            case.path_parameters["user_id"] = USER
        case.call_and_validate(base_url=services.url, checks=CHECKS, session=session)

    # As `schema.parametrize()` does while tests are collected: there every worker would make the
    # cases of all operations.
    build_operation_test(
        config=schema.config,
        operation=OPERATIONS[operation],
        test_func=get_an_answer,
        given_kwargs={},
        feedback=FeedbackSources(),
    )()
