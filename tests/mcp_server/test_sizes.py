"""What the tools cost a model to read."""

import importlib
import json
from typing import Any

import pytest
from mcp import Client

from tests.mcp_server.conftest import facts_of, text_of
from tests.mcp_server.plain import calling, post, request_of
from tests.stack import Stack

_CHARACTERS_PER_TOKEN = 4
_MOST_BYTES = 16 * 1024


def tokens_in(text: str) -> int:
    """Count as a current model does, where its vocabulary is at hand, or by length."""
    try:
        vocabulary = importlib.import_module("tiktoken").get_encoding("o200k_base")
    except (ImportError, OSError):
        return len(text) // _CHARACTERS_PER_TOKEN
    return len(vocabulary.encode(text))


@pytest.mark.requirement("FR-MCP-110")
async def test_listing_the_tools_costs_less_than_2300_tokens(stack: Stack, user: str) -> None:
    listed = await post(stack, stack.mcp_token(user), request_of("tools/list"))
    tools = json.dumps(listed.json()["result"]["tools"], separators=(",", ":"), ensure_ascii=False)
    assert tokens_in(tools) < 2300


@pytest.mark.requirement("FR-MCP-110")
async def test_fifty_tasks_cost_less_than_1500_tokens(client: Client) -> None:
    for number in range(50):
        await client.call_tool(
            "add_task",
            {
                "title": f"Call the plumber about tap {number}",
                "due_on": "2026-12-01",
                "tags": ["home"],
            },
        )
    listed = await client.call_tool("list_tasks", {"limit": 50})
    assert len(facts_of(listed)["tasks"]) == 50
    assert tokens_in(text_of(listed)) < 1500


@pytest.mark.requirement("FR-MCP-110")
async def test_a_list_of_long_tasks_is_cut_and_goes_on(stack: Stack, user: str) -> None:
    token = stack.mcp_token(user)
    for number in range(20):
        added = calling("add_task", title=f"{number}", description="x" * 2000)
        assert (await post(stack, token, added)).status_code == 200
    seen: list[int] = []
    further: dict[str, Any] = {}
    while True:
        body = calling("list_tasks", limit=100, **further)
        facts = (await post(stack, token, body)).json()["result"]["structuredContent"]
        assert len(json.dumps(facts["tasks"])) < _MOST_BYTES * 1.1
        seen += [task["id"] for task in facts["tasks"]]
        if "next_cursor" not in facts:
            break
        further = {"cursor": facts["next_cursor"]}
    assert seen == list(range(1, 21))
