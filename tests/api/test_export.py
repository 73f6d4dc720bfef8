"""Everything of a user as one file."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from db.engine import Sessions, transaction
from db.user_export import ROWS_PER_PAGE
from tests.api.test_tasks import add
from tests.stack import Stack

Client = httpx2.AsyncClient


async def export(api: Client) -> dict[str, Any]:
    answer = await api.get("/export")
    assert answer.status_code == 200, answer.text
    exported: dict[str, Any] = answer.json()
    return exported


@pytest.mark.requirement("FR-TASK-151")
async def test_an_export_has_all_of_a_user_and_no_secret(
    api: Client, stack: Stack, user: str
) -> None:
    assert (await stack.say(user, "Add a task to buy milk")).is_success
    await add(
        api, title="Call Sam", due_on="2099-12-01", due_time="17:05", repeat="daily", list="Work",
        reminders=["10m"], tags=["phone"], priority="high", description="about\nthe trip",
    )  # fmt: skip
    await add(api, title="Gone")
    await api.delete("/tasks/3")
    await api.patch("/tasks/1/complete")
    await api.patch("/settings", json={"timezone": "Europe/Berlin"})
    token = (await api.post("/access-tokens", json={"name": "laptop"})).json()["token"]
    feed = (await api.post("/calendar-feed")).json()["path"]

    answer = await api.get("/export")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="todochat-')
    assert token not in answer.text
    assert feed.split("/")[2].removesuffix(".ics") not in answer.text
    exported = answer.json()
    assert (exported["format"], exported["version"]) == ("todochat", 1)
    assert exported["settings"][0]["timezone"] == "Europe/Berlin"
    assert [found["name"] for found in exported["lists"]] == ["Work"]
    first, second = exported["tasks"]
    assert (first["title"], first["completed"]) == ("Buy milk", True)
    assert first["completed_at"]
    expected = {
        "title": "Call Sam", "description": "about\nthe trip", "due_on": "2099-12-01",
        "due_time": "17:05", "repeat": "FREQ=DAILY", "repeat_from": "due", "list": "Work",
        "reminders": ["10m"], "tags": ["phone"], "priority": "high", "completed": False,
        "series": 0,
    }  # fmt: skip
    assert expected.items() <= second.items()
    assert {message["role"] for message in exported["messages"]} == {"user", "assistant"}
    assert exported["conversations"][0]["id"] == exported["messages"][0]["conversation_id"]
    assert [found["name"] for found in exported["access_tokens"]] == ["laptop"]
    assert len(exported["calendar_feeds"]) == 1


@pytest.mark.requirement("FR-TASK-151")
async def test_who_has_nothing_exports_nothing(api: Client) -> None:
    exported = await export(api)
    assert exported.pop("exported_at")
    assert (exported.pop("format"), exported.pop("version")) == ("todochat", 1)
    assert {"settings", "tasks", "lists", "conversations", "messages"} <= set(exported)
    assert all(rows == [] for rows in exported.values())


@pytest.mark.requirement("FR-TASK-151")
async def test_what_fills_pages_is_there_once(api: Client, committed: Sessions, user: str) -> None:
    count = 2 * ROWS_PER_PAGE + 1
    async with transaction(committed, user) as session:
        await session.execute(
            text(
                "insert into tasks (user_id, id, title, description, priority, tags) "
                "select :user, n, 'Task ' || n, '', 'none', '{}' from generate_series(1, :count) n"
            ),
            {"user": user, "count": count},
        )
    exported = await export(api)
    assert [task["id"] for task in exported["tasks"]] == list(range(1, count + 1))


@pytest.mark.requirement("FR-TASK-151")
async def test_an_export_has_nothing_of_others(api: Client, stack: Stack, user: str) -> None:
    await add(api, title="Mine")
    other = await stack.client.get(f"/api/{user}/export", headers=stack.as_user("somebody-else"))
    assert other.status_code == 403
