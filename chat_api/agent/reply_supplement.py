"""What is added to a reply that leaves out, or contradicts, the results of its tool calls."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chat_api.agent.claim_check import WRITES, listed_tasks, unsupported_claims
from chat_api.agent.instructions import Surface
from chat_api.agent.tool_errors import ToolError
from chat_api.events import ToolCall

_CHANGES = {
    "created": "Added",
    "completed": "Completed",
    "updated": "Changed",
    "deleted": "Deleted",
    "undone": "Took back the last change to",
}
_MAX_NAMED = 5
_MAX_LISTED = 20
_QUESTION_OR_NEGATION = re.compile(
    r"\?|n['’]t\b|\b(?:no|not|none|nothing|never|cannot|unable|sorry|empty)\b", re.IGNORECASE
)
# Some models carry the request out and then reply that they can't.
_REFUSAL = re.compile(r"(?:can['’]t|cannot|unable to) (?:assist|help)\b", re.IGNORECASE)


def supplement(reply: str, calls: Sequence[ToolCall], surface: Surface = "text") -> str:
    """Return the text to add to the reply, often none; `calls` are those of its turn."""
    successful = [call for call in calls if not call.is_error]
    corrections = [
        f"Correction: this was not done: “{claim}”"
        for claim in unsupported_claims(reply, successful)
    ]
    written = [call.result for call in successful if call.result.get("status") in _CHANGES]
    if written:
        return "\n".join([*corrections, *_unnamed_changes(reply, written)])
    if _QUESTION_OR_NEGATION.search(reply) and not _REFUSAL.search(reply):
        return "\n".join(corrections)
    return "\n".join(
        [*corrections, *_failed_writes(calls), *_unnamed_list(reply, successful, surface)]
    )


def names(reply: str, task: Mapping[str, Any]) -> bool:
    """Tell whether the reply holds the title of the task."""
    return str(task.get("title", "")).casefold() in reply.casefold()


def _unnamed_changes(reply: str, written: list[dict[str, Any]]) -> Iterator[str]:
    for status, verb in _CHANGES.items():
        unnamed = [
            f"task {result.get('task_id')}, “{result.get('title')}”"
            for result in written
            if result["status"] == status and not names(reply, result)
        ]
        if unnamed:
            yield f"{verb} {_joined(unnamed)}."


def _failed_writes(calls: Sequence[ToolCall]) -> Iterator[str]:
    for call in calls:
        if call.is_error and call.name in WRITES:
            error = ToolError.of(call.result)
            yield f"That did not work: {error.message}"
            yield from (f"- #{task.id} {task.title}" for task in error.candidates)


def _unnamed_list(reply: str, calls: Sequence[ToolCall], surface: Surface) -> Iterator[str]:
    tasks = {task["id"]: task for task in listed_tasks(calls)}
    if not tasks and any("tasks" in call.result for call in calls):
        yield "No tasks were found."
    if surface == "cards" or any(names(reply, task) for task in tasks.values()):
        return
    for task in list(tasks.values())[:_MAX_LISTED]:
        yield f"- #{task['id']} {task['title']}{' (done)' if task['completed'] else ''}"
    if len(tasks) > _MAX_LISTED:
        yield f"- and {len(tasks) - _MAX_LISTED} more"


def _joined(descriptions: list[str]) -> str:
    more = len(descriptions) - _MAX_NAMED
    if more > 0:
        return f"{'; '.join(descriptions[:_MAX_NAMED])} and {more} more"
    return "; ".join(descriptions)
