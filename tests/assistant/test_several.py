"""Several values, commands or lines in one message."""

import pytest

from tests.assistant.talk import Talk
from tests.assistant.test_sentences import (
    Wanted,
    add,
    calls_of,
    complete,
    delete,
    reply_to,
    update,
)

FRIDAY, SATURDAY, MONDAY = "2026-11-27", "2026-11-28", "2026-11-23"


@pytest.mark.requirement("FR-CHAT-140")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        (
            "set task 1 to high priority due monday",
            [update(1, due_on=MONDAY, priority="high")],
        ),
        (
            "mark task 1 high priority and due friday",
            [update(1, due_on=FRIDAY, priority="high")],
        ),
        (
            "set the due date of task 1 to friday and priority to high",
            [update(1, due_on=FRIDAY, priority="high")],
        ),
        (
            "set the priority of task 1 to low and its due date to monday",
            [update(1, due_on=MONDAY, priority="low")],
        ),
        (
            "give task 3 high priority and a due date of friday",
            [update(3, due_on=FRIDAY, priority="high")],
        ),
        (
            "update task 1: title Buy eggs, due friday, high priority",
            [update(1, title="Buy eggs", due_on=FRIDAY, priority="high")],
        ),
        (
            "change task 2 to buy cheese, due friday",
            [update(2, title="Buy cheese", due_on=FRIDAY)],
        ),
        (
            "rename task 2 to call Dad with high priority",
            [update(2, title="Call Dad", priority="high")],
        ),
        (
            "update task 2 title to Call Dad and priority to high",
            [update(2, title="Call Dad", priority="high")],
        ),
        (
            "edit task 2, due monday, low priority",
            [update(2, due_on=MONDAY, priority="low")],
        ),
    ],
)
def test_one_order_sets_several_values(sentence: str, wanted: Wanted) -> None:
    assert calls_of(sentence) == wanted


@pytest.mark.requirement("FR-CHAT-140")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        (
            "move task 1 to friday and task 2 to saturday",
            [update(1, due_on=FRIDAY), update(2, due_on=SATURDAY)],
        ),
        (
            "move 1 to friday, 2 to saturday and 3 to monday",
            [update(1, due_on=FRIDAY), update(2, due_on=SATURDAY), update(3, due_on=MONDAY)],
        ),
        (
            "set priority of task 1 to high and task 2 to low",
            [update(1, priority="high"), update(2, priority="low")],
        ),
        (
            "mark task 1 as done and task 2 as high priority",
            [complete(1), update(2, priority="high")],
        ),
        (
            "rename task 1 to foo and task 2 to bar",
            [update(1, title="Foo"), update(2, title="Bar")],
        ),
        ("rename task 1 to walk to work and back", [update(1, title="Walk to work and back")]),
    ],
)
def test_one_verb_counts_for_several_tasks(sentence: str, wanted: Wanted) -> None:
    assert calls_of(sentence) == wanted


@pytest.mark.requirement("FR-CHAT-103")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("first add figs, then mark task 1 as done", [add("Figs"), complete(1)]),
        ("add figs, then mark 2 as done and delete 3", [add("Figs"), complete(2), delete(3)]),
        (
            "add a task to check the budget and another to email the team",
            [add("Check the budget"), add("Email the team")],
        ),
        ("create 2 tasks, one for gym and one for yoga", [add("Gym"), add("Yoga")]),
    ],
)
def test_every_command_of_a_message_is_read(sentence: str, wanted: Wanted) -> None:
    assert calls_of(sentence) == wanted


@pytest.mark.requirement("FR-CHAT-103")
async def test_it_is_what_the_command_before_was_about() -> None:
    talk = await Talk().has("Milk", "Pay rent")
    await talk.say("delete task 1, then add buy a bike and set it to high priority")
    assert talk.calls[-1] == ("update_task", {"task_id": 3, "priority": "high"})
    await talk.say("add figs, then mark pay rent as done and delete it")
    assert talk.titles == ["Buy a bike", "Figs"]


@pytest.mark.requirement("FR-CHAT-125")
async def test_what_is_asked_comes_last_and_can_be_answered() -> None:
    talk = await Talk().has("Milk", "Pay rent", "Call mom")
    reply = await talk.say("complete everything except pay rent and add figs")
    assert reply.startswith("Added “Figs”")
    assert talk.done == []
    await talk.say("yes")
    assert talk.done == [1, 3]


@pytest.mark.requirement("FR-CHAT-123")
@pytest.mark.parametrize(
    "sentence",
    [
        "remove milk, actually keep it",
        "delete milk. no wait, don't",
        "add figs, on second thought don't",
    ],
)
def test_a_message_that_takes_itself_back_changes_nothing(sentence: str) -> None:
    assert "changed nothing" in reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-141")
@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("add\nmilk\neggs", [add("Milk"), add("Eggs")]),
        ("add these:\n- milk\n- call mom and dad", [add("Milk"), add("Call mom and dad")]),
        (
            "Add these tasks to my list\n1. buy figs\n2) call mom tomorrow\n\n3. [ ] gym",
            [add("Buy figs"), add("Call mom", due_on="2026-11-22"), add("Gym")],
        ),
        (
            "Tasks for today:\n* email Bob\n* finish report",
            [
                add("Email Bob", due_on="2026-11-21"),
                add("Finish report", due_on="2026-11-21"),
            ],
        ),
        ("add milk\nadd eggs\ndelete task 3", [add("Milk"), add("Eggs"), delete(3)]),
        (
            "add task: write report\ndue friday\nhigh priority",
            [add("Write report", due_on=FRIDAY, priority="high")],
        ),
    ],
)
def test_lines_are_tasks_or_commands(message: str, wanted: Wanted) -> None:
    assert calls_of(message) == wanted


@pytest.mark.requirement("FR-CHAT-141")
async def test_lines_name_several_tasks() -> None:
    talk = await Talk().has("Milk", "Eggs", "Figs")
    await talk.say("mark these as done:\n• milk\n• eggs")
    assert talk.done == [1, 2]
    await talk.say("delete:\n- milk\n- eggs")
    assert talk.titles == ["Figs"]


@pytest.mark.requirement("FR-CHAT-132")
@pytest.mark.parametrize("message", ["milk\neggs\nbread", "Buy milk\nCall mom", "- milk\n- eggs"])
def test_mere_lines_are_offered(message: str) -> None:
    assert reply_to(message).startswith("Shall I add “")
