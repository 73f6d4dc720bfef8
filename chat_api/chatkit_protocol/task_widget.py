"""The tasks that a reply is about, as a list with buttons."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from chatkit.icons import IconName
from chatkit.widgets import DynamicWidgetRoot

from chat_api.events import ToolCall
from db.models import Task

# How a reply marks a task of a list: not every listed task need be one that it is about.
_MARKED = re.compile(r"\*\*#(\d{1,10})\*\*")
_BUTTONS: dict[str, tuple[str, IconName]] = {
    "complete": ("Complete", "empty-circle"),
    "reopen": ("Reopen", "check-circle-filled"),
    "delete": ("Delete", "lucide:trash-2"),
}


def concerned(calls: Iterable[ToolCall], reply: str) -> list[int]:
    """Return the numbers of the tasks to show: what was written, or else what was listed.

    Of the listed tasks those are shown that the reply marks by number, if it marks any.
    """
    written: list[int] = []
    listed: list[int] = []
    for call in calls:
        match call.result:
            case {"task_id": int(number)}:
                written.append(number)
            case {"tasks": list(tasks)}:
                listed += [task["id"] for task in tasks]
            case _:
                pass
    marked = {int(number) for number in _MARKED.findall(reply)}
    shown = [number for number in listed if number in marked] or listed
    return list(dict.fromkeys(written or shown))


def widget_of(tasks: Sequence[Task]) -> DynamicWidgetRoot:
    """Show tasks as they are now, with what can be done to each."""
    rows = [_row(task) for task in tasks]
    widget = {"type": "ListView", "limit": "auto", "children": rows}
    return DynamicWidgetRoot.model_validate(widget)


def copied_text(tasks: Sequence[Task]) -> str:
    """Return the list as plain lines, for the clipboard, without what was deleted."""
    left = [task for task in tasks if not task.deleted_at]
    return "\n".join(f"[{'x' if task.completed else ' '}] {task.title}" for task in left)


def _row(task: Task) -> dict[str, Any]:
    over = task.completed or task.deleted_at is not None
    title = {"type": "Text", "value": task.title, "lineThrough": over}
    notes = {"type": "Caption", "value": _notes(task)}
    words = {"type": "Col", "flex": 1, "gap": 0, "children": [title, notes]}
    tick = _button(task, "reopen" if task.completed else "complete")
    return {
        "type": "ListViewItem",
        "key": f"task-{task.id}",
        "align": "center",
        "children": [words] if task.deleted_at else [tick, words, _button(task, "delete")],
    }


def _notes(task: Task) -> str:
    notes = [
        f"#{task.id}",
        "deleted" if task.deleted_at else "",
        f"due {task.due_on}" if task.due_on else "",
        "" if task.priority == "none" else task.priority,
        *task.tags,
    ]
    return " · ".join(note for note in notes if note)


def _button(task: Task, action: str) -> dict[str, Any]:
    label, icon = _BUTTONS[action]
    return {
        "type": "Button",
        "label": label,
        "iconStart": icon,
        "variant": "ghost",
        "size": "sm",
        "onClickAction": {"type": action, "payload": {"task_id": task.id}, "handler": "server"},
    }
