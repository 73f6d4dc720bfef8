"""Whatever people type: no crash, and no write to a task that nobody named."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_api.agent.offline_model import transcript_of
from chat_api.assistant import respond
from chat_api.assistant.contract import Reply, ToolCalls
from chat_api.assistant.lexicon import LEXICON
from tests.assistant.task_server import ARGUMENTS

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TOOLS = frozenset(ARGUMENTS)
TARGETED = {"complete_task", "update_task", "delete_task"}

ODD = st.text(st.characters(exclude_categories=()), max_size=300)
COMMON = "task tasks it them both all my the a to as done list 1 3 one first last , . ? ' \" #"
ODDITIES = [
    "tomorrow",
    "friday",
    "daily,",
    "at 8pm",
    "every monday",
    "high priority",
    "milk",
    "👍",
    "שלום",
    "\u202e",
    "\x00",
    "#work",
]
WORDS = st.sampled_from(
    sorted(LEXICON.words["openers"] | LEXICON.words["yes"] | LEXICON.words["no"])
    + COMMON.split()
    + ODDITIES
)
SENTENCES = st.lists(WORDS, max_size=14).map(" ".join)


@pytest.mark.requirement("FR-CHAT-116")
@settings(max_examples=400, deadline=None)
@given(st.one_of(ODD, SENTENCES))
def test_any_text_is_answered_and_writes_need_a_number(text: str) -> None:
    decision = respond(transcript_of(text), NOW, TOOLS)
    if isinstance(decision, Reply):
        assert decision.text
        return
    for call in decision.calls:
        if call.name in TARGETED:
            number = call.arguments["task_id"]
            assert str(number) in text or _spelt(number) & set(text.casefold().split())


def _spelt(number: int) -> set[str]:
    return {word for word, value in LEXICON.numbers.items() if value == number}


@pytest.mark.requirement("FR-CHAT-116")
@settings(max_examples=200, deadline=None)
@given(SENTENCES, SENTENCES)
def test_a_second_message_writes_only_to_tasks_that_were_there(first: str, second: str) -> None:
    listed = '{"tasks":[{"id":71,"title":"Milk","completed":false}],"total":1}'
    items: list[dict[str, Any]] = [
        {"role": "user", "content": first},
        {"type": "function_call", "call_id": "1", "name": "list_tasks", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "1", "output": listed},
        {"role": "assistant", "content": "- **#71** Milk"},
        {"role": "user", "content": second},
    ]
    decision = respond(transcript_of(items), NOW, TOOLS)
    if isinstance(decision, ToolCalls):
        numbers = {c.arguments["task_id"] for c in decision.calls if c.name in TARGETED}
        named = {n for n in numbers if str(n) in second or _spelt(n) & set(second.split())}
        assert numbers - named <= {71}


@pytest.mark.requirement("FR-CHAT-116")
@pytest.mark.parametrize(
    "output",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"tasks":[1,null]}',
        [{"type": "input_text", "text": "No task 7."}],
        None,
    ],
)
def test_a_strange_tool_output_ends_the_turn_without_a_claim(output: Any) -> None:
    items = [
        {"role": "user", "content": "mark 7 as done"},
        {
            "type": "function_call",
            "call_id": "1",
            "name": "complete_task",
            "arguments": '{"task_id": 7}',
        },
        {"type": "function_call_output", "call_id": "1", "output": output},
    ]
    decision = respond(transcript_of(items), NOW, TOOLS)
    assert isinstance(decision, Reply)
    assert "ticked off" not in decision.text


@pytest.mark.requirement("FR-CHAT-116")
@pytest.mark.parametrize("text", ["and " * 240, "1 and " * 160, "delete, " * 120, "a" * 4000])
def test_a_long_message_is_answered(text: str) -> None:
    assert respond(transcript_of(text), NOW, TOOLS)
