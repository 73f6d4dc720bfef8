"""Whatever people type: an answer, and no change of a task that nobody named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_api.assistant import respond
from chat_api.assistant.contract import (
    CompletedCall,
    Reply,
    ToolCall,
    ToolResult,
    Transcript,
    TranscriptTurn,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOOLS = frozenset(
    ["add_task", "list_tasks", "complete_task", "update_task", "delete_task", "undo_last_change"]
)
# They take a task's number.
TARGETED = {"complete_task", "update_task", "delete_task"}
TASKS = {
    "tasks": [
        {"id": 1, "title": "Buy milk", "completed": False, "due_on": "2026-11-21"},
        {"id": 2, "title": "Call mom", "completed": False},
    ],
    "total": 2,
}
ODD = st.text(st.characters(exclude_categories=()), max_size=300)
WORDS = st.sampled_from(
    [
        "task",
        "tasks",
        "it",
        "them",
        "both",
        "all",
        "my",
        "the",
        "a",
        "to",
        "as",
        "done",
        "list",
        "1",
        "3",
        "one",
        "first",
        "last",
        ",",
        ".",
        "?",
        "'",
        '"',
        "#",
        "yes",
        "no",
        "add",
        "delete",
        "complete",
        "show",
        "move",
        "rename",
        "undo",
        "remind",
        "me",
        "milk",
        "mom",
        "tomorrow",
        "friday",
        "daily",
        "at",
        "8pm",
        "every",
        "monday",
        "high",
        "priority",
        "an",
        "hour",
        "before",
        "except",
        "only",
        "not",
        "and",
        "also",
        "instead",
        "👍",
        "שלום",
        "\u202e",
        "#work",
    ]
)
SENTENCES = st.lists(WORDS, max_size=14).map(" ".join)


def _result(call: ToolCall) -> ToolResult:
    number = call.arguments.get("task_id", 7)
    if call.name == "list_tasks":
        return ToolResult(TASKS)
    return ToolResult({"task_id": number, "title": "Buy milk", "status": "updated"})


def answer(transcript: Transcript) -> tuple[Reply, list[ToolCall]]:
    """Run a turn to its end, with the same answer to each call."""
    *earlier, turn = transcript.turns
    done: list[CompletedCall] = []
    for _ in range(20):
        current = TranscriptTurn(turn.text, tuple(done))
        step = respond(Transcript((*earlier, current)), NOW, TOOLS)
        if isinstance(step, Reply):
            return step, [each.call for each in done]
        done += [CompletedCall(call, _result(call)) for call in step.calls]
    raise AssertionError("the turn has no end")


@pytest.mark.requirement("FR-CHAT-116")
@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(ODD, SENTENCES), min_size=1, max_size=4))
def test_any_conversation_is_answered_and_changes_only_tasks_that_exist(texts: list[str]) -> None:
    turns: list[TranscriptTurn] = []
    for text in texts:
        reply, calls = answer(Transcript((*turns, TranscriptTurn(text))))
        assert reply.text
        assert len(reply.suggestions) <= 4
        for call in calls:
            if call.name in TARGETED:
                assert isinstance(call.arguments["task_id"], int)
        turns.append(TranscriptTurn(text, (), reply.text, reply.task_ids, reply.pending))


@settings(max_examples=50, deadline=None)
@given(SENTENCES)
def test_the_same_message_has_the_same_answer(text: str) -> None:
    transcript = Transcript((TranscriptTurn(text),))
    assert answer(transcript) == answer(transcript)
