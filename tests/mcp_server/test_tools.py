import asyncio
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from mcp import Client
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError

from db.idempotency import IDEMPOTENCY_META
from mcp_server.errors import failed_otherwise
from tests.mcp_server.conftest import OpenClient, facts_of, text_of

TOOLS = [
    "add_task",
    "list_tasks",
    "complete_task",
    "update_task",
    "delete_task",
    "undo_last_change",
]


@pytest.mark.requirement("FR-MCP-001")
async def test_the_six_tools_are_listed_with_schemas_and_hints_in_both_eras(
    open_client: OpenClient, user: str, era: str
) -> None:
    async with open_client(user, era) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert list(tools) == TOOLS
    for tool in tools.values():
        assert tool.description
        assert tool.output_schema
        assert tool.output_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        assert "user_id" not in tool.input_schema["properties"]
        assert tool.annotations
    assert tools["list_tasks"].annotations.read_only_hint  # type: ignore[union-attr]
    assert tools["delete_task"].annotations.destructive_hint  # type: ignore[union-attr]


@pytest.mark.requirement("FR-MCP-002")
async def test_a_task_lives_through_all_tools_in_both_eras(
    open_client: OpenClient, user: str, era: str
) -> None:
    async with open_client(user, era) as client:
        added = facts_of(
            await client.call_tool(
                "add_task",
                {"title": "Buy milk", "due_on": "2026-12-01", "priority": "high", "tags": ["shop"]},
            )
        )
        assert added == {
            "task_id": 1,
            "status": "created",
            "title": "Buy milk",
            "task": {
                "id": 1,
                "title": "Buy milk",
                "completed": False,
                "due_on": "2026-12-01",
                "priority": "high",
                "tags": ["shop"],
            },
        }
        updated = facts_of(
            await client.call_tool("update_task", {"task_id": 1, "title": "Oat milk"})
        )
        assert (updated["status"], updated["task"]["due_on"]) == ("updated", "2026-12-01")
        done = facts_of(await client.call_tool("complete_task", {"task_id": 1}))
        assert done == {"task_id": 1, "status": "completed", "title": "Oat milk"}
        pending = facts_of(await client.call_tool("list_tasks", {"status": "pending"}))
        assert (pending["tasks"], pending["total"]) == ([], 0)
        gone = facts_of(await client.call_tool("delete_task", {"task_id": 1}))
        assert gone == {"task_id": 1, "status": "deleted", "title": "Oat milk"}
        back = facts_of(await client.call_tool("undo_last_change", {}))
        assert back == {
            "task_id": 1,
            "status": "undone",
            "title": "Oat milk",
            "undone": "deleted",
        }
        listed = facts_of(await client.call_tool("list_tasks", {}))
        assert [task["completed"] for task in listed["tasks"]] == [True]


@pytest.mark.requirement("FR-MCP-002")
async def test_every_answer_fits_its_output_schema(client: Client) -> None:
    schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("add_task", {"title": "one", "description": "why", "tags": ["a"]}),
        ("add_task", {"title": "two"}),
        ("list_tasks", {"limit": 1}),
        ("update_task", {"task_id": 1, "completed": True}),
        ("complete_task", {"task_id": 2}),
        ("delete_task", {"task_id": 2}),
        ("undo_last_change", {}),
    ]
    for name, arguments in calls:
        facts = facts_of(await client.call_tool(name, arguments))
        jsonschema.validate(facts, schemas[name] or {})


@pytest.mark.requirement("FR-MCP-003")
async def test_ids_and_facts_are_in_both_channels_without_nulls(client: Client) -> None:
    for title in ("Buy milk", "Call mom"):
        await client.call_tool("add_task", {"title": title})
    await client.call_tool("update_task", {"task_id": 2, "due_on": "2026-12-24", "tags": ["home"]})
    await client.call_tool("complete_task", {"task_id": 1})
    result = await client.call_tool("list_tasks", {})
    today = datetime.now(UTC).date()
    assert text_of(result) == (
        f"2 of 2 tasks, today is {today}\n<tasks>\n"
        "#1 [x] Buy milk\n#2 [ ] Call mom (due 2026-12-24, #home)\n</tasks>"
    )
    assert facts_of(result) == {
        "tasks": [
            {"id": 1, "title": "Buy milk", "completed": True},
            {
                "id": 2,
                "title": "Call mom",
                "completed": False,
                "due_on": "2026-12-24",
                "tags": ["home"],
            },
        ],
        "total": 2,
        "today": str(today),
    }


@pytest.mark.requirement("FR-MCP-003")
async def test_pages_are_twenty_tasks_and_go_on_with_the_cursor(client: Client) -> None:
    for number in range(23):
        await client.call_tool("add_task", {"title": f"task {number}"})
    first = facts_of(await client.call_tool("list_tasks", {}))
    assert (len(first["tasks"]), first["total"]) == (20, 23)
    rest = facts_of(await client.call_tool("list_tasks", {"cursor": first["next_cursor"]}))
    assert [task["id"] for task in rest["tasks"]] == [21, 22, 23]
    assert "next_cursor" not in rest


LOOK = "list_tasks shows what there is."
NOT_FOUND = {"code": "task_not_found", "message": "No task 7.", "hint": LOOK}


