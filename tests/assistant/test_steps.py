"""Tool calls as steps: replayed from their results, and taken side by side."""

from chat_api.assistant.contract import CompletedCall, Reply, ToolCall, ToolCalls, ToolResult
from chat_api.assistant.steps import Steps, next_step, side_by_side

LIST = ToolCall("list_tasks", {"status": "pending"})
ADD = ToolCall("add_task", {"title": "Buy milk"})


def _done(*calls: ToolCall) -> list[CompletedCall]:
    return [
        CompletedCall(call, ToolResult({"task_id": place})) for place, call in enumerate(calls, 1)
    ]


def _numbers(*calls: ToolCall) -> Steps[list[int]]:
    """Make the calls one after another, and return what the results say."""
    found = []
    for call in calls:
        (result,) = yield (call,)
        found.append((result.data or {})["task_id"])
    return found


def _reply(*series: Steps[list[int]]) -> Steps[Reply]:
    outcomes = yield from side_by_side(series)
    return Reply(str(outcomes))


def test_a_turn_continues_behind_the_calls_that_are_done() -> None:
    def steps() -> Steps[Reply]:
        return Reply(str((yield from _numbers(LIST, ADD))))

    assert next_step(steps(), []) == ToolCalls((LIST,))
    assert next_step(steps(), _done(LIST)) == ToolCalls((ADD,))
    assert next_step(steps(), _done(LIST, ADD)) == Reply("[1, 2]")


def test_series_that_run_side_by_side_share_equal_lists() -> None:
    assert next_step(_reply(_numbers(LIST), _numbers(LIST)), []) == ToolCalls((LIST,))
    assert next_step(_reply(_numbers(LIST), _numbers(LIST)), _done(LIST)) == Reply("[[1], [1]]")


def test_two_equal_writes_are_two_writes() -> None:
    assert next_step(_reply(_numbers(ADD), _numbers(ADD)), []) == ToolCalls((ADD, ADD))
    done = _done(ADD, ADD)
    assert next_step(_reply(_numbers(ADD), _numbers(ADD)), done) == Reply("[[1], [2]]")


def test_a_longer_series_goes_on_when_a_shorter_one_has_ended() -> None:
    series = [_numbers(LIST), _numbers(LIST, ADD)]
    assert next_step(_reply(*series), _done(LIST)) == ToolCalls((ADD,))
    series = [_numbers(LIST), _numbers(LIST, ADD)]
    assert next_step(_reply(*series), _done(LIST, ADD)) == Reply("[[1], [1, 2]]")


def test_no_series_need_no_step() -> None:
    assert next_step(_reply(), []) == Reply("[]")
