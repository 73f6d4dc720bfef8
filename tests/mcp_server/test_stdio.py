"""The server as a client on this machine starts it."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import ElicitResult

from db.access_tokens import UserAccessTokens
from db.engine import Sessions, transaction
from tests.mcp_server.conftest import facts_of, text_of
from tests.mcp_server.plain import personal_token
from tests.mcp_server.test_safe_writes import MEETINGS, YES, Person, add
from tests.mcp_server.test_tools import TOOLS

COMMAND = ["-P", "-m", "mcp_server", "--stdio"]


@asynccontextmanager
async def started(
    database_url: str, token: str, mode: str, *options: str, **client: Any
) -> AsyncIterator[Client]:
    """Start it and attach, until the block ends."""
    environment = {**os.environ, "DATABASE_URL": database_url, "TODOCHAT_TOKEN": token}
    parameters = StdioServerParameters(
        command=sys.executable, args=[*COMMAND, *options], env=environment
    )
    async with Client(stdio_client(parameters), mode=mode, **client) as attached:
        yield attached


@pytest.mark.requirement("FR-MCP-108")
async def test_it_serves_the_tokens_user_in_both_eras(
    database_url: str, committed: Sessions, user: str, era: str
) -> None:
    token = await personal_token(committed, user)
    async with started(database_url, token, era) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
        assert facts_of(await client.call_tool("add_task", {"title": "Buy milk"}))["task_id"] == 1
        assert facts_of(await client.call_tool("list_tasks", {}))["total"] == 1


@pytest.mark.requirement("FR-MCP-108")
async def test_the_tokens_scopes_hold_there_too(
    database_url: str, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user, scopes=["tasks:read"])
    async with started(database_url, token, "auto") as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["list_tasks"]
        with pytest.raises(Exception, match="lacks the scope tasks:write"):
            await client.call_tool("add_task", {"title": "x"})


@pytest.mark.requirement("FR-MCP-108")
async def test_a_token_that_is_revoked_meanwhile_opens_nothing_more(
    database_url: str, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user)
    async with started(database_url, token, "auto") as client:
        await client.list_tools()
        async with transaction(committed, user) as session:
            tokens = UserAccessTokens(session, user)
            await tokens.revoke((await tokens.all())[0].id)
        with pytest.raises(Exception, match="unknown, revoked or expired"):
            await client.call_tool("list_tasks", {})


@pytest.mark.requirement("FR-MCP-108")
async def test_a_read_only_server_shows_what_reads(
    database_url: str, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user)
    async with started(database_url, token, "auto", "--read-only") as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["list_tasks"]


@pytest.mark.requirement("FR-MCP-107")
@pytest.mark.parametrize("answer", [YES, ElicitResult(action="decline")], ids=["yes", "declined"])
async def test_a_client_of_either_era_is_asked_there(
    database_url: str, committed: Sessions, user: str, era: str, answer: ElicitResult
) -> None:
    token, person = await personal_token(committed, user), Person(answer)
    async with started(database_url, token, era, elicitation_callback=person) as client:
        await add(client, *MEETINGS)
        result = await client.call_tool("delete_task", {"task_id": 2})
        left = facts_of(await client.call_tool("list_tasks", {}))["total"]
    assert len(person.asked) == 1
    assert (result.is_error, left) == ((False, 2) if answer is YES else (True, 3)), text_of(result)


@pytest.mark.requirement("FR-MCP-108")
@pytest.mark.parametrize(
    ("token", "said"),
    [("", "TODOCHAT_TOKEN is not set"), ("tdc_nonsense", "TODOCHAT_TOKEN can't be used")],
)
def test_without_a_good_token_it_ends_with_one_line(
    database_url: str, token: str, said: str
) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "TODOCHAT_TOKEN": token}
    ended = subprocess.run(
        [sys.executable, *COMMAND],
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert ended.returncode == 1
    assert (ended.stdout, ended.stderr.count("\n")) == ("", 1)
    assert ended.stderr.startswith(said)
