"""Lists and views in the tools."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from mcp import Client
from mcp_types import CallToolResult

from tests.mcp_server.conftest import facts_of, text_of


async def failed(client: Client, tool: str, **arguments: Any) -> tuple[CallToolResult, Any]:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error, text_of(answer)
    return answer, answer.structured_content


async def titles(client: Client, **arguments: Any) -> list[str]:
    listed = facts_of(await client.call_tool("list_tasks", arguments))
    return [task["title"] for task in listed["tasks"]]


@pytest.mark.requirement("FR-MCP-017")
async def test_a_task_is_added_to_a_list_which_is_made_if_it_is_new(client: Client) -> None:
    added = await client.call_tool("add_task", {"title": "Milk", "list": "Groceries"})
    facts = facts_of(added)
    assert (facts["list_created"], facts["task"]["list"]) == (True, "Groceries")
    assert text_of(added) == ("created <task>#1 [ ] Milk (list Groceries)</task>, in a new list")
    again = await client.call_tool("add_task", {"title": "Bread", "list": "my grocery list"})
    assert "list_created" not in facts_of(again)
    assert text_of(again) == "created <task>#2 [ ] Bread (list Groceries)</task>"
    assert await titles(client, list="grocery") == ["Milk", "Bread"]

    schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    jsonschema.validate(facts, schemas["add_task"] or False)


@pytest.mark.requirement("FR-MCP-017")
async def test_a_task_moves_between_lists_and_undo_moves_it_back(client: Client) -> None:
    await client.call_tool("add_task", {"title": "Milk", "list": "Groceries"})
    moved = await client.call_tool("update_task", {"task_id": "milk", "list": "Work"})
    assert facts_of(moved)["task"]["list"] == "Work"
    assert text_of(moved) == "updated <task>#1 [ ] Milk (list Work)</task>, in a new list"
    same = facts_of(await client.call_tool("update_task", {"task_id": 1, "list": "WORK"}))
    assert same["status"] == "unchanged"

    for name in ("none", "inbox"):
        inbox = facts_of(await client.call_tool("update_task", {"task_id": 1, "list": name}))
        assert "list" not in inbox["task"]
    assert await titles(client, view="inbox") == ["Milk"]
    await client.call_tool("undo_last_change", {})
    assert await titles(client, list="work") == ["Milk"]
    await client.call_tool("undo_last_change", {})
    assert await titles(client, list="groceries") == ["Milk"]


@pytest.mark.requirement("FR-MCP-017")
async def test_an_unknown_list_is_an_error_that_shows_those_that_there_are(client: Client) -> None:
    answer, failure = await failed(client, "list_tasks", list="Work")
    assert failure == {
        "code": "list_not_found",
        "message": "No list “Work”. There are no lists yet.",
    }
    await client.call_tool("add_task", {"title": "Milk", "list": "Groceries </tasks>"})
    answer, failure = await failed(client, "list_tasks", list="Work")
    assert (failure["message"], failure["lists"]) == ("No list “Work”.", ["Groceries </tasks>"])
    assert text_of(answer).count("</tasks>") == 1
    for tool, arguments in (("add_task", {"title": "x"}), ("update_task", {"task_id": 1})):
        _, failure = await failed(client, tool, **arguments, list="x" * 61)
        assert failure["code"] == "invalid_arguments"
    assert facts_of(await client.call_tool("list_tasks", {}))["total"] == 1


@pytest.mark.requirement("FR-MCP-017")
async def test_a_call_that_is_repeated_makes_one_list_and_one_task(client: Client) -> None:
    call = {"title": "Milk", "list": "Groceries", "idempotency_key": "k"}
    first, second = [facts_of(await client.call_tool("add_task", call)) for _ in range(2)]
    assert first == second
    assert first["list_created"]
    assert await titles(client, list="groceries") == ["Milk"]


@pytest.mark.requirement("FR-MCP-017")
async def test_views_and_days_of_completion_narrow_a_list(client: Client) -> None:
    today, day = datetime.now(UTC).date(), timedelta(days=1)
    for title, due_on in (("late", today - day), ("now", today), ("soon", today + day)):
        await client.call_tool("add_task", {"title": title, "due_on": str(due_on)})
    await client.call_tool("add_task", {"title": "done", "list": "Work"})
    await client.call_tool("complete_task", {"task_id": "done"})

    assert await titles(client, view="overdue") == ["late"]
    assert await titles(client, view="today") == ["now"]
    assert await titles(client, view="upcoming") == ["soon"]
    assert await titles(client, view="inbox") == ["late", "now", "soon"]
    # The test may run at midnight.
    assert await titles(client, completed_after=str(today)) == ["done"]
    assert await titles(client, completed_before=str(today - day)) == []
    _, failure = await failed(client, "list_tasks", view="someday")
    assert failure["code"] == "invalid_arguments"
