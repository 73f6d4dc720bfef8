"""The list of tasks under a reply, and its buttons."""

from typing import Any

import pytest

from tests.chatkit_protocol.panel import Item, Panel, done
from tests.model_server import ModelServer
from tests.model_server.script import call, say


async def thread_with_list(panel: Panel, count: int) -> tuple[str, Item]:
    """A thread, and the list under its only reply."""
    for number in range(1, count + 1):
        await panel.stack.client.post(
            f"/api/{panel.user}/tasks",
            json={"title": f"Task {number}"},
            headers=panel.stack.as_user(panel.user),
        )
    thread, events = await panel.create("Show me all my tasks")
    (widget,) = done(events, "widget")
    return thread, widget


def rows(widget: Item) -> dict[str, tuple[bool, list[str]]]:
    """Title of each row: whether it is struck through, and what its buttons ask for."""
    displayed = {}
    for row in widget["widget"]["children"]:
        (words,) = [child for child in row["children"] if child["type"] == "Col"]
        buttons = [child for child in row["children"] if child["type"] == "Button"]
        title = words["children"][0]
        actions = [button["onClickAction"]["type"] for button in buttons]
        displayed[title["value"]] = (title["lineThrough"], actions)
    return displayed


def press(thread: str, widget: Item, action: str, task_id: Any) -> dict[str, Any]:
    body = {"type": action, "payload": {"task_id": task_id}}
    return {"thread_id": thread, "item_id": widget["id"], "action": body}


@pytest.mark.requirement("FR-CHAT-304")
async def test_buttons_complete_reopen_and_delete_and_the_list_comes_back_as_it_is(
    panel: Panel,
) -> None:
    thread, widget = await thread_with_list(panel, 2)
    assert rows(widget) == {
        "Task 1": (False, ["complete", "delete"]),
        "Task 2": (False, ["complete", "delete"]),
    }
    for action, displayed in [
        ("complete", (True, ["reopen", "delete"])),
        ("reopen", (False, ["complete", "delete"])),
        ("delete", (True, [])),
    ]:
        *_, last = await panel.stream("threads.custom_action", **press(thread, widget, action, 1))
        assert last["type"] == "thread.item.replaced"
        assert last["item"]["id"] == widget["id"]
        assert rows(last["item"])["Task 1"] == displayed
    assert [task["id"] for task in await panel.tasks()] == [2]
    assert (await panel.items(thread))[-1] == last["item"]


@pytest.mark.requirement("FR-CHAT-303")
async def test_of_what_was_looked_through_only_what_the_reply_names_is_shown(panel: Panel) -> None:
    thread, _ = await thread_with_list(panel, 2)
    dated = {"title": "Dated", "due_on": "2099-01-01"}
    address, user = f"/api/{panel.user}/tasks", panel.stack.as_user(panel.user)
    await panel.stack.client.post(address, json=dated, headers=user)
    (widget,) = done(await panel.add(thread, "Which tasks have no due date?"), "widget")
    assert list(rows(widget)) == ["Task 1", "Task 2"]
    assert rows((await panel.items(thread))[-1]) == rows(widget)


@pytest.mark.requirement("FR-CHAT-304")
async def test_a_button_may_ask_for_one_answer_instead_of_a_stream(panel: Panel) -> None:
    thread, widget = await thread_with_list(panel, 1)
    pressed = press(thread, widget, "complete", 1)
    answer = await panel.call("threads.sync_custom_action", **pressed)
    assert rows(answer["updated_item"]) == {"Task 1": (True, ["reopen", "delete"])}
    assert (await panel.tasks())[0]["completed"]
    del pressed["item_id"]
    assert await panel.call("threads.sync_custom_action", **pressed) == {}


@pytest.mark.requirement("FR-CHAT-304")
async def test_what_a_button_did_can_be_undone(panel: Panel) -> None:
    thread, widget = await thread_with_list(panel, 1)
    await panel.stream("threads.custom_action", **press(thread, widget, "delete", 1))
    assert await panel.tasks() == []
    await panel.add(thread, "undo")
    assert [task["title"] for task in await panel.tasks()] == ["Task 1"]


