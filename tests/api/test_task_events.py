"""Tasks as they change: every committed change, whoever made it, on any replica."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from auth.minting import mint_login_token
from db.embedded import embedded_postgres
from db.embedded.account import account_for
from db.embedded.postmaster import Postmaster
from db.embedded.programs import Programs
from db.engine import Sessions, create_engine, create_sessions
from db.migrate import upgrade
from tests.api.task_event_stream import TaskEventStream, open_task_events
from tests.serving import NO_AUTHORITIES
from tests.stack import SECRET, Stack, running_stack

WRITERS = 5
WRITES_EACH = 40
# As many as would not fit into the pool if one of them held a connection.
CROWD = 30


@dataclass(frozen=True)
class Replicas:
    """Two processes' worth of services over one database: one listens to it, one only polls."""

    listening: Stack
    polling: Stack

    def each(self) -> tuple[Stack, Stack]:
        return self.listening, self.polling


@pytest.fixture(scope="module")
async def replicas(
    committed: Sessions, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Replicas]:
    folder = tmp_path_factory.mktemp("replicas")
    async with (
        running_stack(
            committed, folder, chat_provider="offline", listen_to=database_url
        ) as listening,
        running_stack(committed, folder, chat_provider="offline") as polling,
    ):
        yield Replicas(listening, polling)


async def write(
    stack: Stack, user: str, method: str, path: str = "", **body: Any
) -> httpx2.Response:
    answer = await stack.client.request(
        method, f"/api/{user}/tasks{path}", json=body or None, headers=stack.as_user(user)
    )
    assert answer.is_success, answer.text
    return answer


async def add(stack: Stack, user: str, title: str = "one") -> dict[str, Any]:
    added: dict[str, Any] = (await write(stack, user, "POST", title=title)).json()
    return added


async def call(stack: Stack, user: str, tool: str, **arguments: Any) -> None:
    """Use a tool as a foreign MCP client does."""
    token = stack.mcp_token(user, client="an-assistant")
    async with httpx2.AsyncClient(
        headers={"Authorization": f"Bearer {token}"}, verify=NO_AUTHORITIES
    ) as http:
        transport: Any = streamable_http_client(stack.settings.mcp_resource, http_client=http)
        async with Client(transport) as client:
            assert not (await client.call_tool(tool, arguments)).is_error


@pytest.mark.requirement("FR-TASK-201")
async def test_a_change_by_anybody_is_told_on_every_replica(replicas: Replicas, user: str) -> None:
    here, there = replicas.each()
    async with open_task_events(here, user) as one, open_task_events(there, user) as two:
        added = await add(here, user, "Buy milk")
        turn = (await there.say(user, "Mark task 1 as complete")).json()["turn_id"]
        await call(here, user, "update_task", task_id=1, title="Buy oat milk")
        received = await one.changes(3)
        assert await two.changes(3) == received
    by_rest, by_chat, by_tool = received
    assert by_rest == {
        "change_id": 1,
        "action": "created",
        "task_id": 1,
        "task": added,
        "client": "rest",
        "turn_id": None,
        "created_at": by_rest["created_at"],
    }
    assert (by_chat["action"], by_chat["turn_id"]) == ("completed", turn)
    assert by_chat["task"]["completed"]
    assert (by_tool["action"], by_tool["turn_id"]) == ("updated", None)
    assert (by_tool["task"]["title"], by_tool["task"]["version"]) == ("Buy oat milk", 3)
    assert [change["client"] for change in received] == ["rest", "todochat", "an-assistant"]


@pytest.mark.requirement("FR-TASK-201")
async def test_a_deleted_task_is_told_as_none_until_undo_brings_it_back(
    replicas: Replicas, user: str
) -> None:
    stack = replicas.listening
    async with open_task_events(stack, user) as stream:
        added = await add(stack, user)
        await write(stack, user, "DELETE", "/1")
        await write(stack, user, "POST", "/undo")
        created, deleted, undone = await stream.changes(3)
    assert (created["action"], created["task"]) == ("created", added)
    assert (deleted["action"], deleted["task"]) == ("deleted", None)
    assert (undone["action"], undone["task"]["title"]) == ("undone", "one")


