"""The rules of a task's list: it is found by its name or made, and undo restores it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from db.errors import ListArchived, TooManyLists
from db.list_names import list_key
from db.task_values import Task

LISTS_PER_USER = 100


@dataclass(frozen=True)
class ListWrites:
    """The rows of lists that a change stores with its task, and the list that it makes."""

    rows: tuple[Mapping[str, Any], ...] = ()
    made: int | None = None


NO_LISTS = ListWrites()


def key_of(changes: Mapping[str, Any]) -> str | None:
    """Return the key of the list that changes of a task name; None for the Inbox or for none."""
    name: str | None = changes.get("list")
    return name and list_key(name)


def placed(
    task: Task, changes: Mapping[str, Any], lists: Mapping[str, Any] | None, author: str
) -> tuple[Task, ListWrites, str | None]:
    """Return the task in the list that `changes` name; a list of an unknown name is made.

    Returns as well who wrote the name of the list.

    Args:
        task: The task without those changes.
        changes: The fields to change, of which this reads `list` alone.
        lists: What the statement that began the write found for the name.
        author: Who writes the name of a list that is made.

    Raises:
        ListArchived: The list is archived.
        TooManyLists: It would be one more than a user may have.
    """
    if "list" not in changes:
        return task, NO_LISTS, None
    if lists is None:
        return replace(task, list_id=None, list=None), NO_LISTS, None
    found = lists["found"]
    if found is None:
        made = new_list(changes["list"], lists, author)
        writes = ListWrites((made,), made["id"])
        return replace(task, list_id=made["id"], list=made["name"]), writes, author
    if found["archived_at"] and found["id"] != task.list_id:
        raise ListArchived(found["name"])
    return replace(task, list_id=found["id"], list=found["name"]), NO_LISTS, found["text_by"]


def new_list(name: str, lists: Mapping[str, Any], author: str) -> dict[str, Any]:
    """Return the row of a new list, behind all others.

    Raises:
        TooManyLists: It would be one more than a user may have.
    """
    if lists["count"] >= LISTS_PER_USER:
        raise TooManyLists(LISTS_PER_USER)
    return {
        "id": lists["last_id"] + 1,
        "name": name,
        "key": list_key(name),
        "position": lists["last_position"] + 1,
        "text_by": author,
    }


def replaced(task: Task, undone: Mapping[str, Any], now: datetime) -> tuple[Task, ListWrites]:
    """Return a task that was taken back in its list, which is restored if it was deleted.

    A list that the change made is deleted if no other task is in it. `undone` has both lists, as
    the statement that began the undo found them.
    """
    rows: list[Mapping[str, Any]] = []
    if (emptied := undone["emptied_list"]) is not None:
        rows.append({**emptied, "deleted_at": now})
    if task.list_id is None:
        return replace(task, list=None), ListWrites(tuple(rows))
    if (before := undone["list_before"]) is not None:
        if before["deleted_at"]:
            rows.append({**before, "deleted_at": None})
        task = replace(task, list_id=before["id"], list=before["name"])
    return task, ListWrites(tuple(rows))
