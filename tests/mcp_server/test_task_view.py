import json
import re
from pathlib import Path
from typing import Any

import pytest
from mcp_types import TextResourceContents

from db.engine import Sessions
from mcp_server.task_view import page
from mcp_server.toolset import Toolset
from tests.chromium import in_a_browser
from tests.mcp_server.offering import attached
from tests.mcp_server.view_host import listed, show

HOSTILE = "<img src=x onerror=document.title='taken'><script>parent.post()</script>"
DONE: dict[str, Any] = {
    "complete_task": {"result": {"content": []}},
    "update_task": {"result": {"content": []}},
}


def sent(seen: dict[str, Any], method: str) -> list[Any]:
    """Return the parameters of what the view sent."""
    return [message["params"] for message in seen["heard"] if message.get("method") == method]


@pytest.mark.requirement("FR-MCP-211")
async def test_list_tasks_names_the_view_and_the_server_serves_it(
    committed: Sessions, user: str, era: str
) -> None:
    async with attached(committed, Toolset.ALL, user, mode=era) as client:
        tools = {tool.name: tool.meta for tool in (await client.list_tools()).tools}
        assert tools.pop("list_tasks") == {"ui": {"resourceUri": "ui://todochat/tasks.html"}}
        assert set(tools.values()) == {None}
        (contents,) = (await client.read_resource("ui://todochat/tasks.html")).contents
    assert isinstance(contents, TextResourceContents)
    assert contents.mime_type == "text/html;profile=mcp-app"
    assert contents.text == page(read_only=False)
    assert contents.meta
    assert not any(contents.meta["ui"]["csp"].values())


@pytest.mark.requirement("FR-MCP-211")
async def test_a_client_is_told_of_the_extension(committed: Sessions, user: str) -> None:
    async with attached(committed, Toolset.ALL, user, mode="auto") as client:
        assert client.server_capabilities.extensions == {"io.modelcontextprotocol/ui": {}}


@pytest.mark.requirement("FR-MCP-212")
def test_the_page_needs_nothing_from_elsewhere_and_no_unsafe_way_to_write() -> None:
    html = page(read_only=False)
    assert html.startswith("<!doctype html>")
    assert re.findall(r"https?:|//\w+\.|\bsrc=|\bhref=|@import|url\(", html) == []
    assert re.findall(r"\bon\w+\s*=\s*[\"']|\bstyle=", html) == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b", html) == []


@in_a_browser
@pytest.mark.requirement("FR-MCP-212")
async def test_a_hostile_title_is_text_under_a_strict_policy(tmp_path: Path) -> None:
    task = {"id": 1, "title": HOSTILE, "description": HOSTILE, "tags": ["<b>"]}
    seen = await show(tmp_path, listed(task))
    assert seen["text"].count(HOSTILE) == 2
    assert "#<b>" in seen["text"]
    assert re.findall(r"<(img|script|b)\b", seen["html"]) == []


@in_a_browser
@pytest.mark.requirement("FR-MCP-213")
async def test_tasks_are_shown_with_what_is_known_of_them(tmp_path: Path) -> None:
    tasks = [
        {"id": 3, "title": "Tax", "due_on": "2026-11-18", "priority": "high", "tags": ["money"]},
        {"id": 5, "title": "Milk", "due_on": "2026-11-21"},
        {"id": 9, "title": "Mom", "completed": True},
    ]
    seen = await show(tmp_path, listed(*tasks))
    for words in ("3 tasks", "Tax", "Wed, Nov 18", "high priority", "#money", "Today", "#9"):
        assert words in seen["text"]
    assert "note late" in seen["html"]
    assert [checked for checked, _ in seen["boxes"]] == [False, False, True]
    (size, *_) = sent(seen, "ui/notifications/size-changed")
    assert size["height"] > 100


