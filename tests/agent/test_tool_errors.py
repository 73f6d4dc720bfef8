"""The result of a failed tool call, whatever the server answered."""

from typing import Any

import pytest

from chat_api.agent.tool_errors import Candidate, ToolError

pytestmark = pytest.mark.requirement("FR-CHAT-025")

AMBIGUOUS = {
    "code": "ambiguous_task",
    "message": "2 tasks fit “milk”.",
    "hint": "Ask which one is meant.",
    "candidates": [{"id": 1, "title": "Buy milk"}, {"id": 2, "title": "Milk foam"}],
}


def test_structured_content_is_the_result_of_the_call() -> None:
    error = ToolError.of_content(AMBIGUOUS, "2 tasks fit. #1 Buy milk")
    assert error.result() == AMBIGUOUS
    assert error.candidates[1] == Candidate(id=2, title="Milk foam")


@pytest.mark.parametrize(
    "structured", [None, {}, {"task_id": 1}, {"message": 5}, "No.", {"candidates": "all"}]
)
def test_an_answer_without_an_error_in_structure_counts_by_its_text(structured: Any) -> None:
    error = ToolError.of_content(structured, "Something failed.")
    assert error.result() == {"code": "tool_error", "message": "Something failed."}


@pytest.mark.parametrize(
    ("stored", "error"),
    [
        (AMBIGUOUS, ToolError.model_validate(AMBIGUOUS)),
        ({"error": "No task 9."}, ToolError(message="No task 9.")),
        ({"unknown": 1}, ToolError(message='{"unknown": 1}')),
    ],
    ids=["in structure", "stored by an older version", "unknown"],
)
def test_every_stored_result_can_be_read(stored: dict[str, Any], error: ToolError) -> None:
    assert ToolError.of(stored) == error
