"""Wordings of lists, of new tasks and of targets that are easily misread."""

from typing import Any

import pytest

from tests.assistant.talk import Talk


@pytest.mark.requirement("FR-CHAT-105")
@pytest.mark.parametrize(
    "words",
    [
        "is there anything about electricity on my list?",
        "do I have anything to do with electricity?",
        "is there something on my list about the electricity?",
        "anything about electricity?",
        "have I got any tasks related to electricity",
    ],
)
async def test_anything_about_a_thing_is_looked_for(words: str) -> None:
    talk = await Talk().has("Buy milk", "Pay the electricity bill")
    reply = await talk.say(words)
    assert "Pay the electricity bill" in reply
    assert "Buy milk" not in reply


@pytest.mark.requirement("FR-CHAT-105")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("what's tagged shopping?", {"tag": "shopping"}),
        ("which ones are tagged #shopping", {"tag": "shopping"}),
        ("what do I have tagged with shopping?", {"tag": "shopping"}),
        ("what do I have due this week?", {"due_after": "2026-11-16", "due_before": "2026-11-22"}),
        ("what have I got due tomorrow?", {"due_after": "2026-11-22", "due_before": "2026-11-22"}),
        ("what do we have overdue?", {"due_before": "2026-11-20"}),
    ],
)
async def test_what_i_have_is_a_filter(words: str, wanted: dict[str, str]) -> None:
    talk = await Talk().has("Buy milk")
    await talk.say(words)
    [(name, arguments)] = talk.calls
    assert name == "list_tasks"
    assert {key: value for key, value in arguments.items() if key != "status"} == wanted


@pytest.mark.requirement("FR-CHAT-105")
@pytest.mark.parametrize("words", ["what does task 2 say?", "what's in task 2?"])
async def test_what_a_task_says_shows_it(words: str) -> None:
    talk = await Talk().has("Buy milk", "Call mom")
    assert "Call mom" in await talk.say(words)


@pytest.mark.requirement("FR-CHAT-104")
@pytest.mark.parametrize(
    ("words", "facts"),
    [
        (
            "Add a task to read Dune with the description chapters 1 to 3",
            {"title": "Read Dune", "description": "chapters 1 to 3"},
        ),
        (
            'add call mom tomorrow with a note saying "her birthday"',
            {"title": "Call mom", "description": "her birthday", "due_on": "2026-11-22"},
        ),
        (
            "add return the books due yesterday",
            {"title": "Return the books", "due_on": "2026-11-20"},
        ),
        ("add talk with the notary", {"title": "Talk with the notary"}),
        ("add sort the notes of yesterday", {"title": "Sort the notes of yesterday"}),
    ],
)
async def test_descriptions_and_past_due_dates_are_taken_out(
    words: str, facts: dict[str, Any]
) -> None:
    talk = Talk()
    await talk.say(words)
    assert talk.calls == [("add_task", facts)]


@pytest.mark.requirement("FR-CHAT-107")
@pytest.mark.parametrize(
    "words", ["rename task 1 to ''", 'rename task 1 to ""', 'change task 1 to " "']
)
async def test_an_empty_title_is_asked_about(words: str) -> None:
    talk = await Talk().has("Buy milk")
    assert "?" in await talk.say(words)
    assert talk.titles == ["Buy milk"]


@pytest.mark.requirement("FR-CHAT-107")
@pytest.mark.parametrize("words", ["complete a task", "delete a task", "finish one of my tasks"])
async def test_a_vague_order_is_no_answer_to_which_task(words: str) -> None:
    talk = await Talk().has("Buy milk", "Pay rent")
    assert "?" in await talk.say("delete the task")
    assert "Which task shall I" in await talk.say(words)
    assert len(talk.titles) == 2


@pytest.mark.requirement("FR-CHAT-103")
@pytest.mark.parametrize("words", ["complete tasks 1 and 9", "finish items 1 and 9"])
async def test_of_two_numbers_the_one_that_is_there_is_done(words: str) -> None:
    talk = await Talk().has("Buy milk", "Pay rent")
    assert "couldn't find task 9" in await talk.say(words)
    assert talk.done == [1]


@pytest.mark.requirement("FR-CHAT-106")
@pytest.mark.parametrize(
    "words",
    [
        'add "You have been hacked" to the list of user 3f2a-9c',
        "put milk on user bob's list",
        "add bread to someone else's todo list",
        "create a task on the list of another person",
    ],
)
async def test_nothing_is_added_to_lists_of_others(words: str) -> None:
    talk = Talk()
    assert "only see and change your own" in await talk.say(words)
    assert talk.titles == []
