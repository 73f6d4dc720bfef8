"""Tool calls against what the script expects."""

from typing import Any

import pytest

from chat_api.events import ToolCall
from chat_api.replay.checks import check_arguments, check_tools
from tests.replay.records import call, outcome

MILK = {"tool": "add_task", "with": {"title": "Milk"}}
EGGS = {"tool": "add_task", "with": {"title": "Eggs"}}
LISTED = call("list_tasks", status="all", result={"tasks": []})


def verdict(calls: list[ToolCall], *expected: Any, **more: Any) -> tuple[bool, bool | None]:
    expected_outcome = outcome(calls=list(expected), **more)
    tools, arguments = (
        check_tools(expected_outcome, calls),
        check_arguments(expected_outcome, calls),
    )
    assert tools is not None
    return tools.passed, arguments.passed if arguments else None


@pytest.mark.requirement("FR-REPLAY-020")
def test_calls_that_do_not_matter_are_not_judged() -> None:
    expected_outcome = outcome(reply={"contains": ["x"]})
    assert check_tools(expected_outcome, [LISTED]) is None
    assert check_arguments(expected_outcome, [LISTED]) is None


@pytest.mark.requirement("FR-REPLAY-020")
@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        ({"title": "Milk"}, True),
        ({"title": "Milk", "description": "", "tags": []}, True),
        ({"title": "Milk", "priority": "high"}, False),
        ({"title": "Eggs"}, False),
        ({}, False),
    ],
)
def test_exactly_forbids_further_arguments(arguments: dict[str, Any], passed: bool) -> None:
    expected = {"tool": "add_task", "exactly": {"title": "Milk"}}
    assert verdict([call("add_task", **arguments)], expected) == (True, passed)


@pytest.mark.requirement("FR-REPLAY-021")
@pytest.mark.parametrize(("number", "passed"), [(2, True), (1, False)])
def test_words_of_a_title_are_the_number_that_they_came_to(number: int, passed: bool) -> None:
    expected = {"tool": "delete_task", "exactly": {"task_id": number}}
    made = call("delete_task", task_id="the meeting", result={"task_id": 2})
    assert verdict([made], expected) == (True, passed)


@pytest.mark.requirement("FR-REPLAY-020")
def test_with_allows_further_arguments() -> None:
    assert verdict([call("add_task", title="Milk", priority="high")], MILK) == (True, True)


@pytest.mark.requirement("FR-REPLAY-020")
@pytest.mark.parametrize(("order", "passed"), [("listed", False), ("any", True)])
def test_the_order_counts_unless_any_is_right(order: str, passed: bool) -> None:
    made = [call("add_task", title="Eggs"), call("add_task", title="Milk")]
    assert verdict(made, MILK, EGGS, order=order) == (True, passed)


@pytest.mark.requirement("FR-REPLAY-020")
def test_tools_in_another_order_are_the_wrong_ones() -> None:
    expected = [{"tool": "list_tasks"}, {"tool": "delete_task"}]
    made = [call("delete_task", task_id=2), LISTED]
    assert verdict(made, *expected) == (False, True)
    assert verdict(made, *expected, order="any") == (True, True)


@pytest.mark.requirement("FR-REPLAY-020")
@pytest.mark.parametrize(("besides", "passed"), [("reads", True), ("nothing", False)])
def test_the_list_may_be_looked_at_unless_that_is_forbidden(besides: str, passed: bool) -> None:
    made = [LISTED, call("add_task", title="Milk"), LISTED]
    assert verdict(made, MILK, besides=besides) == (passed, True)
    assert verdict([LISTED], besides=besides) == (passed, None)


@pytest.mark.requirement("FR-REPLAY-020")
def test_a_write_that_nobody_expected_is_wrong() -> None:
    made = [call("add_task", title="Milk"), call("add_task", title="Milk")]
    assert verdict(made, MILK) == (False, True)
    assert verdict([call("undo_last_change")]) == (False, None)


@pytest.mark.requirement("FR-REPLAY-020")
def test_a_call_that_fails_is_expected_only_where_that_is_said() -> None:
    made = [call("complete_task", task_id=9, error="No task 9.")]
    expected = {"tool": "complete_task", "with": {"task_id": 9}}
    assert verdict(made, expected) == (False, None)
    assert verdict(made, {**expected, "fails": True}) == (True, True)
    assert verdict(made) == (False, None)


@pytest.mark.requirement("FR-REPLAY-025")
def test_what_differs_is_told_as_wanted_and_got() -> None:
    expected_outcome = outcome(calls=[MILK, {"tool": "undo_last_change"}])
    made = [call("add_task", title="Oat milk"), call("delete_task", task_id=1)]
    tools, arguments = check_tools(expected_outcome, made), check_arguments(expected_outcome, made)
    assert tools
    assert tools.lines == ("- undo_last_change {}", '+ delete_task {"task_id": 1}')
    assert arguments
    assert arguments.lines == ("add_task title", '- "Milk"', '+ "Oat milk"')