@pytest.mark.requirement("FR-CHAT-304")
async def test_a_task_that_is_gone_is_said_and_the_list_shows_it(panel: Panel) -> None:
    thread, widget = await thread_with_list(panel, 1)
    await panel.stream("threads.custom_action", **press(thread, widget, "delete", 1))
    pressed = press(thread, widget, "complete", 1)
    *_, replaced, error = await panel.stream("threads.custom_action", **pressed)
    assert rows(replaced["item"]) == {"Task 1": (True, [])}
    assert (error["type"], error["message"]) == ("error", "No task 1.")
    answer = await panel.post("threads.sync_custom_action", **pressed)
    assert (answer.status_code, answer.json()["code"]) == (404, "task_not_found")


@pytest.mark.requirement("FR-CHAT-304")
async def test_a_change_made_elsewhere_shows_when_the_thread_is_read_again(panel: Panel) -> None:
    thread, _ = await thread_with_list(panel, 1)
    await panel.stack.say(panel.user, "Mark task 1 as complete")
    newest = (await panel.items(thread))[-1]
    assert rows(newest) == {"Task 1": (True, ["reopen", "delete"])}


@pytest.mark.requirement("FR-CHAT-304")
async def test_buttons_reach_no_task_of_another_user(panel: Panel) -> None:
    thread, widget = await thread_with_list(panel, 1)
    stranger = Panel(panel.stack, f"{panel.user}-stranger")
    own, _ = await stranger.create("hello")
    refused = await stranger.post("threads.custom_action", **press(thread, widget, "delete", 1))
    assert refused.status_code == 404
    nothing = {**press(own, widget, "delete", 1), "item_id": None}
    assert (await stranger.stream("threads.custom_action", **nothing))[-1]["type"] == "error"
    assert len(await panel.tasks()) == 1


@pytest.mark.requirement("FR-CHAT-303")
async def test_the_list_shows_what_was_written_rather_than_what_was_looked_up(
    scripted: Panel, model_server: ModelServer
) -> None:
    model_server.script(
        call(
            "add_task",
            {"title": "Milk", "due_on": "2199-12-24", "due_time": "17:00", "priority": "high"},
        ),
        call("add_task", {"title": "Bread", "tags": ["shop"], "list": "Groceries"}),
        call("list_tasks"),
        call("complete_task", {"task_id": 2}),
        say("Done."),
        call("list_tasks"),
        call("complete_task", {"task_id": 1}),
        say("Done too."),
        say("Nothing to show."),
    )
    thread, events = await scripted.create("go")
    (first,) = done(events, "widget")
    assert rows(first) == {
        "Milk": (False, ["complete", "delete"]),
        "Bread": (True, ["reopen", "delete"]),
    }
    assert first["copy_text"] == "[ ] Milk\n[x] Bread"
    notes = [row["children"][1]["children"][1]["value"] for row in first["widget"]["children"]]
    assert notes == ["Tue 24 Dec 2199 17:00 · 🔔 · high", "shop · in Groceries"]

    (second,) = done(await scripted.add(thread, "and"), "widget")
    assert list(rows(second)) == ["Milk"]
    last = await scripted.add(thread, "and")
    assert done(last, "widget") == []
    assert done(last, "workflow") == []


@pytest.mark.requirement("FR-CHAT-314")
@pytest.mark.parametrize(
    ("reminders", "shown"),
    [
        (["0m"], "Tue 24 Dec 2199 17:00 · 🔔"),
        (["30m", "2h"], "Tue 24 Dec 2199 17:00 · 🔔 2h before"),
        (["2199-12-23T09:30"], "Tue 24 Dec 2199 17:00 · 🔔 Mon 23 Dec 2199 09:30"),
        ([], "Tue 24 Dec 2199 17:00"),
    ],
)
async def test_a_row_shows_the_next_reminder(
    panel: Panel, reminders: list[str], shown: str
) -> None:
    task = {"title": "Milk", "due_on": "2199-12-24", "due_time": "17:00", "reminders": reminders}
    address, user = f"/api/{panel.user}/tasks", panel.stack.as_user(panel.user)
    await panel.stack.client.post(address, json=task, headers=user)
    _, events = await panel.create("Show me all my tasks")
    (widget,) = done(events, "widget")
    (row,) = widget["widget"]["children"]
    (words,) = [child for child in row["children"] if child["type"] == "Col"]
    assert words["children"][1]["value"] == f"{shown}"