@pytest.mark.requirement("FR-MCP-004")
@pytest.mark.parametrize(
    ("tool", "arguments", "code", "message"),
    [
        ("undo_last_change", {}, "nothing_to_undo", "There is nothing to undo."),
        ("add_task", {"title": "  "}, "invalid_arguments", "title: must not be blank"),
        ("add_task", {}, "invalid_arguments", "title: is needed"),
        (
            "add_task",
            {"title": "x", "user_id": "bob"},
            "invalid_arguments",
            "user_id: unknown argument",
        ),
        (
            "add_task",
            {"title": "x", "due_on": "soon"},
            "invalid_arguments",
            "due_on: must be a date as YYYY-MM-DD",
        ),
        (
            "add_task",
            {"title": "a\u0007b"},
            "invalid_arguments",
            "title: must not contain control characters",
        ),
        (
            "list_tasks",
            {"cursor": "nonsense"},
            "invalid_cursor",
            "The cursor does not belong to this list; start again without it.",
        ),
    ],
)
async def test_errors_say_what_is_wrong_and_what_to_do(
    client: Client, tool: str, arguments: dict[str, Any], code: str, message: str
) -> None:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert text_of(result) == message
    assert result.structured_content == {"code": code, "message": message}


@pytest.mark.requirement("FR-MCP-011")
@pytest.mark.parametrize("tool", ["complete_task", "delete_task", "update_task"])
async def test_an_error_has_a_code_a_message_and_a_hint_and_fits_the_output_schema(
    client: Client, tool: str
) -> None:
    schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    result = await client.call_tool(tool, {"task_id": 7})
    assert result.is_error
    assert text_of(result) == f"No task 7. {LOOK}"
    assert result.structured_content == NOT_FOUND
    jsonschema.validate(NOT_FOUND, schemas[tool] or {})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"message": "neither a result nor an error"}, schemas[tool] or {})


@pytest.mark.requirement("FR-MCP-011")
async def test_an_error_names_the_tasks_that_may_be_meant(client: Client) -> None:
    for title in ("Meeting with Ann", "Meeting with Bob", "Buy milk"):
        await client.call_tool("add_task", {"title": title})
    several = await client.call_tool("complete_task", {"task_id": "meeting"})
    assert several.structured_content == {
        "code": "ambiguous_task",
        "message": "2 tasks fit “meeting”.",
        "hint": "Ask which one is meant.",
        "candidates": [
            {"id": 2, "title": "Meeting with Bob"},
            {"id": 1, "title": "Meeting with Ann"},
        ],
    }
    close = await client.call_tool("complete_task", {"task_id": "buy mlik"})
    assert close.structured_content == {
        "code": "task_not_found",
        "message": "No task is called “buy mlik”.",
        "hint": LOOK,
        "candidates": [{"id": 3, "title": "Buy milk"}],
    }


@pytest.mark.requirement("FR-MCP-004")
async def test_a_number_in_quotes_is_understood(client: Client) -> None:
    await client.call_tool("add_task", {"title": "one"})
    assert facts_of(await client.call_tool("complete_task", {"task_id": "1"}))["task_id"] == 1


@pytest.mark.requirement("FR-MCP-004")
async def test_none_clears_a_due_date_and_what_is_left_out_stays(client: Client) -> None:
    await client.call_tool("add_task", {"title": "one", "due_on": "2026-12-01", "priority": "low"})
    task = facts_of(await client.call_tool("update_task", {"task_id": 1, "due_on": "none"}))["task"]
    assert task == {"id": 1, "title": "one", "completed": False, "priority": "low"}


@pytest.mark.requirement("FR-MCP-013")
async def test_a_call_that_changes_nothing_says_so(client: Client) -> None:
    await client.call_tool("add_task", {"title": "one", "priority": "low"})
    same = await client.call_tool("update_task", {"task_id": 1, "priority": "low"})
    assert facts_of(same)["status"] == "unchanged"
    assert text_of(same) == "unchanged <task>#1 [ ] one (low)</task>"
    assert (
        facts_of(await client.call_tool("complete_task", {"task_id": 1}))["status"] == "completed"
    )
    again = await client.call_tool("complete_task", {"task_id": 1})
    assert facts_of(again) == {"task_id": 1, "status": "unchanged", "title": "one"}
    assert text_of(again) == "unchanged <task>#1 one</task>"


@pytest.mark.requirement("FR-MCP-005")
@pytest.mark.parametrize("where", ["argument", "meta"])
async def test_a_call_that_is_sent_again_with_its_key_is_applied_once(
    open_client: OpenClient, user: str, where: str
) -> None:
    async with open_client(user) as client:

        async def add(title: str) -> Any:
            if where == "meta":
                meta: Any = {IDEMPOTENCY_META: "turn:call"}
                return await client.call_tool("add_task", {"title": title}, meta=meta)
            return await client.call_tool("add_task", {"title": title, "idempotency_key": "k"})

        answers = await asyncio.gather(*(add("milk") for _ in range(10)))
        assert {facts_of(answer)["task_id"] for answer in answers} == {1}
        other = await add("bread")
        assert text_of(other) == "This idempotency key was used before with other arguments."
        assert facts_of(await client.call_tool("list_tasks", {}))["total"] == 1


@pytest.mark.requirement("FR-MCP-011")
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnexpectedToolError("The tool failed."), "internal_error"),
        (ToolError("The client asked nobody."), "elicitation_failed"),
    ],
)
def test_a_failure_that_broke_no_rule_has_a_code_too(error: ToolError, code: str) -> None:
    answer = failed_otherwise(error)
    assert answer.is_error
    assert answer.structured_content == {"code": code, "message": str(error)}
    assert text_of(answer) == str(error)
