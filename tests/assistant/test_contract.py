"""What a reply says beside its text: the tasks it is about, what it asks, and what answers that."""

import json
import subprocess
import sys
from typing import Any

import pytest
from openai.types.responses import ResponseCompletedEvent

from chat_api.agent.offline_model import OfflineModel
from tests.assistant.talk import Talk
from tests.assistant.test_stream import ADD, stream


def details(talk: Talk) -> dict[str, Any]:
    """Read what the final response says beside the text."""
    ends = [e.data for e in talk.events if e.type == "raw_response_event"]
    last = [event for event in ends if isinstance(event, ResponseCompletedEvent)][-1]
    return {name: json.loads(value) for name, value in (last.response.metadata or {}).items()}


@pytest.mark.requirement("FR-CHAT-150")
async def test_a_reply_names_the_tasks_it_is_about() -> None:
    talk = await Talk().has("Buy milk", "Call mom", "Buy bread")
    await talk.say("show my tasks")
    assert details(talk) == {"task_ids": [1, 2, 3], "suggestions": [], "pending": None}
    await talk.say("mark 2 as done")
    assert details(talk)["task_ids"] == [2]
    await talk.say("hello")
    assert details(talk)["task_ids"] == []


@pytest.mark.requirement("FR-CHAT-150")
async def test_a_look_up_that_found_nothing_is_about_no_task() -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("delete the zebra task")
    assert details(talk)["task_ids"] == []


@pytest.mark.requirement("FR-CHAT-150")
async def test_a_question_is_there_as_data_with_its_candidates_and_answers() -> None:
    talk = await Talk().has("Team meeting", "Meeting with Ann", "Buy milk")
    await talk.say("delete the meeting task")
    candidates = [{"id": 1, "title": "Team meeting"}, {"id": 2, "title": "Meeting with Ann"}]
    assert details(talk) == {
        "task_ids": [1, 2],
        "suggestions": ["Team meeting", "Meeting with Ann"],
        "pending": {
            "kind": "which",
            "candidates": candidates,
            "frames": [{"intent": "delete", "slots": {}}],
        },
    }


@pytest.mark.requirement("FR-CHAT-150")
@pytest.mark.parametrize("place", [0, 1])
async def test_each_suggestion_answers_the_question(place: int) -> None:
    titles = ("Call Ann", "Call the bank")
    talk = await Talk().has(*titles, "Buy milk")
    await talk.say("delete the call task")
    await talk.say(details(talk)["suggestions"][place])
    assert talk.calls == [("delete_task", {"task_id": place + 1})]


@pytest.mark.requirement("FR-CHAT-150")
async def test_tasks_of_one_title_are_suggested_by_number() -> None:
    talk = await Talk().has("Buy milk", "Buy milk")
    await talk.say("complete buy milk")
    assert details(talk)["suggestions"] == ["Task 1", "Task 2"]


@pytest.mark.requirement("FR-CHAT-150")
async def test_a_question_for_a_yes_holds_the_change_that_waits() -> None:
    talk = await Talk().has("Buy milk", "Call mom")
    await talk.say("move all tasks to friday")
    told = details(talk)
    assert told["suggestions"] == ["Yes", "No"]
    assert told["pending"]["kind"] == "confirm"
    assert told["pending"]["frames"] == [{"intent": "update", "slots": {"due_on": "2026-11-27"}}]


@pytest.mark.requirement("FR-CHAT-150")
async def test_at_most_four_answers_are_suggested() -> None:
    talk = await Talk().has(*(f"Call {name}" for name in ("Ann", "Bob", "Cleo", "Dan", "Eve")))
    await talk.say("delete the call task")
    assert details(talk)["suggestions"] == ["Call Ann", "Call Bob", "Call Cleo", "Call Dan"]


@pytest.mark.requirement("FR-CHAT-150")
async def test_tool_calls_come_without_details() -> None:
    events = await stream(OfflineModel(), "add milk", [ADD])
    last = events[-1]
    assert isinstance(last, ResponseCompletedEvent)
    assert last.response.metadata == {}


LOADED = """
import threading
import chat_api.server
from chat_api.agent.models import build_model
from chat_api.assistant import classifier, day_names, lexicon
from chat_api.settings import ApiSettings
for provider in ("openai", "offline"):
    build_model(ApiSettings(chat_provider=provider, openai_api_key="sk-1"))
    for thread in threading.enumerate():
        if thread.name == "assistant-load":
            thread.join()
    print("rules" in vars(lexicon.LEXICON), bool(lexicon.PATTERNS))
    print("_table" in vars(classifier.WEIGHTS), bool(day_names.readers.cache_info().currsize))
"""


@pytest.mark.requirement("FR-CHAT-151")
@pytest.mark.timeout(180)
def test_rules_and_weights_are_read_at_start_where_they_are_used_and_else_never() -> None:
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False"] * 4 + ["True"] * 4
