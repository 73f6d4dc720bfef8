"""Tasks that the conversation knows, named by their titles where other things have such names."""

from typing import Any

import pytest

from tests.assistant.talk import Talk

pytestmark = pytest.mark.requirement("FR-CHAT-137")


async def _shown() -> Talk:
    talk = await Talk().has("Dentist appointment", "Meeting with Tom", "Milk")
    await talk.say("show my tasks")
    return talk


@pytest.mark.parametrize(
    ("words", "tool", "arguments"),
    [
        ("move my dentist appointment to tuesday", "update_task", {"due_on": "2026-11-24"}),
        ("cancel my dentist appointment", "delete_task", {}),
        ("delete the Dentist Appointment", "delete_task", {}),
        ("set my dentist appointment to high priority", "update_task", {"priority": "high"}),
    ],
)
async def test_a_task_that_was_shown_is_meant_by_its_title(
    words: str, tool: str, arguments: dict[str, Any]
) -> None:
    talk = await _shown()
    await talk.say(words)
    assert talk.calls[-1] == (tool, {"task_id": 1, **arguments})


async def test_a_question_about_a_task_that_was_shown_is_answered_with_it() -> None:
    talk = await _shown()
    assert await talk.say("when is my dentist appointment?") == (
        "- **#1** Dentist appointment · no due date"
    )


@pytest.mark.parametrize(
    "words",
    [
        "I have a dentist appointment tomorrow",
        "should I delete the meeting with tom?",
        "don't delete the meeting with tom",
        "email the meeting with tom to anna",
        "do you like milk?",
        "is milk healthy?",
        "how was the meeting with tom",
    ],
)
async def test_what_is_only_said_about_it_changes_nothing(words: str) -> None:
    talk = await _shown()
    await talk.say(words)
    assert talk.calls == []


async def test_a_title_of_two_tasks_does_not_tell_which_is_meant() -> None:
    talk = await Talk().has("Dentist appointment", "Dentist appointment")
    await talk.say("show my tasks")
    await talk.say("cancel my dentist appointment")
    assert talk.titles == ["Dentist appointment", "Dentist appointment"]


async def test_a_longer_title_comes_before_one_within_it() -> None:
    talk = await Talk().has("Meeting", "Meeting with Tom")
    await talk.say("show my tasks")
    await talk.say("cancel my meeting with tom")
    assert talk.titles == ["Meeting"]


async def test_what_was_never_spoken_of_is_not_looked_for() -> None:
    talk = await Talk().has("Meeting with Tom")
    await talk.say("cancel my meeting with tom")
    assert talk.calls == []
