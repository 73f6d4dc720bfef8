"""The configurations for other assistants in docs/assistants.md, used as they stand."""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from db.engine import Sessions
from mcp_server.settings import McpSettings
from tests.mcp_server.conftest import facts_of
from tests.mcp_server.plain import personal_token
from tests.serving import NO_AUTHORITIES
from tests.specs.documents import read
from tests.stack import Stack

TOKEN = "tdc_YOUR_TOKEN"
_BLOCK = re.compile(r"^### ([\w ]+)\n.*?^```(json|toml)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_READERS = {"json": json.loads, "toml": tomllib.loads}


def configurations() -> dict[str, dict[str, Any]]:
    """What the page gives for each client."""
    text = read("docs/assistants.md")
    return {client: _READERS[kind](block) for client, kind, block in _BLOCK.findall(text)}


async def use(transport: Any) -> None:
    async with Client(transport) as client:
        assert facts_of(await client.call_tool("add_task", {"title": "Buy milk"}))["task_id"] == 1


async def use_over_http(stack: Stack, server: dict[str, Any], token: str) -> None:
    """Attach by the address and headers of a configuration, in the place of its client."""
    assert (server.get("url") or server["httpUrl"]) == McpSettings().resource
    filled = re.sub(r"\$\{[\w:-]+\}|\$\w+|" + TOKEN, token, server["headers"]["Authorization"])
    async with httpx2.AsyncClient(headers={"Authorization": filled}, verify=NO_AUTHORITIES) as http:
        await use(streamable_http_client(stack.settings.mcp_resource, http_client=http))


@pytest.mark.requirement("FR-MCP-114")
def test_every_client_has_one() -> None:
    assert list(configurations()) == [
        "Claude Code",
        "Claude Desktop",
        "VS Code",
        "Cursor",
        "Codex",
        "Gemini CLI",
        "ChatGPT",
    ]


@pytest.mark.requirement("FR-MCP-114")
@pytest.mark.parametrize(
    ("client", "servers", "members"),
    [
        ("Claude Code", "mcpServers", {"type", "url", "headers"}),
        ("VS Code", "servers", {"type", "url", "headers"}),
        ("Cursor", "mcpServers", {"url", "headers"}),
        ("Gemini CLI", "mcpServers", {"httpUrl", "headers"}),
    ],
)
async def test_a_client_that_speaks_http_gets_in(
    stack: Stack, committed: Sessions, user: str, client: str, servers: str, members: set[str]
) -> None:
    server = configurations()[client][servers]["todochat"]
    assert set(server) == members
    assert server.get("type", "http") == "http"
    await use_over_http(stack, server, await personal_token(committed, user))


@pytest.mark.requirement("FR-MCP-114")
def test_vs_code_asks_for_what_it_fills_in() -> None:
    given = configurations()["VS Code"]
    (asked,) = given["inputs"]
    assert f"${{input:{asked['id']}}}" in given["servers"]["todochat"]["headers"]["Authorization"]
    assert (asked["type"], asked["password"]) == ("promptString", True)


@pytest.mark.requirement("FR-MCP-114")
def test_codex_is_given_the_variable_whose_token_it_sends() -> None:
    (server,) = configurations()["Codex"]["mcp_servers"].values()
    assert server == {"url": McpSettings().resource, "bearer_token_env_var": "TODOCHAT_TOKEN"}


@pytest.mark.requirement("FR-MCP-114")
async def test_claude_desktop_starts_its_own(
    committed: Sessions, database_url: str, user: str
) -> None:
    server = configurations()["Claude Desktop"]["mcpServers"]["todochat"]
    command = Path(server["command"])
    assert (command.name, server["env"]) == ("todochat", {"TODOCHAT_TOKEN": TOKEN})
    installed = Path(sys.executable).with_name(command.name)
    token = await personal_token(committed, user)
    environment = {"TODOCHAT_TOKEN": token, "DATABASE_URL": database_url}
    await use(
        stdio_client(
            StdioServerParameters(command=str(installed), args=server["args"], env=environment)
        )
    )


@pytest.mark.requirement("FR-MCP-114")
def test_chatgpt_is_given_the_tool_of_the_responses_api() -> None:
    tool = configurations()["ChatGPT"]
    assert (tool["type"], tool["authorization"]) == ("mcp", TOKEN)
    assert tool["server_url"].startswith("https://")
