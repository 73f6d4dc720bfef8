"""Whether the right tools were called, and with the right arguments."""

from collections.abc import Sequence
from typing import Any

from chat_api.events import ToolCall
from chat_api.replay.finding import Finding, shown
from chat_api.replay.matching import differing, pair
from chat_api.replay.script import ExpectedCall, Outcome

_READS = frozenset({"list_tasks"})


def check_tools(outcome: Outcome, calls: Sequence[ToolCall]) -> Finding | None:
    """Say whether the expected tools were called, and no others; None where it doesn't matter."""
    if outcome.calls is None:
        return None
    found = _paired(outcome, outcome.calls, calls)
    surplus = [call for place, call in enumerate(calls) if place not in found.values()]
    if outcome.besides == "reads":
        surplus = [call for call in surplus if call.name not in _READS]
    missing = [call for place, call in enumerate(outcome.calls) if place not in found]
    return Finding.of(
        [f"- {_expected(call)}" for call in missing] + [f"+ {_made(c)}" for c in surplus]
    )


def check_arguments(outcome: Outcome, calls: Sequence[ToolCall]) -> Finding | None:
    """Compare the arguments of the calls that were expected and made; None without any."""
    if outcome.calls is None:
        return None
    found = _paired(outcome, outcome.calls, calls)
    lines: list[str] = []
    for wanted, got in ((outcome.calls[left], calls[right]) for left, right in found.items()):
        arguments = _wanted_arguments(wanted)
        for name in _wrong(wanted, got):
            lines.append(f"{wanted.tool} {name}")
            lines.append(f"- {shown(arguments.get(name))}")
            lines.append(f"+ {shown(_meant(got).get(name))}")
    return Finding.of(lines) if found else None


def _paired(
    outcome: Outcome, expected: Sequence[ExpectedCall], calls: Sequence[ToolCall]
) -> dict[int, int]:
    """Pair the calls of the same tool; those with the right arguments count most."""
    ordered = outcome.order == "listed"

    def same_tool(left: int, right: int) -> bool:
        wanted, got = expected[left], calls[right]
        return wanted.tool == got.name and wanted.fails == got.is_error

    def same_call(left: int, right: int) -> bool:
        return same_tool(left, right) and not _wrong(expected[left], calls[right])

    right_calls = pair(len(expected), len(calls), same_call, ordered=ordered)
    if len(right_calls) == len(expected):
        return right_calls
    return pair(len(expected), len(calls), same_tool, ordered=ordered)


def _wrong(wanted: ExpectedCall, got: ToolCall) -> list[str]:
    given = _meant(got)
    return differing(_wanted_arguments(wanted), given, exactly=wanted.exactly is not None)


def _meant(call: ToolCall) -> dict[str, Any]:
    """Return the arguments with the number of the task that was named by words of its title."""
    if isinstance(call.arguments.get("task_id"), str) and "task_id" in call.result:
        return {**call.arguments, "task_id": call.result["task_id"]}
    return call.arguments


def _wanted_arguments(wanted: ExpectedCall) -> dict[str, object]:
    return wanted.exactly if wanted.exactly is not None else wanted.at_least or {}


def _expected(call: ExpectedCall) -> str:
    fails = " that fails" if call.fails else ""
    return f"{call.tool}{fails} {shown(_wanted_arguments(call))}"


def _made(call: ToolCall) -> str:
    failed = f" failed: {call.result.get('error', '')}" if call.is_error else ""
    return f"{call.name} {shown(call.arguments)}{failed}"
