"""Times, repeats and reminders of tasks, as the tools take and tell them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from mcp import Client

from tests.mcp_server.conftest import OpenClient, facts_of, text_of

MANY = [f"{minute}m" for minute in range(101)]


@pytest.mark.requirement("FR-MCP-014")
async def test_a_time_and_a_repeat_are_added_shown_and_cleared(client: Client) -> None:
    added = await client.call_tool(
        "add_task",
        {"title": "Water", "due_on": "2199-12-30", "due_time": "17:00", "repeat": "every monday"},
    )
    assert facts_of(added)["task"] == {
        "id": 1,
        "title": "Water",
        "completed": False,
        "due_on": "2199-12-30",
        "due_time": "17:00",
        "repeat": "every Monday",
        "reminders": ["2199-12-30 17:00"],
    }
    assert "(due 2199-12-30 17:00, every Monday, reminds 2199-12-30 17:00)" in text_of(added)

    done = await client.call_tool("complete_task", {"task_id": "water"})
    assert facts_of(done) == {
        "task_id": 1,
        "status": "completed",
        "title": "Water",
        "next_due_on": "2200-01-06",
    }
    assert text_of(done).endswith("due again 2200-01-06")

    changed = {"task_id": 1, "due_time": "none", "repeat": "none", "reminders": []}
    cleared = facts_of(await client.call_tool("update_task", changed))["task"]
    assert cleared.keys() == {"id", "title", "completed", "due_on"}


@pytest.mark.requirement("FR-MCP-015")
async def test_reminders_are_set_changed_and_told_as_the_users_wall_times(
    open_client: OpenClient, user: str
) -> None:
    async with open_client(user, timezone="America/New_York") as client:
        due = {"title": "Call Sam", "due_on": "2199-12-30", "due_time": "17:00"}
        added = await client.call_tool("add_task", {**due, "reminders": ["1 hour before", "0m"]})
        assert facts_of(added)["task"]["reminders"] == ["2199-12-30 16:00", "2199-12-30 17:00"]
        assert "reminds 2199-12-30 16:00, 2199-12-30 17:00" in text_of(added)
        changed = await client.call_tool("update_task", {"task_id": 1, "reminders": "1d"})
        assert facts_of(changed)["task"]["reminders"] == ["2199-12-29 17:00"]
        listed = facts_of(await client.call_tool("list_tasks", {}))["tasks"]
        assert listed == [facts_of(changed)["task"]]

        soon = await client.call_tool("add_task", {"title": "Oven", "reminders": ["in 20m"]})
        now = datetime.now(ZoneInfo("America/New_York")).replace(tzinfo=None)
        (told,) = facts_of(soon)["task"]["reminders"]
        left = datetime.fromisoformat(told) - now
        assert timedelta(minutes=19) < left < timedelta(minutes=22)
        none = await client.call_tool("update_task", {"task_id": 1, "reminders": []})
        assert "reminders" not in facts_of(none)["task"]
        await client.call_tool("undo_last_change", {})
        listed = facts_of(await client.call_tool("list_tasks", {"query": "sam"}))["tasks"]
        assert listed[0]["reminders"] == ["2199-12-29 17:00"]


@pytest.mark.requirement("FR-MCP-014")
@pytest.mark.requirement("FR-MCP-015")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"repeat": "every blue moon"}, "unreadable_repeat"),
        ({"repeat": "FREQ=HOURLY"}, "unsupported_repeat"),
        ({"due_time": "17:00"}, "due_time_without_date"),
        ({"repeat": "daily until 2001-01-01"}, "impossible_repeat"),
        ({"reminders": ["soon"]}, "unreadable_reminder"),
        ({"reminders": ["1h"]}, "reminder_without_date"),
        ({"reminders": "2001-01-01T10:00"}, "reminder_in_past"),
        ({"due_on": "2199-12-30", "reminders": MANY}, "too_many_reminders"),
    ],
)
async def test_a_schedule_that_is_refused_says_what_to_send(
    client: Client, arguments: dict[str, Any], code: str
) -> None:
    refused = await client.call_tool("add_task", {"title": "Water", **arguments})
    assert refused.is_error
    assert refused.structured_content is not None
    assert refused.structured_content["code"] == code
    assert refused.structured_content["hint"].startswith("Send ")
    assert facts_of(await client.call_tool("list_tasks", {}))["total"] == 0


@pytest.mark.requirement("FR-MCP-014")
async def test_single_tags_are_added_and_removed(client: Client) -> None:
    await client.call_tool("add_task", {"title": "Water", "tags": ["home", "plants"]})
    changed = await client.call_tool(
        "update_task", {"task_id": 1, "add_tags": ["weekly"], "remove_tags": ["plants"]}
    )
    assert facts_of(changed)["task"]["tags"] == ["home", "weekly"]
