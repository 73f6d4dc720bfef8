"""Threads and their items: the conversations that `/chat` has, in ChatKit's terms."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chatkit_protocol.panel import Panel, done, text_of, user_input


@pytest.mark.requirement("FR-CHAT-301")
async def test_one_conversation_is_the_same_in_chat_and_in_chatkit(panel: Panel) -> None:
    first = (await panel.stack.say(panel.user, "Add a task to buy groceries")).json()
    thread = first["conversation_id"]
    await panel.add(thread, "mark it as done")
    await panel.stack.say(panel.user, "What have I completed?", conversation_id=thread)
    events = await panel.add(thread, "delete it")

    assert text_of(done(events, "assistant_message")[0]).count("Buy groceries") == 1
    assert await panel.tasks() == []
    messages = await panel.messages(thread)
    displayed = [item for item in await panel.items(thread) if item["type"].endswith("_message")]
    assert [item["id"] for item in displayed] == [message["id"] for message in messages]
    assert [text_of(item) for item in displayed] == [message["content"] for message in messages]
    assert [call["name"] for message in messages for call in message["tool_calls"]] == [
        "add_task",
        "complete_task",
        "list_tasks",
        "delete_task",
    ]


@pytest.mark.requirement("FR-CHAT-301")
async def test_what_is_streamed_is_what_is_stored(panel: Panel) -> None:
    thread, first = await panel.create("Add a task to buy groceries")
    second = await panel.add(thread, "Show me all my tasks")
    streamed = [e["item"] for e in [*first, *second] if e["type"] == "thread.item.done"]
    stored = await panel.items(thread)
    for item in [*streamed, *stored]:
        item.pop("created_at")
    assert streamed == stored


@pytest.mark.requirement("FR-CHAT-301")
async def test_every_time_names_its_zone(panel: Panel) -> None:
    thread, events = await panel.create("hello")
    threads = [event["thread"] for event in events if "thread" in event]
    items = [event["item"] for event in events if "item" in event]
    stored = await panel.items(thread)
    for displayed in [*threads, *items, *stored]:
        at = datetime.fromisoformat(displayed["created_at"])
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


@pytest.mark.requirement("FR-CHAT-302")
async def test_a_thread_is_named_read_renamed_and_deleted(panel: Panel) -> None:
    thread, events = await panel.create("Add a task to buy groceries")
    updated = [event["thread"] for event in events if event["type"] == "thread.updated"]
    assert [one["title"] for one in updated] == ["Add a task to buy groceries"]

    renamed = await panel.call("threads.update", thread_id=thread, title=" My \n list ")
    assert renamed["title"] == "My list"
    read = await panel.call("threads.get_by_id", thread_id=thread)
    assert (read["id"], read["title"]) == (thread, "My list")
    assert read["items"]["data"] == await panel.items(thread)

    assert await panel.call("threads.delete", thread_id=thread) == {}
    assert (await panel.post("threads.get_by_id", thread_id=thread)).status_code == 404
    assert len(await panel.tasks()) == 1


@pytest.mark.requirement("FR-CHAT-302")
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_threads_are_listed_by_their_last_use_in_pages(panel: Panel, order: str) -> None:
    threads = [(await panel.create(f"hello {number}"))[0] for number in range(5)]
    await panel.add(threads[0], "hello again")
    expected = [*threads[1:], threads[0]]
    if order == "desc":
        expected.reverse()

    thread_ids: list[str] = []
    after: dict[str, Any] = {}
    while True:
        page = await panel.call("threads.list", limit=2, order=order, **after)
        thread_ids += [thread["id"] for thread in page["data"]]
        if not page["has_more"]:
            break
        after = {"after": page["after"]}
    assert thread_ids == expected

    behind = await panel.call("threads.list", order=order, after=expected[1])
    assert [thread["id"] for thread in behind["data"]] == expected[2:]


@pytest.mark.requirement("FR-CHAT-302")
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_items_are_read_in_pages_of_any_size_in_both_directions(
    panel: Panel, order: str, limit: int
) -> None:
    thread, _ = await panel.create("Add a task to buy groceries")
    for text in ("hello", "Show me all my tasks"):
        await panel.add(thread, text)
    everything = await panel.items(thread, order=order)
    assert len(everything) == 12

    read: list[Any] = []
    after: dict[str, Any] = {}
    while True:
        page = await panel.call("items.list", thread_id=thread, limit=limit, order=order, **after)
        read += page["data"]
        if not page["has_more"]:
            break
        assert len(page["data"]) == limit
        after = {"after": page["after"]}
    assert read == everything


@pytest.mark.requirement("FR-CHAT-302")
@pytest.mark.parametrize("limit", [-1, 0, 10**30])
async def test_a_limit_out_of_range_is_brought_into_it(panel: Panel, limit: int) -> None:
    thread, _ = await panel.create("hello")
    page = await panel.call("items.list", thread_id=thread, limit=limit)
    assert page["data"]
    assert (await panel.call("threads.list", limit=limit))["data"]


@pytest.mark.requirement("FR-CHAT-311")
async def test_today_is_the_day_in_the_time_zone_of_the_requests_metadata(panel: Panel) -> None:
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        body = {
            "type": "threads.create",
            "params": {"input": user_input("Show me all my tasks")},
            "metadata": {"timezone": zone, "theme": "dark"},
        }
        headers = panel.stack.as_user(panel.user)
        answer = await panel.stack.client.post("/chatkit", json=body, headers=headers)
        assert answer.status_code == 200
        (newest,) = (await panel.call("threads.list", limit=1))["data"]
        call = (await panel.messages(newest["id"]))[1]["tool_calls"][0]
        days.add(call["result"]["today"])
    assert len(days) == 2


@pytest.mark.requirement("FR-CHAT-307")
async def test_what_the_user_thinks_of_a_reply_is_stored(panel: Panel) -> None:
    thread, events = await panel.create("Add a task to buy groceries")
    (steps,), (reply,) = done(events, "workflow"), done(events, "assistant_message")
    for kind, items in (("positive", [reply["id"]]), ("negative", [steps["id"], reply["id"]])):
        params = {"thread_id": thread, "item_ids": items, "kind": kind}
        assert await panel.call("items.feedback", **params) == {}
        question, answer = await panel.stored(thread)
        assert (question.feedback, answer.feedback) == (None, kind)
        assert (await panel.conversation(thread))["feedback"] == {reply["id"]: kind}


@pytest.mark.requirement("FR-CHAT-307")
async def test_feedback_is_for_replies_of_the_thread_only(panel: Panel) -> None:
    thread, events = await panel.create("hello")
    elsewhere, _ = await panel.create("hello")
    (question,), (reply,) = done(events, "user_message"), done(events, "assistant_message")
    for where, items in [
        (thread, [question["id"]]),
        (thread, [reply["id"], question["id"]]),
        (elsewhere, [reply["id"]]),
        (thread, ["nonsense"]),
    ]:
        params = {"thread_id": where, "item_ids": items, "kind": "positive"}
        answer = await panel.post("items.feedback", **params)
        assert (answer.status_code, answer.json()["code"]) == (404, "message_not_found")
    assert [message.feedback for message in await panel.stored(thread)] == [None, None]
