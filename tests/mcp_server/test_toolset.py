from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from db.engine import Sessions
from db.values import NewTask
from mcp_server.app import create_app
from mcp_server.settings import McpSettings
from mcp_server.toolset import Toolset
from tests.mcp_server.conftest import text_of
from tests.mcp_server.offering import add_tasks, attached
from tests.serving import NO_AUTHORITIES, listen, port_of, serving
from tests.stack import Stack

TOOLS = [
    "add_task",
    "list_tasks",
    "complete_task",
    "update_task",
    "delete_task",
    "undo_last_change",
]

OFFERED = {
    Toolset.TASKS: TOOLS,
    Toolset.CONNECTOR: ["search", "fetch"],
    Toolset.ALL: [*TOOLS, "search", "fetch"],
}
READING = {
    Toolset.TASKS: ["list_tasks"],
    Toolset.CONNECTOR: ["search", "fetch"],
    Toolset.ALL: ["list_tasks", "search", "fetch"],
}


@pytest.mark.requirement("FR-MCP-201")
@pytest.mark.parametrize("toolset", Toolset)
async def test_a_set_offers_its_tools_and_nothing_else(
    committed: Sessions, user: str, era: str, toolset: Toolset
) -> None:
    async with attached(committed, toolset, user, mode=era) as client:
        tools = (await client.list_tools()).tools
        prompts = (await client.list_prompts()).prompts
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
    assert [tool.name for tool in tools] == OFFERED[toolset]
    more = toolset is Toolset.ALL
    assert [prompt.name for prompt in prompts] == more * ["plan_my_day", "weekly_review"]
    assert [resource.uri for resource in resources] == more * [
        "ui://todochat/tasks.html",
        "tasks://today",
    ]
    assert [template.uri_template for template in templates] == more * ["tasks://{id}"]


@pytest.mark.requirement("FR-MCP-201")
async def test_the_settings_choose_the_set_and_each_caller_reads_their_own_over_http(
    stack: Stack, committed: Sessions, user: str, era: str
) -> None:
    listener = listen()
    settings = McpSettings(
        api_port=stack.settings.api_port,
        mcp_port=port_of(listener),
        mcp_url=stack.settings.mcp_resource,
        mcp_toolset=Toolset.ALL,
    )
    users = [user, f"{user}-other"]
    today = datetime.now(UTC).date()
    for name in users:
        await add_tasks(committed, name, NewTask(title=f"for {name}.", due_on=today))
    async with serving(create_app(settings, committed), listener):
        for name in users:
            headers = {"Authorization": f"Bearer {stack.mcp_token(name)}"}
            async with httpx2.AsyncClient(headers=headers, verify=NO_AUTHORITIES) as http:
                url = f"http://127.0.0.1:{settings.mcp_port}/mcp"
                transport: Any = streamable_http_client(url, http_client=http)
                async with Client(transport, mode=era) as client:
                    assert len((await client.list_tools()).tools) == 8
                    due = str(await client.read_resource("tasks://today"))
                    plan = str(await client.get_prompt("plan_my_day"))
            assert [f"for {other}." in due for other in users] == [other == name for other in users]
            assert f"for {name}." in plan


@pytest.mark.requirement("FR-MCP-201")
async def test_the_default_tools_say_nothing_of_the_view(committed: Sessions, user: str) -> None:
    async with attached(committed, Toolset.TASKS, user) as client:
        assert [tool.meta for tool in (await client.list_tools()).tools] == [None] * len(TOOLS)


@pytest.mark.requirement("FR-MCP-202")
@pytest.mark.parametrize("toolset", Toolset)
async def test_a_server_that_only_reads_offers_no_tool_that_writes(
    committed: Sessions, user: str, toolset: Toolset
) -> None:
    async with attached(committed, toolset, user, read_only=True) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == READING[toolset]
        refused = await client.call_tool("add_task", {"title": "one"})
    assert refused.is_error
    assert text_of(refused) == "Unknown tool: add_task"


@pytest.mark.requirement("FR-MCP-204")
@pytest.mark.parametrize("toolset", Toolset)
@pytest.mark.parametrize(
    ("name", "arguments"), [("nonsense", {}), ("plan_my_day", {"user_id": "bob"})]
)
async def test_an_unknown_prompt_or_argument_is_the_callers_mistake(
    committed: Sessions, user: str, era: str, toolset: Toolset, name: str, arguments: dict[str, str]
) -> None:
    async with attached(committed, toolset, user, mode=era) as client:
        with pytest.raises(MCPError) as refused:
            await client.get_prompt(name, arguments)
    assert refused.value.error.code == -32602
