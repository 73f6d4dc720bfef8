"""What a token opens, and what is said where it opens too little."""

from typing import Any

import httpx2
import pytest

from tests.mcp_server.conftest import OpenClient
from tests.mcp_server.plain import ACCEPT, calling, post, request_of
from tests.mcp_server.test_tools import TOOLS
from tests.serving import NO_AUTHORITIES
from tests.stack import Stack

READ, WRITE = "tasks:read", "tasks:write"
METADATA = "/.well-known/oauth-protected-resource"


def challenge(answer: httpx2.Response) -> dict[str, str]:
    kind, _, told = answer.headers["www-authenticate"].partition(" ")
    assert kind == "Bearer"
    return {name: value.strip('"') for name, value in (p.split("=", 1) for p in told.split(", "))}


@pytest.mark.requirement("FR-MCP-101")
async def test_the_first_request_learns_where_to_get_a_token(stack: Stack) -> None:
    answer = await post(stack, None, request_of("server/discover"))
    assert answer.status_code == 401
    told = challenge(answer)
    assert told["scope"] == f"{READ} {WRITE}"
    async with httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
        metadata = (await client.get(told["resource_metadata"])).json()
    assert metadata["resource"] == stack.settings.mcp_resource
    assert metadata["scopes_supported"] == [READ, WRITE]


@pytest.mark.requirement("FR-MCP-101")
async def test_the_metadata_is_at_both_well_known_paths(stack: Stack) -> None:
    root = stack.settings.mcp_resource.removesuffix("/mcp")
    async with httpx2.AsyncClient(base_url=root, verify=NO_AUTHORITIES) as client:
        answers = [await client.get(path) for path in (METADATA, f"{METADATA}/mcp")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


@pytest.mark.requirement("FR-MCP-102")
@pytest.mark.parametrize(
    ("scopes", "shown"),
    [
        ([READ], ["list_tasks"]),
        ([WRITE], [tool for tool in TOOLS if tool != "list_tasks"]),
        ([READ, WRITE], TOOLS),
        ([], []),
    ],
    ids=["read", "write", "both", "none"],
)
async def test_a_client_sees_the_tools_that_its_token_opens(
    stack: Stack, open_client: OpenClient, user: str, era: str, scopes: list[str], shown: list[str]
) -> None:
    async with open_client(user, era, scopes=scopes) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == shown


@pytest.mark.requirement("FR-MCP-102")
@pytest.mark.parametrize(
    ("scopes", "body", "wanted"),
    [
        ([READ], calling("add_task", title="x"), f"{READ} {WRITE}"),
        ([READ], calling("undo_last_change"), f"{READ} {WRITE}"),
        ([WRITE], calling("list_tasks"), f"{READ} {WRITE}"),
        ([], calling("list_tasks"), READ),
        ([WRITE], request_of("resources/read", uri="tasks://today"), f"{READ} {WRITE}"),
    ],
)
async def test_a_call_beyond_the_token_is_refused_with_the_scopes_to_ask_for(
    stack: Stack, user: str, scopes: list[str], body: dict[str, Any], wanted: str
) -> None:
    answer = await post(stack, stack.mcp_token(user, scopes=scopes), body)
    assert answer.status_code == 403
    told = challenge(answer)
    assert (told["error"], told["scope"]) == ("insufficient_scope", wanted)
    assert told["resource_metadata"].endswith(f"{METADATA}/mcp")


@pytest.mark.requirement("FR-MCP-102")
async def test_no_write_hides_in_a_batch(stack: Stack, user: str) -> None:
    batch = [calling("list_tasks"), calling("add_task", title="x")]
    headers = {
        "Accept": ACCEPT,
        "MCP-Protocol-Version": "2025-03-26",
        "Authorization": f"Bearer {stack.mcp_token(user, scopes=[READ])}",
    }
    async with httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
        answer = await client.post(stack.settings.mcp_resource, json=batch, headers=headers)
    assert answer.status_code == 403


@pytest.mark.requirement("FR-MCP-102")
async def test_a_tool_that_is_not_there_is_no_matter_of_scopes(stack: Stack, user: str) -> None:
    answer = await post(stack, stack.mcp_token(user, scopes=[READ]), calling("drop_tasks"))
    assert answer.status_code != 403
