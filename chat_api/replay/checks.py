"""Checks of tool calls, replies and tasks against what a script expects."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from chat_api.agent.claim_check import unsupported_claims
from chat_api.events import ToolCall
from chat_api.replay.matching import mismatches, normalised, pair, value_matches
from chat_api.replay.play import TaskSnapshots
from chat_api.replay.script import ExpectedCall, ExpectedOutcome, ExpectedReply, FinalRow
from chat_api.replay.service import Row

_READ_TOOLS = frozenset({"list_tasks"})
_TASK_FIELDS = (
    "id", "title", "description", "completed", "due_on", "due_time", "repeat_text",
    "priority", "tags", "list",
)  # fmt: skip
_EMPTY_FIELDS: tuple[object, ...] = (None, "", [], "none")


@dataclass(frozen=True)
class Finding:
    """The result of a check.

    Attributes:
        passed: Whether everything was as expected.
        lines: What differed: a place, then `-` and what was expected, `+` and what there was.

    """

    passed: bool
    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, lines: Sequence[str]) -> Self:
        """Return the finding of these differences; it passes if there are none."""
        return cls(not lines, tuple(lines))


def compact_json(value: Any) -> str:
    """Return a value on one line."""
    if value is None:
        return "not given"
    return json.dumps(value, ensure_ascii=False, default=str)


def check_tools(outcome: ExpectedOutcome, calls: Sequence[ToolCall]) -> Finding | None:
    """Compare the tools that were called with the expected ones; None if any are right."""
    if outcome.calls is None:
        return None
    pairs = _pairs(outcome, outcome.calls, calls)
    surplus = [call for place, call in enumerate(calls) if place not in pairs.values()]
    if outcome.besides == "reads":
        surplus = [call for call in surplus if call.name not in _READ_TOOLS]
    missing = [call for place, call in enumerate(outcome.calls) if place not in pairs]
    return Finding.of(
        [f"- {_expected_line(call)}" for call in missing]
        + [f"+ {_actual_line(call)}" for call in surplus]
    )


def check_arguments(outcome: ExpectedOutcome, calls: Sequence[ToolCall]) -> Finding | None:
    """Compare the arguments of the expected calls that were made; None if there are none."""
    if outcome.calls is None:
        return None
    pairs = _pairs(outcome, outcome.calls, calls)
    lines: list[str] = []
    for expected, actual in ((outcome.calls[left], calls[right]) for left, right in pairs.items()):
        arguments = _expected_arguments(expected)
        for name in _wrong_arguments(expected, actual):
            lines.append(f"{expected.tool} {name}")
            lines.append(f"- {compact_json(arguments.get(name))}")
            lines.append(f"+ {compact_json(_resolved_arguments(actual).get(name))}")
    return Finding.of(lines) if pairs else None


def check_reply(expected: ExpectedReply | None, reply: str) -> Finding | None:
    """Compare the text of a reply; None if any text is right."""
    if expected is None:
        return None
    wrong = list(_wrong_text(expected, reply))
    return Finding.of([*wrong, f"+ {compact_json(reply)}"] if wrong else [])


def check_claims(reply: str, calls: Sequence[ToolCall]) -> Finding:
    """Compare what the reply claims was done with the tool calls that succeeded."""
    done = [call for call in calls if not call.is_error]
    lines = [f"+ {compact_json(clause)}" for clause in unsupported_claims(reply, done)]
    return Finding.of(["- claims only what a tool did", *lines] if lines else [])


def check_rows(expected: Sequence[FinalRow], rows: Sequence[Row]) -> Finding:
    """Compare the tasks with the expected ones, in any order."""
    fields = [row.expected_fields for row in expected]

    def same(left: int, right: int) -> bool:
        return not mismatches(fields[left], rows[right])

    def same_title(left: int, right: int) -> bool:
        return value_matches(fields[left]["title"], rows[right]["title"])

    pairs = pair(len(fields), len(rows), same, ordered=False)
    if len(pairs) < max(len(fields), len(rows)):
        pairs = pair(len(fields), len(rows), same_title, ordered=False)
    return Finding.of(_row_differences(fields, rows, pairs))


def check_unchanged(snapshots: TaskSnapshots) -> Finding:
    """Compare the tasks after a run with those before it."""
    before, after = (
        [_given_fields(row) for row in side] for side in (snapshots.before, snapshots.after)
    )
    gone = [f"- {compact_json(row)}" for row in before if row not in after]
    new = [f"+ {compact_json(row)}" for row in after if row not in before]
    return Finding.of(gone + new)


def _pairs(
    outcome: ExpectedOutcome, expected: Sequence[ExpectedCall], calls: Sequence[ToolCall]
) -> dict[int, int]:
    """Pair calls of the same tool, preferring those with the right arguments."""
    ordered = outcome.order == "listed"

    def same_tool(left: int, right: int) -> bool:
        return expected[left].tool == calls[right].name and (
            expected[left].fails == calls[right].is_error
        )

    def same_call(left: int, right: int) -> bool:
        return same_tool(left, right) and not _wrong_arguments(expected[left], calls[right])

    pairs = pair(len(expected), len(calls), same_call, ordered=ordered)
    if len(pairs) == len(expected):
        return pairs
    return pair(len(expected), len(calls), same_tool, ordered=ordered)


def _wrong_arguments(expected: ExpectedCall, actual: ToolCall) -> list[str]:
    exactly = expected.exactly is not None
    return mismatches(_expected_arguments(expected), _resolved_arguments(actual), exactly=exactly)


def _resolved_arguments(call: ToolCall) -> dict[str, Any]:
    """Return the arguments, with the id of a task that was named by words of its title."""
    if isinstance(call.arguments.get("task_id"), str) and "task_id" in call.result:
        return {**call.arguments, "task_id": call.result["task_id"]}
    return call.arguments


def _expected_arguments(call: ExpectedCall) -> dict[str, object]:
    return call.exactly if call.exactly is not None else call.at_least or {}


def _expected_line(call: ExpectedCall) -> str:
    fails = " that fails" if call.fails else ""
    return f"{call.tool}{fails} {compact_json(_expected_arguments(call))}"


def _actual_line(call: ToolCall) -> str:
    failed = (
        f" failed: {call.result.get('message', call.result.get('error', ''))}"
        if call.is_error
        else ""
    )
    return f"{call.name} {compact_json(call.arguments)}{failed}"


def _wrong_text(expected: ExpectedReply, reply: str) -> Iterator[str]:
    text = normalised(reply)
    for part in expected.contains:
        choices = part if isinstance(part, list) else [part]
        if not any(normalised(choice) in text for choice in choices):
            yield f"- contains {' or '.join(compact_json(choice) for choice in choices)}"
    for part in expected.excludes:
        if normalised(part) in text:
            yield f"- does not contain {compact_json(part)}"
    if expected.matches and not re.search(expected.matches, text, re.IGNORECASE):
        yield f"- matches {expected.matches}"
    if expected.asks and "?" not in reply:
        yield "- asks a question"


def _row_differences(
    fields: Sequence[Mapping[str, Any]], rows: Sequence[Row], pairs: Mapping[int, int]
) -> list[str]:
    lines: list[str] = []
    for left, right in pairs.items():
        for name in mismatches(fields[left], rows[right]):
            lines.append(f"task {rows[right]['id']} {name}")
            lines.append(f"- {compact_json(fields[left][name])}")
            lines.append(f"+ {compact_json(rows[right].get(name))}")
    missing = [row for place, row in enumerate(fields) if place not in pairs]
    surplus = [row for place, row in enumerate(rows) if place not in pairs.values()]
    return [
        *lines,
        *(f"- {compact_json(row)}" for row in missing),
        *(f"+ {compact_json(_given_fields(row))}" for row in surplus),
    ]


def _given_fields(row: Row) -> Row:
    return {name: row.get(name) for name in _TASK_FIELDS if row.get(name) not in _EMPTY_FIELDS}
