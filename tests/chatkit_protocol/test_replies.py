"""A reply over the protocol: streamed, stopped, failed and tried again."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.engine import Sessions
from tests.chatkit_protocol.panel import Event, Panel, done, text_of, user_input
from tests.model_server import ModelServer
from tests.model_server.script import call, fault, say
from tests.stack import running_stack


def updates(events: list[Event]) -> list[dict[str, Any]]:
    return [event["update"] for event in events if event["type"] == "thread.item.updated"]


async def ended(panel: Panel, thread: str) -> dict[str, Any]:
    """Wait until the reply is stored."""
    async with asyncio.timeout(20):
        while True:
            newest = (await panel.messages(thread))[-1]
            if newest["role"] == "assistant":
                return newest
            await asyncio.sleep(0.02)


async def running_turn(panel: Panel, thread: str) -> str | None:
    path = f"/api/{panel.user}/conversations/{thread}"
    answer = await panel.stack.client.get(path, headers=panel.stack.as_user(panel.user))
    turn: str | None = answer.json()["running_turn_id"]
    return turn


@pytest.mark.requirement("FR-CHAT-158")
async def test_a_thread_is_answered_for_cards_and_other_clients_for_text(
    scripted: Panel, model_server: ModelServer
) -> None:
    for _ in range(3):
        model_server.script(call("add_task", {"title": "Milk"}), call("list_tasks"), say("Here:"))
    _, events = await scripted.create("go")
    (message,) = done(events, "assistant_message")
    assert message["content"][0]["text"].startswith("Here:")
    assert "- #1 Milk" not in message["content"][0]["text"]
    assert "Surface: cards." in str(model_server.requests[-1].body)
    answer = (await scripted.stack.say(scripted.user, "go")).json()
    assert "Surface" not in str(model_server.requests[-1].body)
    assert "Milk" in answer["response"]


@pytest.mark.requirement("FR-CHAT-303")
async def test_each_tool_call_is_a_step_that_loads_and_then_tells_what_came_of_it(
    scripted: Panel, model_server: ModelServer
) -> None:
    model_server.script(
        call("add_task", {"title": "Milk"}),
        call("complete_task", {"task_id": 7}),
        call("list_tasks"),
        say("Done."),
    )
    _, events = await scripted.create("go")
    steps = [update for update in updates(events) if update["type"].startswith("workflow")]
    assert [(step["type"], step["task_index"]) for step in steps] == [
        (f"workflow.task.{what}", index) for index in range(3) for what in ("added", "updated")
    ]
    displayed = [(step["task"]["status_indicator"], step["task"].get("content")) for step in steps]
    assert displayed[:2] == [("loading", "Milk"), ("complete", "Milk")]
    assert displayed[2] == ("loading", None)
    assert displayed[3][0] == "none"
    assert "7" in (displayed[3][1] or "")
    assert displayed[4:] == [("loading", None), ("complete", "1 of 1")]

    (workflow,) = done(events, "workflow")
    assert workflow["workflow"]["summary"] == {"title": "3 steps"}
    finished = [step["task"] for step in steps if step["type"] == "workflow.task.updated"]
    assert workflow["workflow"]["tasks"] == finished


@pytest.mark.requirement("FR-CHAT-303")
async def test_a_call_that_reached_no_tool_is_a_step_that_says_why(scripted: Panel) -> None:
    _, events = await scripted.create("[unknown-tool]")
    (workflow,) = done(events, "workflow")
    (step,) = workflow["workflow"]["tasks"]
    assert (step["title"], step["status_indicator"]) == ("no_such_tool", "none")
    assert step["content"]


@pytest.mark.requirement("FR-CHAT-303")
async def test_text_comes_as_it_is_written_and_adds_up_to_the_reply(scripted: Panel) -> None:
    events: list[Event] = []
    request = {"input": user_input("[slow 30] tell me")}
    async with scripted.streaming("threads.create", **request) as stream:
        async for event in stream:
            if not updates(events) and updates([event]):
                thread = events[0]["thread"]["id"]
                assert [m["role"] for m in await scripted.messages(thread)] == ["user"]
            events.append(event)
    deltas = [update["delta"] for update in updates(events) if "delta" in update]
    (reply,) = done(events, "assistant_message")
    assert len(deltas) > 3
    assert "".join(deltas) == text_of(reply) == (await scripted.messages(thread))[-1]["content"]
    added = [event["item"] for event in events if event["type"] == "thread.item.added"]
    assert [item["id"] for item in added] == [reply["id"]]


@pytest.mark.requirement("FR-CHAT-305")
async def test_hanging_up_stops_the_turn_and_what_was_said_is_kept(scripted: Panel) -> None:
    request = {"input": user_input("[slow 1000] tell me")}
    async with scripted.streaming("threads.create", **request) as stream:
        async for event in stream:
            if event["type"] == "thread.created":
                thread = event["thread"]["id"]
            if updates([event]) and "delta" in event["update"]:
                break
    reply = await ended(scripted, thread)
    assert reply["status"] == "cancelled"
    assert "Here is a fixed reply that comes in several pieces.".startswith(reply["content"])
    *_, displayed = await scripted.items(thread)
    assert text_of(displayed) == f"{reply['content']}\n\n*This reply was stopped.*"
    assert done(await scripted.add(thread, "and now?"), "assistant_message")


@pytest.mark.requirement("FR-CHAT-312")
@pytest.mark.requirement("FR-CHAT-009")
async def test_a_reply_may_outlive_its_client_and_be_followed(scripted: Panel) -> None:
    staying = replace(scripted, metadata={"on_hang_up": "finish"})
    async with staying.streaming("threads.create", input=user_input("[slow 50] tell me")) as stream:
        async for event in stream:
            if event["type"] == "thread.created":
                thread = event["thread"]["id"]
            if updates([event]) and "delta" in event["update"]:
                break
    turn = await running_turn(scripted, thread)
    path = f"/api/{scripted.user}/turns/{turn}/events"
    followed = await scripted.stack.client.get(path, headers=scripted.stack.as_user(scripted.user))
    assert "event: turn.finished" in followed.text
    assert (await ended(scripted, thread))["status"] == "finished"
    assert await running_turn(scripted, thread) is None


@pytest.mark.requirement("FR-CHAT-312")
@pytest.mark.requirement("FR-CHAT-009")
async def test_a_retry_that_outlives_its_client_can_be_stopped(scripted: Panel) -> None:
    staying = replace(scripted, metadata={"on_hang_up": "finish"})
    thread, events = await staying.create("[slow 50] tell me")
    (question,) = done(events, "user_message")
    again = {"thread_id": thread, "item_id": question["id"]}
    async with staying.streaming("threads.retry_after_item", **again) as stream:
        await anext(stream)
    turn = await running_turn(scripted, thread)
    path = f"/api/{scripted.user}/turns/{turn}/cancel"
    await scripted.stack.client.post(path, headers=scripted.stack.as_user(scripted.user))
    assert (await ended(scripted, thread))["status"] == "cancelled"


@pytest.mark.requirement("FR-CHAT-305")
async def test_a_reply_that_is_stopped_elsewhere_says_so(scripted: Panel) -> None:
    events: list[Event] = []
    request = {"input": user_input("[slow 1000] tell me")}
    async with scripted.streaming("threads.create", **request) as stream:
        async for event in stream:
            events.append(event)
            if len(updates(events)) == 2:
                (running,) = await scripted.messages(events[0]["thread"]["id"])
                path = f"/api/{scripted.user}/turns/{running['turn_id']}/cancel"
                headers = scripted.stack.as_user(scripted.user)
                await scripted.stack.client.post(path, headers=headers)
    assert events[-1]["type"] == "notice"
    assert events[-1]["message"] == "The reply was stopped."
    assert text_of(done(events, "assistant_message")[0]).endswith("*This reply was stopped.*")


@pytest.mark.requirement("FR-CHAT-308")
async def test_a_failed_reply_is_told_in_a_sentence_and_may_be_tried_again(
    scripted: Panel, model_server: ModelServer
) -> None:
    model_server.script(
        call("add_task", {"title": "Milk"}), fault("cut", say("I have added the milk."))
    )
    thread, events = await scripted.create("add milk")
    assert events[-1] == {
        "type": "error",
        "code": "custom",
        "message": "The language model cannot be reached right now. Please try again.",
        "allow_retry": True,
    }
    (reply,) = done(events, "assistant_message")
    assert text_of(reply).endswith("*This reply broke off because of an error.*")
    assert len(done(events, "workflow")) == len(done(events, "widget")) == 1
    stored = await scripted.items(thread)
    assert [item["id"] for item in stored[1:]] == [
        event["item"]["id"] for event in events if event["type"] == "thread.item.done"
    ][1:]


@pytest.mark.requirement("FR-CHAT-306")
async def test_a_retry_replaces_the_reply_and_repeats_no_write(
    scripted: Panel, model_server: ModelServer
) -> None:
    add = call("add_task", {"title": "Milk"})
    model_server.script(
        add,
        fault("cut", say("I have added the milk.")),
        add,
        say("Added milk."),
        add,
        say("Milk is in."),
    )
    thread, events = await scripted.create("add milk")
    (question,) = done(events, "user_message")
    for expected, item in (
        ("Added milk.", question["id"]),
        ("Milk is in.", question["id"].upper()),
    ):
        params = {"thread_id": thread, "item_id": item}
        events = await scripted.stream("threads.retry_after_item", **params)
        (reply,) = done(events, "assistant_message")
        assert text_of(reply) == expected
        assert done(events, "workflow")[0]["workflow"]["tasks"][0]["content"] == "Milk"
    assert [task["title"] for task in await scripted.tasks()] == ["Milk"]
    items = await scripted.items(thread)
    assert [item["id"] for item in items] == [
        question["id"],
        *(event["item"]["id"] for event in events if event["type"] == "thread.item.done"),
    ]


@pytest.mark.requirement("FR-CHAT-306")
async def test_a_retry_of_an_earlier_message_drops_what_came_after_it(panel: Panel) -> None:
    thread, events = await panel.create("thank you")
    (question,) = done(events, "user_message")
    for number in range(12):
        await panel.add(thread, f"Add a task called number {number}")
    params = {"thread_id": thread, "item_id": question["id"]}
    (reply,) = done(await panel.stream("threads.retry_after_item", **params), "assistant_message")
    remaining = await panel.items(thread)
    assert [item["id"] for item in remaining] == [question["id"], reply["id"]]


@pytest.mark.requirement("FR-CHAT-308")
async def test_a_thread_whose_reply_is_being_written_takes_no_message_and_no_retry(
    scripted: Panel,
) -> None:
    request = {"input": user_input("[slow 100] tell me")}
    async with scripted.streaming("threads.create", **request) as stream:
        thread = (await anext(stream))["thread"]["id"]
        question = (await anext(stream))["item"]["id"]
        (running,) = await scripted.messages(thread)
        for kind, params in [
            ("threads.add_user_message", {"thread_id": thread, "input": user_input("and?")}),
            ("threads.retry_after_item", {"thread_id": thread, "item_id": question}),
        ]:
            refused = await scripted.post(kind, **params)
            assert (refused.status_code, refused.json()["code"]) == (409, "conversation_busy")
            assert refused.json()["turn_id"] == running["turn_id"]
        rest = [event async for event in stream]
    assert done(rest, "assistant_message")


@pytest.mark.requirement("FR-CHAT-308")
async def test_a_service_that_shuts_down_starts_no_reply(
    committed: Sessions, tmp_path: Path, user: str
) -> None:
    async with running_stack(committed, tmp_path, chat_provider="offline") as draining:
        panel = Panel(draining, user)
        await draining.api.state.runtime.turns.drain()
        refused = await panel.post("threads.create", input=user_input("hello"))
        assert (refused.status_code, refused.json()["code"]) == (503, "shutting_down")
        assert refused.headers["retry-after"]
        assert (await panel.call("threads.list"))["data"] == []


@pytest.mark.requirement("FR-CHAT-303")
async def test_tags_and_quotations_are_part_of_what_the_user_says(panel: Panel) -> None:
    tag = {"type": "input_tag", "id": "task-1", "text": "the milk", "data": {}}
    content = [{"type": "input_text", "text": " buy"}, tag]
    params = {"content": content, "quoted_text": "one\ntwo"}
    events = await panel.stream("threads.create", input={**user_input(""), **params})
    (question,) = done(events, "user_message")
    assert text_of(question) == "> one\n> two\n\n buy the milk"
    (stored, _) = await panel.messages(events[0]["thread"]["id"])
    assert stored["content"] == text_of(question)


@pytest.mark.requirement("FR-CHAT-315")
async def test_suggestions_are_buttons_that_have_the_client_send_them(
    scripted: Panel, model_server: ModelServer
) -> None:
    metadata = {"task_ids": "[]", "suggestions": '["Yes", "No"]'}
    model_server.script(replace(say("Really?"), metadata=metadata))
    thread, events = await scripted.create("Delete everything")
    (suggestions,) = done(events, "widget")
    assert [button["label"] for button in suggestions["widget"]["children"]] == ["Yes", "No"]
    assert [button["onClickAction"] for button in suggestions["widget"]["children"]] == [
        {"type": "send", "payload": {"text": text}, "handler": "client"} for text in ("Yes", "No")
    ]
    items = await scripted.items(thread)
    assert items[-1]["id"] == suggestions["id"]
