"""Tasks in words: a line of Markdown for each, or what is kept of one."""

from collections.abc import Iterable
from datetime import date, timedelta

from chat_api.assistant.contract import TaskSnapshot

_SHOWN = 80
# `list_tasks` counts no further.
_MOST_COUNTED = 1000


def counted(total: int) -> str:
    """Return the number of tasks that a list has in all."""
    return f"{total} or more" if total >= _MOST_COUNTED else str(total)


def lines(tasks: Iterable[TaskSnapshot], today: date) -> list[str]:
    """Return one Markdown line for each task."""
    return [_line(task, today) for task in tasks]


def details(tasks: Iterable[TaskSnapshot], today: date) -> list[str]:
    """Return lines that also answer "when?" where there is no day, and hold the descriptions."""
    return [
        " · ".join(filter(None, [line, "" if task.due_on else "no due date", noted(task)]))
        for task, line in ((task, _line(task, today)) for task in tasks)
    ]


def _line(task: TaskSnapshot, today: date) -> str:
    facts = notes(task, today)
    title = f"~~{task.title}~~ ✓ done" if task.completed else task.title
    return f"- **#{task.id}** {title}{f' · {facts}' if facts else ''}"


def notes(task: TaskSnapshot, today: date) -> str:
    """Return a task's due date, priority, tags and list."""
    due = f"due {day(task.due_on, today)}" if task.due_on else ""
    level = f"{task.priority} priority" if task.priority not in {None, "none"} else ""
    place = f"in {task.list}" if task.list else ""
    return " · ".join(filter(None, [due, level, *(f"#{tag}" for tag in task.tags), place]))


def noted(task: TaskSnapshot) -> str:
    """Tell the note as one: nobody is to wait for a bell at "8pm"."""
    line = " ".join(task.description.split())
    short = line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()}…"
    return f"note: {short}" if short else ""


def day(text: str, today: date) -> str:
    """Return a date of a tool result with its name."""
    try:
        due = date.fromisoformat(text)
    except ValueError:
        return text
    near = {today: "today", today + timedelta(days=1): "tomorrow"}.get(due)
    return f"{near} ({text})" if near else f"{due:%a} {text}"
