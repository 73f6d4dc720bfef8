"""Results name the author of text that neither the user nor the caller wrote."""

from typing import Any

import pytest

from db.engine import Sessions
from tests.api.conftest import api_of
from tests.mcp_server.plain import calling, personal_token, post
from tests.stack import Stack

AUTHOR = "assistant Planner"


async def result_of(stack: Stack, token: str, tool: str, **arguments: Any) -> Any:
    return (await post(stack, token, calling(tool, **arguments))).json()["result"]


@pytest.mark.requirement("FR-MCP-018")
async def test_both_channels_of_every_result_name_the_other_author(
    stack: Stack, committed: Sessions, user: str
) -> None:
    scopes = ["tasks:read", "tasks:write"]
    planner = await personal_token(committed, user, name="Planner", scopes=scopes)
    other = await personal_token(committed, user, name="Other", scopes=scopes)
    for title in ("Milk one", "Milk two"):
        added = await result_of(stack, planner, "add_task", title=title)
        assert "text_by" not in str(added)
    mine = await result_of(stack, planner, "list_tasks")
    assert "text_by" not in str(mine)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("list_tasks", {}),
        ("complete_task", {"task_id": "milk"}),
        ("complete_task", {"task_id": 1}),
        ("update_task", {"task_id": 1, "due_on": "2027-01-01"}),
        ("delete_task", {"task_id": 1}),
        ("undo_last_change", {}),
    ]
    for tool, arguments in calls:
        result = await result_of(stack, other, tool, **arguments)
        assert f"'text_by': '{AUTHOR}'" in str(result["structuredContent"]), tool
        assert f"text by {AUTHOR})" in result["content"][0]["text"], tool


@pytest.mark.requirement("FR-MCP-018")
async def test_text_of_the_user_has_no_author_and_an_imported_one_has(
    stack: Stack, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user, name="Planner", scopes=["tasks:read"])
    async with api_of(stack, user) as api:
        await api.post("/tasks", json={"title": "Bread", "list": "Shop"})
        listed = await result_of(stack, token, "list_tasks")
        assert "text_by" not in str(listed)
        file = "TYPE,CONTENT,PRIORITY\ntask,Milk,4\n"
        imported = await api.post("/import", content=file, headers={"Content-Type": "text/csv"})
        assert imported.status_code == 200, imported.text
    (_, milk) = (await result_of(stack, token, "list_tasks"))["structuredContent"]["tasks"]
    assert (milk["title"], milk["text_by"]) == ("Milk", "import")