@pytest.mark.requirement("FR-TASK-201")
async def test_the_versioned_path_streams_too(replicas: Replicas, user: str) -> None:
    stack = replicas.polling
    path = f"/api/v1/{user}/tasks/events"
    async with stack.client.stream("GET", path, headers=stack.as_user(user)) as answer:
        ready = await TaskEventStream(answer).next()
    assert ready is not None
    assert ready.name == "tasks.ready"


@pytest.mark.requirement("FR-TASK-202")
async def test_a_stream_tells_what_comes_and_names_the_change_before_it(
    replicas: Replicas, user: str
) -> None:
    for stack in replicas.each():
        before = await add(stack, user)
        async with open_task_events(stack, user) as stream:
            after = await add(stack, user)
            (change,) = await stream.changes(1)
        assert change["task"] == after != before


@pytest.mark.requirement("FR-TASK-203")
async def test_coming_back_gives_every_later_change_as_it_was(
    replicas: Replicas, user: str
) -> None:
    there = replicas.polling
    await add(replicas.listening, user)
    answers = [
        await write(there, user, "PATCH", "/1", title=title) for title in ("two", "three", "four")
    ]
    expected = [answer.json() for answer in answers]
    for last_read in range(1, 4):
        async with open_task_events(there, user, after=last_read) as stream:
            changes = await stream.changes(len(expected) + 1 - last_read)
            expected.append(await add(there, user))
            changes += await stream.changes(1)
        assert [change["task"] for change in changes] == expected[last_read - 1 :]