@in_a_browser
@pytest.mark.requirement("FR-MCP-213")
async def test_a_box_that_is_ticked_calls_the_tool_and_tells_the_model(tmp_path: Path) -> None:
    seen = await show(
        tmp_path,
        listed({"id": 3, "title": "Tax"}, {"id": 9, "title": "Mom", "completed": True}),
        capabilities={"serverTools": {}, "updateModelContext": {}},
        answers=DONE,
        clicks=["li:first-child input", "li:last-child input"],
    )
    assert sent(seen, "tools/call") == [
        {"name": "complete_task", "arguments": {"task_id": 3}},
        {"name": "update_task", "arguments": {"task_id": 9, "completed": False}},
    ]
    assert seen["boxes"] == [[True, False], [False, False]]
    told = sent(seen, "ui/update-model-context")[-1]["content"][0]["text"]
    assert told == "In the task list the user completed #3 and reopened #9."


@in_a_browser
@pytest.mark.requirement("FR-MCP-213")
@pytest.mark.parametrize(
    "answer",
    [
        {"result": {"isError": True, "content": [{"type": "text", "text": "No task 3."}]}},
        {"error": {"code": -32000, "message": "No task 3."}},
    ],
    ids=["tool", "host"],
)
async def test_a_call_that_fails_is_said_and_the_box_is_as_before(
    tmp_path: Path, answer: dict[str, Any]
) -> None:
    seen = await show(
        tmp_path,
        listed({"id": 3, "title": "Tax"}),
        answers={"complete_task": answer},
        clicks=["input"],
    )
    assert seen["boxes"] == [[False, False]]
    assert "Task 3 was not changed. No task 3." in seen["text"]


@in_a_browser
@pytest.mark.requirement("FR-MCP-213")
async def test_more_is_shown_by_the_same_search_and_the_cursor(tmp_path: Path) -> None:
    seen = await show(
        tmp_path,
        listed({"id": 1, "title": "first"}, total=2, next_cursor="abc"),
        answers={"list_tasks": {"result": listed({"id": 2, "title": "second"}, total=2)}},
        clicks=["#more"],
    )
    arguments = {"status": "pending", "cursor": "abc"}
    assert sent(seen, "tools/call") == [{"name": "list_tasks", "arguments": arguments}]
    assert "second" in seen["text"]
    assert "2 tasks" in seen["text"]
    assert "Show more" not in seen["text"]


@in_a_browser
@pytest.mark.requirement("FR-MCP-213")
@pytest.mark.parametrize(
    ("result", "further", "words"),
    [
        (listed(), [], "No tasks here."),
        ({"isError": True, "content": [{"type": "text", "text": "Too many."}]}, [], "Too many."),
        ({"content": []}, [], "The list could not be read."),
        (None, [["ui/notifications/tool-cancelled", {}]], "did not finish"),
        (None, [], "Looking for tasks"),
    ],
    ids=["empty", "error", "nonsense", "cancelled", "waiting"],
)
async def test_there_is_a_word_for_every_state(
    tmp_path: Path, result: dict[str, Any] | None, further: list[Any], words: str
) -> None:
    assert words in (await show(tmp_path, result, further=further))["text"]


@in_a_browser
@pytest.mark.requirement("FR-MCP-213")
@pytest.mark.parametrize(
    "limits", [{"read_only": True}, {"capabilities": {}}], ids=["server", "host"]
)
async def test_boxes_cant_be_ticked_where_nothing_can_be_written(
    tmp_path: Path, limits: dict[str, Any]
) -> None:
    seen = await show(tmp_path, listed({"id": 3, "title": "Tax"}), clicks=["input"], **limits)
    assert seen["boxes"] == [[False, True]]
    assert sent(seen, "tools/call") == []


@in_a_browser
@pytest.mark.requirement("FR-MCP-213")
async def test_the_host_is_greeted_and_answered(tmp_path: Path) -> None:
    seen = await show(tmp_path, listed(), further=[], theme="dark")
    greeting = seen["heard"][0]
    assert greeting["method"] == "ui/initialize"
    assert json.dumps(greeting["params"]["appInfo"])
    assert greeting["params"]["protocolVersion"] == "2026-01-26"
    assert seen["heard"][1]["method"] == "ui/notifications/initialized"
