"""Lists and views over REST."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.api.task_event_stream import open_task_events
from tests.api.test_tasks import add, titles
from tests.stack import Stack

Client = httpx2.AsyncClient


async def create(api: Client, name: str) -> dict[str, Any]:
    answer = await api.post("/lists", json={"name": name})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def names(api: Client, **query: Any) -> list[str]:
    return [found["name"] for found in (await api.get("/lists", params=query)).json()["lists"]]


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.requirement("FR-TASK-111")
async def test_a_task_names_its_list_and_makes_it_if_it_is_new(api: Client) -> None:
    added = await add(api, title="Milk", list="Groceries")
    assert (added["list"], added["list_created"]) == ("Groceries", True)
    again = await add(api, title="Bread", list="my grocery list")
    assert again["list"] == "Groceries"
    assert "list_created" not in again
    assert (await api.get("/tasks/2")).json() == again
    assert await titles(api, list="grocery") == ["Milk", "Bread"]

    moved = (await api.patch("/tasks/1", json={"list": "Work"})).json()
    assert (moved["list"], moved["list_created"]) == ("Work", True)
    assert (await api.patch("/tasks/1", json={"list": None})).json()["list"] is None
    assert (await api.put("/tasks/2", json={"title": "Bread"})).json()["list"] is None
    assert (await api.post("/tasks/undo")).json()["task"]["list"] == "Groceries"
    assert await titles(api, list="inbox") == ["Milk"]


@pytest.mark.requirement("FR-TASK-111")
async def test_tasks_that_name_a_new_list_at_the_same_time_make_it_once(api: Client) -> None:
    spellings = ("Groceries", "grocery", "my GROCERY list")
    tasks = await asyncio.gather(*(add(api, title="Milk", list=name) for name in spellings * 3))
    assert [task.get("list_created") for task in tasks].count(True) == 1
    assert len({task["list"] for task in tasks}) == 1
    assert len(await names(api)) == 1


@pytest.mark.requirement("FR-TASK-111")
async def test_lists_are_made_renamed_moved_and_archived(api: Client) -> None:
    for name in ("Work", "Home", "Books"):
        assert (await create(api, name))["open_tasks"] == 0
    await add(api, title="Report", list="work")

    renamed = await api.patch("/lists/3", json={"name": "Reading", "position": 1})
    assert (renamed.json()["name"], renamed.json()["position"]) == ("Reading", 1)
    assert await names(api) == ["Reading", "Work", "Home"]
    archived = (await api.patch("/lists/1", json={"archived": True})).json()
    assert archived["archived_at"]
    assert archived["open_tasks"] == 1
    assert await names(api) == ["Reading", "Home"]
    assert await names(api, archived=True) == ["Reading", "Work", "Home"]
    assert await titles(api) == []
    assert await titles(api, list="work") == ["Report"]
    await api.patch("/lists/1", json={"archived": False})
    assert await titles(api) == ["Report"]


@pytest.mark.requirement("FR-TASK-111")
async def test_deleting_a_list_asks_what_becomes_of_its_tasks(api: Client) -> None:
    await add(api, title="Milk", list="Groceries")
    await add(api, title="Report", list="Work")
    refused = await api.delete("/lists/1")
    assert problem(refused) == (422, "list_tasks_undecided")
    assert refused.json()["hint"] == "Send tasks=move_to_inbox or tasks=delete."
    assert (await api.delete("/lists/1", params={"tasks": "keep"})).status_code == 422

    gone = await api.delete("/lists/1", params={"tasks": "move_to_inbox"})
    assert (gone.status_code, gone.content) == (204, b"")
    assert await titles(api, view="inbox") == ["Milk"]
    assert (await api.delete("/lists/2", params={"tasks": "delete"})).status_code == 204
    assert await titles(api) == ["Milk"]
    assert await names(api, archived=True) == []
    assert (await api.post("/tasks/undo")).json()["task"]["list"] == "Work"
    assert await names(api) == ["Work"]


@pytest.mark.requirement("FR-TASK-111")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "x" * 61}, (422, "invalid_request")),
        ({"name": "  "}, (422, "invalid_request")),
        ({"name": None}, (422, "invalid_request")),
        ({"name": "Inbox"}, (422, "invalid_request")),
        ({"name": "works", "color": "red"}, (422, "invalid_request")),
        ({"name": "the work list"}, (409, "list_name_taken")),
    ],
)
async def test_a_name_that_is_refused_says_why(
    api: Client, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    await create(api, "Work")
    await create(api, "Home")
    assert problem(await api.post("/lists", json=body)) == expected
    assert problem(await api.patch("/lists/2", json=body)) == expected
    assert await names(api) == ["Work", "Home"]


@pytest.mark.requirement("FR-TASK-111")
async def test_what_names_no_usable_list_is_refused(api: Client) -> None:
    await add(api, title="Report", list="Work")
    await api.patch("/lists/1", json={"archived": True})
    refused = await api.post("/tasks", json={"title": "Call", "list": "work"})
    assert problem(refused) == (422, "list_archived")
    assert "another name" in refused.json()["hint"]
    missing = await api.get("/tasks", params={"list": "Groceries"})
    assert problem(missing) == (404, "list_not_found")
    (error,) = (await api.post("/lists", json={"name": "none"})).json()["errors"]
    assert (error["field"], error["code"]) == ("body.name", "reserved_list_name")
    for answer in (
        await api.patch("/lists/2", json={"name": "Home"}),
        await api.delete("/lists/2"),
    ):
        assert problem(answer) == (404, "list_not_found")


@pytest.mark.requirement("FR-TASK-111")
async def test_a_user_has_a_hundred_lists(api: Client) -> None:
    for number in range(100):
        await create(api, f"Trip {number}")
    for answer in (
        await api.post("/lists", json={"name": "Work"}),
        await api.post("/tasks", json={"title": "Report", "list": "Work"}),
    ):
        assert problem(answer) == (409, "too_many_lists")
    assert await titles(api) == []


@pytest.mark.requirement("FR-TASK-111")
async def test_another_users_lists_are_unknown(api: Client, stack: Stack, user: str) -> None:
    await create(api, "Work")
    other = f"{user}-other"
    headers = stack.as_user(other)
    path = f"/api/{other}/lists"
    assert (await stack.client.get(path, headers=headers)).json() == {"lists": []}
    assert (await stack.client.delete(f"{path}/1", headers=headers)).status_code == 404


@pytest.mark.requirement("FR-TASK-112")
async def test_views_and_the_day_when_it_was_done_narrow_the_list(api: Client) -> None:
    today = datetime.now(UTC).date()
    day = timedelta(days=1)
    for title, due_on in (("late", today - day), ("now", today), ("soon", today + day)):
        await add(api, title=title, due_on=str(due_on))
    await add(api, title="listed", list="Work")
    await add(api, title="done", due_on=str(today + 7 * day))
    await api.patch("/tasks/5/complete")

    assert await titles(api, view="overdue") == ["late"]
    assert await titles(api, view="today") == ["now"]
    assert await titles(api, view="upcoming") == ["soon"]
    assert await titles(api, view="inbox") == ["late", "now", "soon"]
    assert await titles(api, view="upcoming", status="completed") == ["done"]
    # The test may run at midnight.
    assert await titles(api, completed_after=str(today)) == ["done"]
    assert await titles(api, completed_before=str(today + day)) == ["done"]
    assert await titles(api, completed_on=str(today - day)) == []
    assert await titles(api, completed_before=str(today - day)) == []
    assert ["done"] in [await titles(api, completed_on=str(on)) for on in (today, today + day)]
    for query in ({"view": "someday"}, {"completed_on": "today"}, {"completed_after": "1"}):
        assert (await api.get("/tasks", params=query)).status_code == 422


@pytest.mark.requirement("FR-TASK-112")
async def test_a_day_is_one_of_the_users_zone(api: Client) -> None:
    await add(api, title="done")
    await api.patch("/tasks/1/complete")
    # Their dates are never the same.
    ahead = datetime.now(UTC) + timedelta(hours=14)
    behind = datetime.now(UTC) - timedelta(hours=12)
    for zone, moment in (("Pacific/Kiritimati", ahead), ("Etc/GMT+12", behind)):
        await api.patch("/settings", json={"timezone": zone})
        assert await titles(api, completed_on=str(moment.date())) == ["done"]
    assert await titles(api, completed_on=str(ahead.date())) == []


@pytest.mark.requirement("FR-TASK-209")
async def test_the_stream_of_tasks_tells_of_changes_of_lists(
    stack: Stack, api: Client, user: str
) -> None:
    other = f"{user}-other"
    await create(api, "Old")
    async with (
        open_task_events(stack, user) as stream,
        open_task_events(stack, other) as far,
    ):
        groceries = await create(api, "Groceries")
        path = f"/lists/{groceries['id']}"
        for change in (None, {"name": "Shopping"}, {"position": 1}, {"archived": True}):
            if change:
                assert (await api.patch(path, json=change)).status_code == 200
            event = await stream.next()
            assert event
            assert event.name == "lists.changed"
        await api.patch(path, json={"archived": True})
        assert (await api.delete(path)).status_code == 204
        event = await stream.next()
        assert event
        assert event.name == "lists.changed"
        # What changes no list tells of none, and nobody else is told.
        await api.post("/tasks", json={"title": "Milk", "list": "Old"})
        assert [change["task_id"] for change in await stream.changes(1)] == [1]
        headers = stack.as_user(other)
        path = f"/api/{other}/tasks"
        await stack.client.post(path, json={"title": "Mine"}, headers=headers)
        assert [change["task_id"] for change in await far.changes(1)] == [1]
