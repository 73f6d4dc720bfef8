"""Traces: one for a turn over all its parts, named by the conventions, and none while off."""

import importlib
import secrets
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.semconv.schemas import Schemas

from db.telemetry.tracing import CONVENTIONS
from tests.cli.processes import wait_until
from tests.telemetry.collector import Collector, running_collector
from tests.up import own_ports
from tests.web.running import SECRET, running_web_app, sign_up

CANARY = "canary7f3a"
OURS = {"todochat", "mcp-python-sdk"}
# The route of the web app that leads to the API.
RELAY = "/bff/[...path]"
PARTS_OF_A_TURN = {
    f"POST {RELAY}",
    "POST /api/{user_id}/chat",
    "invoke_agent Todochat",
    "POST /mcp",
}
PARTS = ("db", "error", "gen_ai", "http", "mcp", "rpc")
SHOW = "import chat_api.server, mcp_server.program, sys; print(*sys.modules)"


def conventions() -> set[str]:
    """The names of all attributes in the version that is installed."""
    found: set[str] = set()
    for place in (
        "opentelemetry.semconv._incubating.attributes",
        "opentelemetry.semconv.attributes",
    ):
        for part in PARTS:
            with suppress(ModuleNotFoundError):
                names = vars(importlib.import_module(f"{place}.{part}_attributes"))
                found |= {value for value in names.values() if isinstance(value, str)}
    return found


@pytest.mark.requirement("FR-RUN-137")
async def test_a_turn_is_one_trace_over_all_its_parts(database_url: str, tmp_path: Path) -> None:
    trace, page = secrets.token_hex(16), secrets.token_hex(8)
    with running_collector() as collector:
        variables = own_ports(
            TODOCHAT_DATA_DIR=str(tmp_path),
            DATABASE_URL=database_url,
            BETTER_AUTH_SECRET=SECRET,
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            OTEL_BSP_SCHEDULE_DELAY="100",
        )
        with running_web_app(variables) as app:
            async with app.visitor(Accept="application/json") as visitor:
                user = (await sign_up(visitor))["id"]
                answer = await visitor.post(
                    "/bff/me/chat",
                    json={"message": f'add "{CANARY}"'},
                    headers={"traceparent": f"00-{trace}-{page}-01"},
                )
            assert [one["name"] for one in answer.json()["tool_calls"]] == ["add_task"]
            wait_until(lambda: _names(collector, trace) >= PARTS_OF_A_TURN)
    spans = collector.of_trace(trace)
    by_id = {span["id"]: span for span in spans}
    assert {span["parent"] for span in spans} - by_id.keys() == {page}
    paths = {_path(span, by_id) for span in spans}
    turn = f"web: POST {RELAY} > api: POST /api/{{user_id}}/chat > api: invoke_agent Todochat"
    tool = f"{turn} > api: tools/call add_task"
    assert any(path.startswith(f"{turn} > api: chat ") for path in paths), sorted(paths)
    assert f"{tool} > mcp: POST /mcp" in paths
    assert f"{tool} > mcp: tools/call add_task" in paths
    assert any(path.startswith(f"{tool} > mcp: tools/call add_task > mcp: ") for path in paths)
    statements = [span for span in spans if "db.system.name" in span["attributes"]]
    assert {span["service"] for span in statements} == {"todochat-api", "todochat-mcp"}
    attributes = {n for span in spans if span["scope"] in OURS for n in span["attributes"]}
    assert attributes - conventions() == set()
    assert {span["schema"] for span in spans if span["scope"] == "todochat"} == {CONVENTIONS}
    for word in (CANARY, user):
        assert [span for span in collector.spans if word in str(span)] == []
        assert [body for body in collector.bodies if word.encode() in body] == []


@pytest.mark.requirement("FR-RUN-137")
def test_the_version_of_the_conventions_is_one_that_is_installed() -> None:
    assert CONVENTIONS in {schema.value for schema in Schemas}


@pytest.mark.requirement("FR-RUN-138")
def test_without_an_endpoint_nothing_of_the_export_is_imported() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, check=True
    ).stdout.split()
    beyond = ("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.proto")
    assert [name for name in loaded if name.startswith(beyond)] == []


def _names(collector: Collector, trace: str) -> set[str]:
    return {span["name"] for span in collector.of_trace(trace)}


def _path(span: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> str:
    """Return the names of the spans above one and its own; those of FastAPI are left out."""
    own = f"{span['service'].removeprefix('todochat-')}: {span['name']}"
    above = _path(by_id[span["parent"]], by_id) if span["parent"] in by_id else ""
    if span["scope"] not in OURS:
        return above
    return f"{above} > {own}" if above else own
