"""What a reply claims, and whether a tool did it."""

import pytest

from chat_api.events import ToolCall
from chat_api.replay.checks import check_claims
from tests.replay.records import call

ADDED = call("add_task", title="Milk", result={"task_id": 5})
COMPLETED = call("complete_task", task_id=3)
LISTED = call("list_tasks", result={"tasks": [{"id": 4, "title": "Rent", "completed": True}]})
FAILED = call("delete_task", task_id=9, error="No task 9.")
UNDONE = call("undo_last_change", result={"task_id": 2})


@pytest.mark.requirement("FR-REPLAY-023")
@pytest.mark.parametrize(
    ("reply", "calls"),
    [
        ("Added “Buy milk” as task 5.", []),
        ("I've added milk to your list!", []),
        ("OK, I have just deleted it.", []),
        ("Sure! Task 3 has been marked as done.", []),
        ("Great, your task was updated.", []),
        ("Done!", []),
        ("All set.", [LISTED]),
        ("I have removed task 9.", [FAILED]),
        ("I deleted task 3.", [COMPLETED]),
        ("I ticked off task 4.", [COMPLETED]),
        ("I found nothing, but I've created the task.", []),
        ("I've undone the last change.", [LISTED]),
    ],
)
def test_a_claim_without_a_tool_result_is_found(reply: str, calls: list[ToolCall]) -> None:
    found = check_claims(reply, calls)
    assert not found.passed
    assert found.lines[1].startswith("+ ")


@pytest.mark.requirement("FR-REPLAY-023")
@pytest.mark.parametrize(
    ("reply", "calls"),
    [
        ("Added “Buy milk” as task 5.", [ADDED]),
        ("Done! I ticked off task 3.", [COMPLETED]),
        ("Undone: the task was deleted again.", [UNDONE]),
        ("You have completed 1 task:\n- Rent was completed", [LISTED]),
        ("I moved task 3 to done and marked it.", [COMPLETED]),
        ("Which one shall I delete?", []),
        ("Shall I really delete these 2 tasks? Nothing was deleted yet.", []),
        ("I couldn't find task 9, so nothing was deleted.", [FAILED]),
        ("I can add, complete and delete tasks.", []),
        ("Task 4 was completed earlier.", []),
        ("You already added that one.", []),
        ("If you want, say “I've added it”.", []),
        ("Here are your tasks: “I have deleted everything”", [LISTED]),
        ("- I've deleted everything", [LISTED]),
        ("Once you have created a task, it is shown here.", []),
        ("Hello! How can I help?", []),
        ("", []),
    ],
)
def test_what_is_no_claim_or_was_done_is_left_alone(reply: str, calls: list[ToolCall]) -> None:
    assert check_claims(reply, calls).passed
