"""A turn that is followed in terms of ChatKit: from any point, on any replica, to its end."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import Sessions
from db.sweep import delete_old_events
from tests.chatkit_protocol.panel import Event, Panel, done, text_of, user_input
from tests.model_server import ModelServer
from tests.model_server.script import call, fault, say
from tests.stack import Stacks


@dataclass(frozen=True)
class Numbered:
    """A thread event with the id that its server-sent event has."""

    number: int | None
    event: Event


async def follow(panel: Panel, turn: str, after: int | None = None) -> list[Numbered]:
    """Follow a turn until its stream ends."""
    path = f"/api/{panel.user}/turns/{turn}/thread-events"
    headers = panel.stack.as_user(panel.user)
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    async with panel.stack.client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-cache, no-transform"
        return [event async for event in _numbered(response)]


async def _numbered(response: httpx2.Response) -> AsyncIterator[Numbered]:
    number: int | None = None
    async for line in response.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "id":
            number = int(value)
        if name == "data":
            yield Numbered(number, json.loads(value))
            number = None


def events_of(followed: list[Numbered]) -> list[Event]:
    return [each.event for each in followed]


def shown(events: list[Event]) -> list[str]:
    """The ids of the items that a client shows after these events, in no order."""
    items: set[str] = set()
    for event in events:
        if event["type"] in {"thread.item.added", "thread.item.done"}:
            items.add(event["item"]["id"])
        if event["type"] == "thread.item.removed":
            items.remove(event["item_id"])
    return sorted(items)


def text_so_far(events: list[Event]) -> str:
    updates = [event["update"] for event in events if event["type"] == "thread.item.updated"]
    return "".join(update["delta"] for update in updates if "delta" in update)


async def begin(panel: Panel, message: str, until: str = "delta") -> tuple[str, str]:
    """Start a thread and hang up in mid-reply; return its id and that of the turn."""
    staying = Panel(panel.stack, panel.user, {"on_hang_up": "finish"})
    thread = ""
    async with staying.streaming("threads.create", input=user_input(message)) as stream:
        async for event in stream:
            if event["type"] == "thread.created":
                thread = event["thread"]["id"]
            if until in event.get("update", {}):
                break
    turn = (await panel.conversation(thread))["running_turn_id"]
    assert turn is not None
    return thread, turn


async def turn_of(panel: Panel, thread: str) -> str:
    turn: str = (await panel.messages(thread))[-1]["turn_id"]
    return turn


@pytest.fixture
async def elsewhere(
    stacks: Stacks, database_url: str, model_server: ModelServer, user: str
) -> Panel:
    """The same user at another replica."""
    given: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
    }
    return Panel(await stacks.get(listen_to=database_url, **given), user)


@pytest.mark.requirement("FR-CHAT-313")
@pytest.mark.parametrize("replica", ["the same", "another"])
async def test_a_running_turn_is_followed_to_its_stored_items(
    scripted: Panel, elsewhere: Panel, replica: str
) -> None:
    thread, turn = await begin(scripted, "[slow 50] tell me")
    events = events_of(await follow(scripted if replica == "the same" else elsewhere, turn))
    stored = [item for item in await scripted.items(thread) if item["type"] != "user_message"]
    assert [event["item"] for event in events if event["type"] == "thread.item.done"] == stored
    assert shown(events) == [item["id"] for item in stored]
    (reply,) = done(events, "assistant_message")
    assert text_so_far(events) == text_of(reply)


@pytest.mark.requirement("FR-CHAT-313")
async def test_the_steps_and_tasks_of_a_reply_are_those_that_chatkit_streamed(
    scripted: Panel, model_server: ModelServer
) -> None:
    model_server.script(call("add_task", {"title": "Milk"}), call("list_tasks"), say("Done."))
    thread, streamed = await scripted.create("go")
    followed = events_of(await follow(scripted, await turn_of(scripted, thread)))
    assert _steps(followed) == _steps(streamed)
    kinds = ("workflow", "assistant_message", "widget")
    for kind in kinds:
        (item,), (again,) = done(streamed, kind), done(followed, kind)
        assert again | {"created_at": ""} == item | {"created_at": ""}


def _steps(events: list[Event]) -> list[dict[str, Any]]:
    updates = [event["update"] for event in events if event["type"] == "thread.item.updated"]
    return [update for update in updates if update["type"].startswith("workflow")]


@pytest.mark.requirement("FR-CHAT-313")
async def test_a_stream_resumes_behind_any_event(
    scripted: Panel, model_server: ModelServer
) -> None:
    model_server.script(call("add_task", {"title": "Milk"}), say("Added the milk, as you asked."))
    thread, _ = await scripted.create("go")
    turn = await turn_of(scripted, thread)
    whole = await follow(scripted, turn)
    numbers = [each.number for each in whole if each.number is not None]
    assert numbers == sorted(set(numbers))
    assert whole[-1].number == numbers[-1]
    for place, each in enumerate(whole, 1):
        if each.number is not None and each.number != numbers[-1]:
            resumed = await follow(scripted, turn, after=each.number)
            assert _without_times(resumed) == _without_times(whole[place:])


def _without_times(followed: list[Numbered]) -> list[Numbered]:
    """Items that are not stored yet have the time at which the stream began."""
    for each in followed:
        each.event.get("item", {}).pop("created_at", None)
    return followed


@pytest.mark.requirement("FR-CHAT-313")
async def test_a_reply_that_is_stopped_ends_with_a_notice(scripted: Panel) -> None:
    thread, turn = await begin(scripted, "[slow 200] tell me")
    path = f"/api/{scripted.user}/turns/{turn}/cancel"
    await scripted.stack.client.post(path, headers=scripted.stack.as_user(scripted.user))
    events = events_of(await follow(scripted, turn))
    assert (events[-1]["type"], events[-1]["level"]) == ("notice", "info")
    (reply,) = done(events, "assistant_message")
    assert text_of(reply).endswith("*This reply was stopped.*")
    assert shown(events) == [item["id"] for item in (await scripted.items(thread))[1:]]


@pytest.mark.requirement("FR-CHAT-313")
@pytest.mark.requirement("FR-CHAT-308")
async def test_a_reply_that_failed_ends_with_an_error_and_leave_to_retry(
    scripted: Panel, model_server: ModelServer
) -> None:
    model_server.script(fault("500"))
    thread, streamed = await scripted.create("go")
    events = events_of(await follow(scripted, await turn_of(scripted, thread)))
    assert events[-1] == streamed[-1]
    assert (events[-1]["type"], events[-1]["allow_retry"]) == ("error", True)
    assert done(events, "assistant_message")


@pytest.mark.requirement("FR-CHAT-313")
async def test_a_turn_whose_events_were_deleted_still_ends_with_its_items(
    scripted: Panel, committed: Sessions, engine: AsyncEngine
) -> None:
    thread, _ = await scripted.create("tell me")
    turn = await turn_of(scripted, thread)
    async with engine.begin() as connection:
        query = (
            "update turn_event_batches set created_at = now() - interval '25h' where turn_id = :t"
        )
        await connection.execute(text(query), {"t": turn})
    await delete_old_events(committed, timedelta(days=1))
    events = events_of(await follow(scripted, turn, after=3))
    assert [event["item"] for event in events] == (await scripted.items(thread))[1:]
