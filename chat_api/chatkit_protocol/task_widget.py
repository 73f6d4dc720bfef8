"""The tasks that a reply is about, as a list with buttons, and what the buttons do."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from chatkit.actions import Action
from chatkit.icons import IconName
from chatkit.widgets import DynamicWidgetRoot
from pydantic import BaseModel, ConfigDict

from db.reminder_spec import At, Before, parse_reminder
from db.task_values import Task
from db.tasks import UserTasks
from db.values import TaskId

ActionName = Literal["complete", "reopen", "delete"]

_NEAR_DAYS = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
_REPEATS = "↻"
_REMINDS = "🔔"
_BUTTONS: dict[ActionName, tuple[str, IconName]] = {
    "complete": ("Complete", "empty-circle"),
    "reopen": ("Reopen", "check-circle-filled"),
    "delete": ("Delete", "lucide:trash-2"),
}


def task_list_widget(tasks: Sequence[Task], today: date) -> DynamicWidgetRoot:
    """Return the list of the tasks as they are now, with their buttons."""
    rows = [_row(task, today) for task in tasks]
    widget = {"type": "ListView", "limit": "auto", "children": rows}
    return DynamicWidgetRoot.model_validate(widget)


def task_list_text(tasks: Sequence[Task]) -> str:
    """Return the list as plain lines for the clipboard, without deleted tasks."""
    existing = [task for task in tasks if not task.deleted_at]
    return "\n".join(f"[{'x' if task.completed else ' '}] {task.title}" for task in existing)


class ActionTarget(BaseModel):
    """The task of a button."""

    model_config = ConfigDict(strict=True)

    task_id: TaskId


class TaskAction(BaseModel):
    """The action of a button."""

    type: ActionName
    payload: ActionTarget

    @classmethod
    def of(cls, action: Action[str, Any]) -> "TaskAction":
        """Read an action as a client sent it.

        Raises:
            ValidationError: No button of the list sends it.
        """
        return cls.model_validate({"type": action.type, "payload": action.payload})

    async def run(self, tasks: UserTasks) -> None:
        """Run the action by the rules of `db`.

        Raises:
            TaskNotFound: The user has no such task.
        """
        task_id = self.payload.task_id
        if self.type == "delete":
            await tasks.delete(task_id)
        else:
            await tasks.complete(task_id, completed=self.type == "complete")


def _row(task: Task, today: date) -> dict[str, Any]:
    crossed_out = task.completed or task.deleted_at is not None
    title = {"type": "Text", "value": task.title, "lineThrough": crossed_out}
    details = {"type": "Caption", "value": _details(task, today)}
    text = {"type": "Col", "flex": 1, "gap": 0, "children": [title, details]}
    checkbox = _button(task, "reopen" if task.completed else "complete")
    return {
        "type": "ListViewItem",
        "key": f"task-{task.id}",
        "align": "center",
        "children": [text] if task.deleted_at else [checkbox, text, _button(task, "delete")],
    }


def _details(task: Task, today: date) -> str:
    details = [
        "deleted" if task.deleted_at else "",
        _due(task, today),
        f"{_REPEATS} {task.repeat_text}" if task.repeat else "",
        _reminder(task, today),
        "" if task.priority == "none" else task.priority,
        *task.tags,
        f"in {task.list}" if task.list else "",
    ]
    return " · ".join(detail for detail in details if detail)


def _due(task: Task, today: date) -> str:
    """Return when a task is due, as in `Tomorrow 17:00` or `Thu 24 Dec`."""
    if task.due_on is None:
        return ""
    day = _day(task.due_on, today)
    return f"{day} {task.due_time:%H:%M}" if task.due_time else day


def _reminder(task: Task, today: date) -> str:
    """Return the next reminder: `🔔 1h before`, `🔔 Today 17:05`, or a bell at the due time."""
    spec = next((one.spec for one in task.reminders if one.status == "waiting"), None)
    if spec is None:
        return ""
    match parse_reminder(spec):
        case At(wall_time=at):
            return f"{_REMINDS} {_day(at.date(), today)} {at:%H:%M}"
        case Before(count=0):
            return _REMINDS
    return f"{_REMINDS} {spec} before"


def _day(day: date, today: date) -> str:
    year = "" if day.year == today.year else f" {day.year}"
    return _NEAR_DAYS.get((day - today).days) or f"{day:%a} {day.day} {day:%b}{year}"


def _button(task: Task, action: ActionName) -> dict[str, Any]:
    label, icon = _BUTTONS[action]
    return {
        "type": "Button",
        "label": label,
        "iconStart": icon,
        "variant": "ghost",
        "size": "sm",
        "onClickAction": {"type": action, "payload": {"task_id": task.id}, "handler": "server"},
    }
