"""What a reply left unsaid or got wrong, worded from the results of the turn's tools.

A weak model does the right thing and then says “Sure!”, or says that it did what a tool refused to.
The person is owed what happened: tasks that a reply does not name get a sentence or a list that
does, a refusal that it passes over is told, and what it claims without a tool having done it is
contradicted.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from chat_api.claims import WRITES, unsupported_claims
from chat_api.events import ToolCall

_TOLD = {
    "created": "Added",
    "completed": "Completed",
    "updated": "Changed",
    "deleted": "Deleted",
    "undone": "Took back the last change to",
}
_NAMED = 5
_LISTED = 20
# Such a reply asks, or says itself that something is not there.
_ASKS_OR_DENIES = re.compile(
    r"\?|n['’]t\b|\b(?:no|not|none|nothing|never|cannot|unable|sorry|empty)\b", re.IGNORECASE
)
# Some models do what was asked and then say that they can't.
_REFUSES = re.compile(r"(?:can['’]t|cannot|unable to) (?:assist|help)\b", re.IGNORECASE)
# What follows is what a model should do next; the marks keep it from taking titles for orders.
_FOR_MODELS = re.compile(r"\s*Nothing was changed\..*|</?tasks?>|list_tasks shows.*", re.DOTALL)


def closing(reply: str, calls: Sequence[ToolCall]) -> str:
    """Return what has to follow the reply, often nothing; `calls` are those of its turn."""
    done = [call for call in calls if not call.is_error]
    wrong = [f"Correction: this was not done: “{said}”" for said in unsupported_claims(reply, done)]
    written = [call.result for call in done if call.result.get("status") in _TOLD]
    if written:
        return "\n".join([*wrong, *_confirmed(reply, written)])
    if _ASKS_OR_DENIES.search(reply) and not _REFUSES.search(reply):
        return "\n".join(wrong)
    return "\n".join([*wrong, *_refused(calls), *_listed(reply, done)])


def _confirmed(reply: str, written: list[dict[str, Any]]) -> Iterator[str]:
    for status, told in _TOLD.items():
        unnamed = [
            f"task {result.get('task_id')}, “{result.get('title')}”"
            for result in written
            if result["status"] == status and not _names(reply, result)
        ]
        if unnamed:
            yield f"{told} {_joined(unnamed)}."


def _refused(calls: Sequence[ToolCall]) -> Iterator[str]:
    for call in calls:
        if call.is_error and call.name in WRITES:
            reason = _FOR_MODELS.sub("", str(call.result.get("error", "")))
            yield f"That did not work: {' '.join(reason.split())}"


def _listed(reply: str, done: Sequence[ToolCall]) -> Iterator[str]:
    lists = [call.result["tasks"] for call in done if "tasks" in call.result]
    tasks = {task["id"]: task for found in lists for task in found}
    if lists and not tasks:
        yield "No tasks were found."
    if any(_names(reply, task) for task in tasks.values()):
        return
    for task in list(tasks.values())[:_LISTED]:
        yield f"- #{task['id']} {task['title']}{' (done)' if task['completed'] else ''}"
    if len(tasks) > _LISTED:
        yield f"- and {len(tasks) - _LISTED} more"


def _names(reply: str, task: dict[str, Any]) -> bool:
    return str(task.get("title", "")).casefold() in reply.casefold()


def _joined(names: list[str]) -> str:
    more = len(names) - _NAMED
    if more > 0:
        return f"{'; '.join(names[:_NAMED])} and {more} more"
    return "; ".join(names)
