"""The Inspector's command line, which judges how portable the schemas of the tools are."""

import json

import pytest

from tests.clients.conftest import WaysIn
from tests.clients.installed import command_of
from tests.clients.matrix import LEGACY, MODERN
from tests.clients.running import run
from tests.clients.steps import TOOLS

PACKAGE = "@modelcontextprotocol/inspector"
ERAS = {LEGACY: "legacy", MODERN: "modern"}

pytestmark = [pytest.mark.timeout(120), pytest.mark.requirement("FR-MCP-303")]


async def listed_strictly(*way_in: str, revision: str) -> set[str]:
    """List the tools, and fail at the first complaint about their schemas."""
    status, output, complaints = await run(
        [
            *command_of(PACKAGE, "mcp-inspector"),
            *("--cli", "--method", "tools/list", "--strict", "--format", "json"),
            *("--protocol-era", ERAS[revision]),
            *way_in,
        ]
    )
    assert (status, complaints) == (0, "")
    return {tool["name"] for tool in json.loads(output)["result"]["tools"]}


@pytest.mark.parametrize("revision", ERAS)
async def test_the_inspector_finds_no_fault_with_the_tools_over_http(
    revision: str, ways_in: WaysIn
) -> None:
    bearer = f"Authorization: Bearer {ways_in.token}"
    way_in = ("--server-url", ways_in.url, "--transport", "http", "--header", bearer)
    assert await listed_strictly(*way_in, revision=revision) == TOOLS


@pytest.mark.parametrize("revision", ERAS)
async def test_the_inspector_finds_no_fault_with_the_tools_over_stdio(
    revision: str, ways_in: WaysIn
) -> None:
    assert await listed_strictly(*_over_stdio(ways_in), revision=revision) == TOOLS


async def test_the_inspector_finds_no_fault_with_the_tools_that_are_offered_on_demand(
    ways_in: WaysIn,
) -> None:
    way_in = (*_over_stdio(ways_in), "--toolset", "all")
    assert await listed_strictly(*way_in, revision=MODERN) > TOOLS


def _over_stdio(ways_in: WaysIn) -> tuple[str, ...]:
    variables = [f"{name}={value}" for name, value in ways_in.environment.items()]
    given = [word for variable in variables for word in ("-e", variable)]
    return ("--transport", "stdio", *given, "--", *ways_in.command)
