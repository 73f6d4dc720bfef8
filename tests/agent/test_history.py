"""The model's input, rebuilt from whatever a conversation may hold."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.agent.history import history_items
from db.turn_values import EarlierMessage

CALLS = st.lists(
    st.builds(
        lambda name, arguments, error: {
            "id": "call_0",
            "name": name,
            "arguments": arguments,
            "result": {"code": "task_not_found", "message": "No task 7."}
            if error
            else {"task_id": 1},
            "is_error": error,
        },
        st.sampled_from(["add_task", "list_tasks"]),
        st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=2),
        st.booleans(),
    ),
    max_size=4,
)


MESSAGES = st.builds(
    lambda number, role, content, calls, status: EarlierMessage(
        id=UUID(int=number),
        role=role,
        content=content,
        tool_calls=calls if role == "assistant" else [],
        status=status if role == "assistant" else "finished",
    ),
    st.integers(min_value=1, max_value=2**128 - 1),
    st.sampled_from(["user", "assistant"]),
    st.text(max_size=300),
    CALLS,
    st.sampled_from(["finished", "failed", "cancelled", "interrupted"]),
)
HISTORIES = st.lists(MESSAGES, max_size=30, unique_by=lambda message: message.id)


def shown(history: list[EarlierMessage], budget: int) -> list[dict[str, Any]]:
    return [dict(item) for item in history_items(history, budget=budget)]


@pytest.mark.requirement("FR-CHAT-015")
@given(HISTORIES, st.integers(min_value=0, max_value=3000))
def test_every_tool_call_stands_before_its_result_and_no_id_comes_twice(
    history: list[EarlierMessage], budget: int
) -> None:
    items = shown(history, budget)
    ids = [item["call_id"] for item in items if item.get("type") == "function_call"]
    assert len(set(ids)) == len(ids)
    for place, item in enumerate(items):
        if item.get("type") == "function_call":
            after = items[place + 1]
            assert (after["type"], after["call_id"]) == ("function_call_output", item["call_id"])
        if item.get("type") == "function_call_output":
            assert items[place - 1]["call_id"] == item["call_id"]


@pytest.mark.requirement("FR-CHAT-015")
@given(HISTORIES, st.integers(min_value=0, max_value=3000))
def test_the_history_fits_its_budget_and_begins_with_the_user(
    history: list[EarlierMessage], budget: int
) -> None:
    items = shown(history, budget)
    assert not items or items[0].get("role") == "user"
    characters = sum(len(str(value)) for item in items for value in item.values())
    assert characters // 4 <= budget + len(items)


@pytest.mark.requirement("FR-CHAT-015")
@given(HISTORIES)
def test_the_newest_messages_are_kept_when_not_all_fit(history: list[EarlierMessage]) -> None:
    whole = shown(history, 10**6)
    part = shown(history, 200)
    assert whole[len(whole) - len(part) :] == part


@pytest.mark.requirement("FR-CHAT-015")
@pytest.mark.parametrize(
    ("status", "note"),
    [
        ("failed", "(This reply broke off because of an error.)"),
        ("cancelled", "(This reply was stopped.)"),
        ("interrupted", "(This reply was interrupted.)"),
    ],
)
def test_a_note_says_how_an_earlier_reply_ended(status: str, note: str) -> None:
    history = [
        EarlierMessage(UUID(int=1), "user", "hi", [], "finished"),
        EarlierMessage(UUID(int=2), "assistant", "Hel", [], status),
    ]
    assert shown(history, 100)[1] == {"role": "assistant", "content": f"Hel\n\n{note}"}


@pytest.mark.requirement("FR-CHAT-015")
@pytest.mark.parametrize(
    ("result", "output"),
    [
        (
            {
                "code": "ambiguous_task",
                "message": "2 tasks fit “milk”.",
                "hint": "Ask which one is meant.",
                "candidates": [{"id": 1, "title": "Milk"}],
            },
            '{"code": "ambiguous_task", "message": "2 tasks fit “milk”.", '
            '"hint": "Ask which one is meant.", "candidates": [{"id": 1, "title": "Milk"}]}',
        ),
        ({"code": "tool_error", "message": "No task 7."}, "No task 7."),
        ({"error": "No task 7."}, "No task 7."),
    ],
    ids=["ambiguous", "of a text only", "stored by an older version"],
)
def test_an_earlier_failed_call_is_shown_to_the_model_in_structure(
    result: dict[str, Any], output: str
) -> None:
    call = {"name": "delete_task", "arguments": {}, "result": result, "is_error": True}
    history = [
        EarlierMessage(UUID(int=1), "user", "hi", [], "finished"),
        EarlierMessage(UUID(int=2), "assistant", "", [call], "finished"),
    ]
    assert shown(history, 100)[2]["output"] == output
