"""What was done to the wrong task is taken back and done to the right one."""

import pytest

from tests.assistant.talk import Talk


@pytest.mark.requirement("FR-CHAT-118")
async def test_the_other_one_of_two_is_done_instead() -> None:
    talk = await Talk().has("Team meeting", "Meeting with Bob")
    await talk.say("complete the meeting task")
    await talk.say("the second one")
    await talk.say("no, the other one")
    assert [name for name, _ in talk.calls] == ["undo_last_change", "complete_task"]
    assert talk.done == [1]


@pytest.mark.requirement("FR-CHAT-118")
@pytest.mark.parametrize("words", ["no, I meant the first one", "sorry, task 1", "I meant #1"])
async def test_a_named_task_is_deleted_instead(words: str) -> None:
    talk = await Talk().has("Buy milk", "Call mom", "Pay rent")
    await talk.say("show my tasks")
    await talk.say("delete the second one")
    await talk.say(words)
    assert sorted(talk.titles) == ["Call mom", "Pay rent"]


@pytest.mark.requirement("FR-CHAT-118")
async def test_a_change_is_made_to_the_right_task_instead() -> None:
    talk = await Talk().has("Buy milk", "Call mom")
    await talk.say("move task 1 to friday")
    await talk.say("no, I meant task 2")
    rows = talk.server.tasks.rows
    assert "due_on" not in rows[1]
    assert rows[2]["due_on"] == "2026-11-27"


@pytest.mark.requirement("FR-CHAT-118")
async def test_the_other_one_of_three_is_asked_about() -> None:
    talk = await Talk().has("Buy milk", "Call mom", "Pay rent")
    await talk.say("show my tasks")
    await talk.say("the second one is done")
    reply = await talk.say("no, the other one")
    assert "Which one did you mean?" in reply
    assert talk.calls == []
    await talk.say("the one about the rent")
    assert talk.calls == [("complete_task", {"task_id": 3})]


@pytest.mark.requirement("FR-CHAT-118")
@pytest.mark.parametrize("before", ["hello", "show my tasks", "add bread", "mark 1 and 2 as done"])
async def test_without_one_thing_done_to_one_task_there_is_nothing_to_correct(before: str) -> None:
    talk = await Talk().has("Buy milk", "Call mom")
    await talk.say(before)
    await talk.say("no, the other one")
    assert talk.calls == []


@pytest.mark.requirement("FR-CHAT-118")
async def test_nothing_more_is_done_when_taking_back_fails() -> None:
    talk = await Talk().has("Buy milk", "Call mom")
    await talk.say("delete task 1")
    talk.server.tasks.changes.clear()
    reply = await talk.say("no, I meant task 2")
    assert talk.titles == ["Call mom"]
    assert "couldn't undo" in reply
