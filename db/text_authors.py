"""Who wrote the text of a task, so that a model can tell its user's words from those of others.

An author is a name: of this application, which writes what its user says, or `assistant …`, with
the name of a client of the MCP server. Text without an author is from before authors were stored.
"""

from collections.abc import Mapping
from typing import Any

from db.task_values import CHAT, USER, Task

IMPORT = "import"
# Where a tool call of a chat turn carries the user's message, in `_meta`: from then on the model
# has read text of others.
USER_MESSAGE_META = "todochat/user_message"
# A task whose words a model may have copied from what it read.
READ_BY_CHAT = "chat, after reading others"

_OWN = frozenset({USER, CHAT})
_LONGEST = 80
_FIELDS = ("title", "description", "tags")


def assistant(client: str | None) -> str:
    """Return the author of what a client of the MCP server writes."""
    return f"assistant {client or 'without a name'}"[:_LONGEST]


def others(text_by: Mapping[str, str] | None, reader: str | None = None) -> str | None:
    """Return who else than the user wrote text of a task; the reader's own text does not count."""
    authors = dict.fromkeys((text_by or {}).values())
    return ", ".join(name for name in authors if name not in _OWN | {reader}) or None


def authors_after(task: Task, before: Task | None, author: str, list_by: str | None) -> Any:
    """Return the author of each text of a task that `author` has written or changed.

    `list_by` is the author of the name of the list that the task was put in. Tags stay another's
    as long as one of them is left.
    """
    earlier = (before and before.text_by) or {}
    found = {name: earlier.get(name, "") for name in (*_FIELDS, "list")}
    for name in _FIELDS:
        if before is None or getattr(before, name) != getattr(task, name):
            found[name] = author
    if before and others({"tags": earlier.get("tags", USER)}) and set(before.tags) & set(task.tags):
        found["tags"] = earlier["tags"]
    if before is None or before.list_id != task.list_id:
        found["list"] = list_by or ""
    return {name: by for name, by in found.items() if by and getattr(task, name)} or None
