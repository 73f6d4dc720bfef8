"""What a change stores of its task, and how undo reads it."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from db.task_reminders import specs_of
from db.task_values import Action, Task

# What undo restores.
RESTORED = (
    "title",
    "description",
    "completed",
    "completed_at",
    "due_on",
    "priority",
    "tags",
    "deleted_at",
    "due_time",
    "repeat",
    "repeat_from",
    "series",
    "moved_from",
    "reminders",
    "list_id",
    "text_by",
)
_COMPLETION = frozenset({"completed", "completed_at", "due_on", "series", "moved_from"})
# How the values of a change are read from JSON; the others are as they are.
_READERS: dict[str, Callable[[str], object]] = {
    "completed_at": datetime.fromisoformat,
    "due_on": date.fromisoformat,
    "deleted_at": datetime.fromisoformat,
    "due_time": time.fromisoformat,
    "moved_from": date.fromisoformat,
}


def differs(before: Task, after: Task) -> bool:
    """Return whether there is something that undo would restore, or a reminder fires anew."""
    return restorable(before) != restorable(after) or before.reminders != after.reminders


def action_of(before: Task, after: Task) -> Action:
    """Return the action of an update: completed or reopened if it changed nothing else."""
    old, new = restorable(before), restorable(after)
    changed = {name for name in RESTORED if old[name] != new[name]}
    if changed == {"completed", "completed_at"} and not after.completed:
        return "reopened"
    done = after.completed > before.completed or after.series > before.series
    return "completed" if done and changed <= _COMPLETION else "updated"


def restorable(task: Task) -> dict[str, Any]:
    """Return the values of a task that undo restores; of reminders that is what the user set."""
    values = {name: getattr(task, name) for name in RESTORED}
    return {**values, "reminders": specs_of(task)}


def restored(before: dict[str, Any]) -> dict[str, Any]:
    """Return the values to restore; a change that another version made may lack some."""
    return {
        name: _READERS[name](before[name]) if before[name] and name in _READERS else before[name]
        for name in RESTORED
        if name in before
    }
