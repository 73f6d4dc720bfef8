"""What a reply left unsaid or got wrong, worded from the results of the turn's tools.

A weak model does the right thing and then says “Sure!”, or says that it did what a tool refused to.
The person is owed which task it was: what a reply does not name gets a sentence that does, and what
it claims without a tool having done it is contradicted.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from chat_api.claims import unsupported_claims
from chat_api.events import ToolCall

_TOLD = {
    "created": "Added",
    "completed": "Completed",
    "updated": "Changed",
    "deleted": "Deleted",
    "undone": "Took back the last change to",
}
_NAMED = 5


def closing(reply: str, calls: Sequence[ToolCall]) -> str:
    """Return what has to follow the reply, often nothing; `calls` are those of its turn."""
    done = [call for call in calls if not call.is_error]
    wrong = [f"Correction: this was not done: “{said}”" for said in unsupported_claims(reply, done)]
    written = [call.result for call in done if call.result.get("status") in _TOLD]
    return "\n".join([*wrong, *_confirmed(reply, written)])


def _confirmed(reply: str, written: list[dict[str, Any]]) -> Iterator[str]:
    for status, told in _TOLD.items():
        unnamed = [
            f"task {result.get('task_id')}, “{result.get('title')}”"
            for result in written
            if result["status"] == status and not _names(reply, result)
        ]
        if unnamed:
            yield f"{told} {_joined(unnamed)}."


def _names(reply: str, task: dict[str, Any]) -> bool:
    return str(task.get("title", "")).casefold() in reply.casefold()


def _joined(names: list[str]) -> str:
    more = len(names) - _NAMED
    if more > 0:
        return f"{'; '.join(names[:_NAMED])} and {more} more"
    return "; ".join(names)
