"""Tool calls as steps of a generator, so that a turn reads from top to bottom.

A turn is computed anew at each step from the results so far, because nothing is remembered between
two steps: `next_step` replays them.
"""

from collections.abc import Generator, Sequence
from typing import TypeAlias, TypeVar

from chat_api.assistant.contract import CompletedCall, Reply, ToolCall, ToolCalls, ToolResult

T = TypeVar("T")
Calls: TypeAlias = tuple[ToolCall, ...]
Results: TypeAlias = tuple[ToolResult, ...]
# Yields calls, receives their results in the same order, and returns what came of them.
Steps: TypeAlias = Generator[Calls, Results, T]


def next_step(steps: Steps[Reply], done: Sequence[CompletedCall]) -> ToolCalls | Reply:
    """Return the calls that follow those that are done, or the reply."""
    position = 0
    try:
        calls = next(steps)
        while len(done) >= position + len(calls):
            results = tuple(each.result for each in done[position : position + len(calls)])
            position += len(calls)
            calls = steps.send(results)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    return ToolCalls(calls)


def side_by_side(all_steps: Sequence[Steps[T]]) -> Steps[list[T]]:
    """Take several series of steps together, step by step; of equal lists one is called."""
    outcomes: dict[int, T] = {}
    waiting: dict[int, tuple[Steps[T], Calls]] = {}

    def advance(place: int, steps: Steps[T], results: Results | None) -> None:
        try:
            waiting[place] = (steps, next(steps) if results is None else steps.send(results))
        except StopIteration as stop:
            waiting.pop(place, None)
            outcomes[place] = stop.value

    for place, steps in enumerate(all_steps):
        advance(place, steps, None)
    while waiting:
        step = dict(waiting)
        calls: list[ToolCall] = []
        positions = {place: _placed(requested, calls) for place, (_, requested) in step.items()}
        results = yield tuple(calls)
        for place, (steps, _) in step.items():
            advance(place, steps, tuple(results[position] for position in positions[place]))
    return [outcomes[place] for place in range(len(all_steps))]


def _placed(requested: Calls, calls: list[ToolCall]) -> list[int]:
    """Append the requested calls, except lists that are there, and return where each is."""
    positions = []
    for call in requested:
        if call.name != "list_tasks" or call not in calls:
            calls.append(call)
            positions.append(len(calls) - 1)
        else:
            positions.append(calls.index(call))
    return positions
