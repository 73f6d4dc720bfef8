"""Reminders that fire, as a client of the API sees them: the list, the stream, and snoozing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from db.engine import Sessions, transaction
from tests.api.conftest import api_of
from tests.api.task_event_stream import TaskEventStream, open_task_events
from tests.sse import Event
from tests.stack import Stack, running_stack

Client = httpx2.AsyncClient


@pytest.fixture(scope="module")
async def firing(
    committed: Sessions, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stack]:
    """An API that fires reminders, and listens to what is written."""
    folder: Path = tmp_path_factory.mktemp("firing")
    async with running_stack(
        committed, folder, chat_provider="offline", listen_to=database_url, run_worker=True
    ) as stack:
        yield stack


@pytest.fixture
async def api(firing: Stack, user: str) -> AsyncIterator[Client]:
    async with api_of(firing, user) as client:
        yield client


async def let_pass(sessions: Sessions, user: str, age: timedelta = timedelta(0)) -> None:
    """Make the waiting reminders of a user due, and say so as a write would."""
    async with transaction(sessions, user) as session:
        await session.execute(
            text("update reminders set fires_at = now() - cast(:age as interval)"), {"age": age}
        )
        await session.execute(text("select pg_notify('todochat', 'reminders')"))


async def remind(api: Client, title: str = "Call Sam") -> None:
    answer = await api.post("/tasks", json={"title": title, "reminders": ["in 1h"]})
    assert answer.status_code == 201


async def until_unread(api: Client, count: int) -> dict[str, Any]:
    """Wait until so many notifications are unread."""
    async with asyncio.timeout(10):
        page = (await api.get("/notifications")).json()
        while page["unread"] != count:
            await asyncio.sleep(0.02)
            page = (await api.get("/notifications")).json()
    found: dict[str, Any] = page
    return found


async def next_named(stream: TaskEventStream, name: str) -> Event:
    while event := await stream.next():
        if event.name == name:
            return event
    raise AssertionError(f"the stream ended without {name}")


@pytest.mark.requirement("FR-TASK-307")
async def test_notifications_are_listed_and_read(
    api: Client, committed: Sessions, user: str
) -> None:
    assert (await api.get("/notifications")).json() == {
        "notifications": [],
        "unread": 0,
        "next_cursor": None,
    }
    await remind(api, "one")
    await remind(api, "two")
    await let_pass(committed, user)
    listed = (await until_unread(api, 2))["notifications"]
    assert {one["title"] for one in listed} == {"one", "two"}
    assert not any(one["late"] or one["read_at"] for one in listed)
    first = await api.get("/notifications", params={"limit": 1})
    second = {"limit": 1, "cursor": first.json()["next_cursor"]}
    assert (await api.get("/notifications", params=second)).json()["notifications"] == listed[1:]

    ids = [listed[0]["id"], str(uuid4())]
    assert (await api.post("/notifications/read", json={"ids": ids})).json() == {"unread": 1}
    assert (await api.post("/notifications/read")).json() == {"unread": 0}
    assert all(one["read_at"] for one in (await until_unread(api, 0))["notifications"])


@pytest.mark.requirement("FR-TASK-130")
async def test_reading_and_snoozing_that_are_sent_again_are_done_once(
    api: Client, committed: Sessions, user: str
) -> None:
    await remind(api)
    await let_pass(committed, user)
    (first,) = (await until_unread(api, 1))["notifications"]
    snooze = f"/notifications/{first['id']}/snooze"
    answers = [await api.post(snooze, headers={"Idempotency-Key": "s"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"
    read = {"Idempotency-Key": "r"}
    assert (await api.post("/notifications/read", headers=read)).json() == {"unread": 0}
    await let_pass(committed, user)
    await until_unread(api, 1)
    # Sent again, it does not read what has come since.
    assert (await api.post("/notifications/read", headers=read)).json() == {"unread": 0}
    await until_unread(api, 1)


@pytest.mark.requirement("FR-TASK-308")
async def test_the_stream_tells_of_each_notification_once_and_of_reading(
    firing: Stack, api: Client, committed: Sessions, user: str
) -> None:
    await remind(api, "before")
    await let_pass(committed, user)
    await until_unread(api, 1)
    async with open_task_events(firing, user) as stream:
        for number in range(3):
            await remind(api, f"Task {number}")
            await let_pass(committed, user)
            event = await next_named(stream, "notification")
            shown = event.data["notification"]
            assert (shown["title"], event.data["unread"]) == (f"Task {number}", number + 2)
            assert event.number == number + 2
        await api.post("/notifications/read")
        assert (await next_named(stream, "notifications.read")).data == {"unread": 0}


@pytest.mark.requirement("FR-TASK-308")
async def test_the_stream_tells_nobody_else(
    firing: Stack, api: Client, committed: Sessions, user: str
) -> None:
    other = f"{user}-other"
    async with open_task_events(firing, other) as stream:
        await remind(api)
        await let_pass(committed, user)
        await until_unread(api, 1)
        answer = await firing.client.post(
            f"/api/{other}/tasks", json={"title": "mine"}, headers=firing.as_user(other)
        )
        assert answer.status_code == 201
        event = await stream.next()
        assert event is not None
        assert (event.name, event.data["task"]["title"]) == ("task.changed", "mine")


@pytest.mark.requirement("FR-TASK-303")
async def test_snoozing_reads_the_notification_and_reminds_again(
    api: Client, committed: Sessions, user: str
) -> None:
    await remind(api)
    await let_pass(committed, user)
    (notification,) = (await until_unread(api, 1))["notifications"]
    path = f"/notifications/{notification['id']}/snooze"
    key = {"Idempotency-Key": "once"}
    first, again = [(await api.post(path, json={"minutes": 30}, headers=key)).json() for _ in "12"]
    assert first == again
    await api.post("/tasks/undo")
    for body, minutes in ((None, 60), ({"minutes": 5}, 5)):
        before = datetime.now(UTC)
        snoozed = await api.post(path, json=body)
        assert snoozed.status_code == 200, snoozed.text
        waiting = [one for one in snoozed.json()["reminders"] if one["status"] == "waiting"]
        delays = [datetime.fromisoformat(one["fires_at"]) - before for one in waiting]
        assert min(abs(delay - timedelta(minutes=minutes)) for delay in delays) < timedelta(
            minutes=1, seconds=5
        )
    await until_unread(api, 0)
    await let_pass(committed, user)
    await until_unread(api, 2)


@pytest.mark.requirement("FR-TASK-303")
async def test_a_snooze_that_breaks_a_rule_is_refused(
    api: Client, committed: Sessions, user: str
) -> None:
    assert (await api.post(f"/notifications/{uuid4()}/snooze")).status_code == 404
    await remind(api)
    await let_pass(committed, user)
    (notification,) = (await until_unread(api, 1))["notifications"]
    path = f"/notifications/{notification['id']}/snooze"
    for body in ({"minutes": 0}, {"minutes": 10081}, {"minutes": "soon"}, {"hours": 1}):
        assert (await api.post(path, json=body)).status_code == 422
    await api.patch("/tasks/1/complete")
    refused = await api.post(path)
    assert (refused.status_code, refused.json()["code"]) == (422, "task_is_completed")
    await api.delete("/tasks/1")
    assert (await api.post(path)).status_code == 404
    await until_unread(api, 1)


@pytest.mark.requirement("FR-TASK-309")
async def test_a_reminder_that_is_set_for_soon_is_on_time(
    api: Client, committed: Sessions, user: str
) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=1)
    await api.post(
        "/tasks",
        json={"title": "Call Sam", "reminders": [f"{soon:%Y-%m-%dT%H:%M}"]},
    )
    async with transaction(committed, user) as session:
        fires_at = "now() + interval '1 second'"
        await session.execute(text(f"update reminders set fires_at = {fires_at}"))
        await session.execute(text("select pg_notify('todochat', 'reminders')"))
    (notification,) = (await until_unread(api, 1))["notifications"]
    late = datetime.fromisoformat(notification["created_at"]) - datetime.fromisoformat(
        notification["fires_at"]
    )
    assert timedelta(0) <= late < timedelta(seconds=2)
