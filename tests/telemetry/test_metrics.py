"""`/metrics`: what moves it, where it is served, and that all processes are in it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from auth.minting import mint_login_token
from db.telemetry.metrics import metrics
from tests.cli.processes import wait_until
from tests.cli.test_workers import running_api
from tests.model_server import ModelServer, call, fault, say
from tests.processes import Services, free_port
from tests.serving import NO_AUTHORITIES
from tests.stack import SECRET, Stack, Stacks
from tests.telemetry.conftest import vendor_settings

Labels = Mapping[str, str]


@pytest.fixture
async def vendor(stacks: Stacks, model_server: ModelServer, database_url: str) -> Stack:
    return await stacks.get(listen_to=database_url, **vendor_settings(model_server))


def value(name: str, **labels: str) -> float:
    return metrics().registry.get_sample_value(name, labels) or 0


@contextmanager
def growing(name: str, **labels: str) -> Iterator[None]:
    """Check that a value grows within the block."""
    before = value(name, **labels)
    yield
    assert value(name, **labels) > before, name


def scraped(port: int, name: str, **labels: str) -> float:
    """The sum of the samples of that name with these labels, as Prometheus reads them."""
    text = httpx2.get(f"http://127.0.0.1:{port}/metrics", verify=NO_AUTHORITIES).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


@pytest.mark.requirement("FR-RUN-130")
async def test_a_turn_with_a_tool_is_counted_and_timed(
    vendor: Stack, model_server: ModelServer, user: str
) -> None:
    model_server.script(call("add_task", {"title": "Milk"}), say("Added."))
    tool = {"tool": "add_task", "result": "ok"}
    route = {"method": "POST", "route": "/api/{user_id}/chat"}
    with (
        growing("todochat_turns_total", outcome="finished", code=""),
        growing("todochat_turn_seconds_count", outcome="finished"),
        growing("todochat_turn_first_text_seconds_count"),
        growing("todochat_tool_call_seconds_count", **tool),
        growing("todochat_mcp_tool_seconds_count", **tool),
        growing("todochat_model_calls_total"),
        growing("todochat_model_tokens_total", direction="input"),
        growing("todochat_model_tokens_total", direction="output"),
        growing("todochat_wait_seconds_count", queue="connection"),
        growing("todochat_wait_seconds_count", queue="turn"),
        growing("todochat_http_requests_total", **route, status="200"),
        growing("todochat_http_request_seconds_count", **route),
        growing("todochat_http_request_seconds_count", method="POST", route="/mcp"),
    ):
        await vendor.say(user, "add milk")
    assert value("todochat_running_turns") == 0


@pytest.mark.requirement("FR-RUN-130")
async def test_a_turn_that_fails_is_counted_by_its_code(
    vendor: Stack, model_server: ModelServer, user: str
) -> None:
    model_server.script(*[fault("401")] * 3)
    with growing("todochat_turns_total", outcome="failed", code="model_auth_failed"):
        await vendor.say(user, "hello")


@pytest.mark.requirement("FR-RUN-130")
async def test_no_label_has_a_path_a_user_or_a_text(stack: Stack, user: str) -> None:
    headers = stack.as_user(user)
    for path in (f"/api/v1/{user}/tasks", f"/api/{user}/canary", "/calendar/canary.ics"):
        await stack.client.get(path, headers=headers)
    await stack.client.request("CANARY", "/health")
    await stack.say(user, "add the canary")
    labels = {
        label
        for family in metrics().registry.collect()
        for sample in family.samples
        for label in sample.labels.values()
    }
    assert "/api/{user_id}/tasks" in labels
    assert [label for label in labels if re.search(f"canary|{re.escape(user)}", label, re.I)] == []


@pytest.mark.requirement("FR-RUN-131")
def test_a_scrape_has_what_all_workers_counted(database_url: str, tmp_path: Path) -> None:
    port = free_port()
    with running_api(database_url, tmp_path, API_METRICS_PORT=str(port)) as api:
        first, _ = api.until_serving()
        user = {"Authorization": f"Bearer {mint_login_token(SECRET, 'ann', lifetime=60)}"}
        route = {"route": "/api/{user_id}/tasks", "status": "200"}
        for _ in range(10):
            # A client of its own, for a connection stays with its worker.
            httpx2.get(f"{api.url}/api/ann/tasks", headers=user, verify=NO_AUTHORITIES)
        counted = partial(scraped, port, "todochat_http_requests_total", **route)
        # A request is counted once its answer is sent.
        wait_until(lambda: counted() == 10)
        assert {counted() for _ in range(6)} == {10}
        first.kill()
        wait_until(lambda: first not in api.workers())
        assert scraped(port, "todochat_http_requests_total", **route) == 10


@pytest.mark.requirement("FR-RUN-131")
def test_the_metrics_have_ports_of_their_own(services: Services) -> None:
    ports = services.environment
    api, mcp = int(ports["API_METRICS_PORT"]), int(ports["MCP_METRICS_PORT"])
    for public in (services.url, f"http://127.0.0.1:{ports['MCP_PORT']}"):
        answer = httpx2.get(f"{public}/metrics", verify=NO_AUTHORITIES)
        assert answer.status_code in {401, 404}
    assert scraped(api, "todochat_http_requests_total", route="/ready") >= 1
    assert scraped(mcp, "todochat_http_requests_total", route="/mcp") >= 1
    assert scraped(mcp, "process_resident_memory_bytes") > 0
    wait_until(lambda: scraped(api, "todochat_event_loop_lag_seconds_count") > 0)