@pytest.mark.requirement("FR-TASK-203")
@pytest.mark.parametrize("last", ["x", "-1", "1.5", "2147483648", "9" * 30, "4"])
async def test_a_last_event_id_that_no_change_has_is_refused(
    replicas: Replicas, user: str, last: str
) -> None:
    stack = replicas.listening
    for title in ("one", "two", "three"):
        await add(stack, user, title)
    answer = await stack.client.get(
        f"/api/{user}/tasks/events", headers={**stack.as_user(user), "Last-Event-ID": last}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.requirement("FR-TASK-203")
async def test_a_reader_cut_at_random_places_sees_each_change_once_and_in_order(
    replicas: Replicas, user: str
) -> None:
    stacks, random = replicas.each(), Random(7)

    async def work(writer: int) -> None:
        stack = stacks[writer % 2]
        task = (await add(stack, user, f"by {writer}"))["id"]
        for _ in range(WRITES_EACH - 1):
            await write(stack, user, "PATCH", f"/{task}/complete")

    writing = [asyncio.create_task(work(writer)) for writer in range(WRITERS)]
    received: list[dict[str, Any]] = []
    while len(received) < WRITERS * WRITES_EACH:
        count = min(random.randint(0, 25), WRITERS * WRITES_EACH - len(received))
        async with open_task_events(random.choice(stacks), user, after=len(received)) as stream:
            received += await stream.changes(count)
    await asyncio.gather(*writing)
    assert [change["change_id"] for change in received] == list(range(1, WRITERS * WRITES_EACH + 1))
    for task in {change["task_id"] for change in received}:
        versions = [change["task"]["version"] for change in received if change["task_id"] == task]
        assert versions == list(range(1, WRITES_EACH + 1))


@pytest.mark.requirement("FR-TASK-204")
async def test_another_users_changes_are_never_told(replicas: Replicas, user: str) -> None:
    other = f"{user}-other"
    for stack in replicas.each():
        async with open_task_events(stack, user) as mine, open_task_events(stack, other) as theirs:
            for _ in range(10):
                await add(stack, other, "secret")
            added = await add(stack, user, "mine")
            assert [change["task"] for change in await mine.changes(1)] == [added]
            changes = await theirs.changes(10)
            assert {change["task"]["title"] for change in changes} == {"secret"}


@pytest.mark.requirement("FR-TASK-205")
async def test_who_waits_holds_no_connection(replicas: Replicas, user: str) -> None:
    stack = replicas.listening
    async with AsyncExitStack() as open_streams:
        streams = [
            await open_streams.enter_async_context(open_task_events(stack, user))
            for _ in range(CROWD)
        ]
        added = await add(stack, user)
        for stream in streams:
            assert [change["task"] for change in await stream.changes(1)] == [added]


@pytest.mark.requirement("FR-TASK-205")
async def test_nothing_goes_on_for_a_client_that_has_left(replicas: Replicas, user: str) -> None:
    for stack in replicas.each():
        # The first stream of a process starts the watcher of all.
        async with open_task_events(stack, user):
            before = asyncio.all_tasks()
        async with open_task_events(stack, user):
            pass
        async with asyncio.timeout(10):
            while remaining := asyncio.all_tasks() - before:
                await asyncio.wait(remaining, timeout=0.05)


@pytest.mark.requirement("FR-TASK-206")
async def test_the_stream_goes_on_after_postgres_was_restarted(tmp_path: Path, user: str) -> None:
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        await asyncio.to_thread(upgrade, url)
        cluster = Path(folder) / "postgres"
        server = Postmaster(cluster, Programs(account_for(cluster)), tmp_path / "restart.log")
        engine = create_engine(url, pool_size=5)
        sessions, api = create_sessions(engine), tmp_path / "api"
        async with (
            running_stack(sessions, api, chat_provider="offline", listen_to=url) as stack,
            open_task_events(stack, user) as stream,
        ):
            expected = [await add(stack, user)]
            await asyncio.to_thread(server.stop)
            refused = await stack.client.get(
                f"/api/{user}/tasks/events", headers=stack.as_user(user)
            )
            await asyncio.to_thread(server.ensure_running)
            expected.append(await add(stack, user))
            assert [change["task"] for change in await stream.changes(2)] == expected
        await engine.dispose()
    assert refused.status_code == 503


@pytest.mark.requirement("FR-TASK-201")
async def test_a_change_tells_the_time_and_the_repeat(replicas: Replicas, user: str) -> None:
    stack = replicas.each()[0]
    path, headers = f"/api/{user}/tasks", stack.as_user(user)
    fields = {"title": "Water", "due_on": "2199-12-30", "due_time": "17:00", "repeat": "weekly"}
    async with open_task_events(stack, user) as stream:
        added = (await stack.client.post(path, json=fields, headers=headers)).json()
        done = (await stack.client.patch(f"{path}/1/complete", headers=headers)).json()
        changes = await stream.changes(2)
    assert [change["action"] for change in changes] == ["created", "completed"]
    assert [change["task"] for change in changes] == [added, done]
    assert (done["due_on"], done["due_time"]) == ("2200-01-06", "17:00")


@pytest.mark.requirement("FR-TASK-201")
async def test_a_change_tells_the_list(replicas: Replicas, user: str) -> None:
    stack = replicas.each()[0]
    path, headers = f"/api/{user}", stack.as_user(user)
    async with open_task_events(stack, user) as stream:
        task = {"title": "Milk", "list": "Groceries"}
        await stack.client.post(f"{path}/tasks", json=task, headers=headers)
        await stack.client.patch(f"{path}/tasks/1", json={"list": None}, headers=headers)
        await stack.client.post(f"{path}/tasks/undo", headers=headers)
        await stack.client.delete(f"{path}/lists/1?tasks=move_to_inbox", headers=headers)
        changes = await stream.changes(4)
        now = (await stack.client.get(f"{path}/tasks/1", headers=headers)).json()
    lists = [change["task"]["list"] for change in changes]
    assert lists == ["Groceries", None, "Groceries", None]
    assert changes[-1]["task"] == now


@pytest.mark.requirement("FR-TASK-206")
async def test_a_shutdown_ends_the_streams_and_opens_no_new_ones(
    committed: Sessions, database_url: str, tmp_path: Path, user: str
) -> None:
    async with running_stack(
        committed, tmp_path, chat_provider="offline", listen_to=database_url
    ) as stack:
        async with open_task_events(stack, user) as stream:
            await stack.api.state.runtime.turns.drain()
            assert await stream.next() is None
        refused = await stack.client.get(f"/api/{user}/tasks/events", headers=stack.as_user(user))
    assert (refused.status_code, refused.json()["code"]) == (503, "shutting_down")


@pytest.mark.requirement("FR-TASK-206")
async def test_a_stream_ends_with_the_token_that_opened_it(replicas: Replicas, user: str) -> None:
    for stack in replicas.each():
        token = mint_login_token(SECRET, user, lifetime=1)
        async with open_task_events(stack, user, token=token) as stream:
            assert await stream.next() is None
