"""Results of tools, as structured content and as a few lines of text.

A key without a value is left out: some clients can't read null.
"""

from datetime import date
from itertools import accumulate
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import MISSING, BaseModel
from pydantic.json_schema import SkipJsonSchema

from db.task_list import MOST_COUNTED, TaskPage
from db.task_undo import TaskUndo
from db.task_values import Action, Task
from db.task_writes import TaskWrite
from db.text_authors import others
from db.values import Priority, WallTime
from mcp_server.untrusted_text import fenced, fenced_line

# Bytes of one list: descriptions may be long, and a model reads all of them.
_EMPTY: tuple[object, ...] = (None, "", [])
_MAX_BYTES = 16 * 1024
_SHOWN_REMINDERS = 5

# Listing it for each tool would cost every conversation tokens, and schemas admit further fields.
TextBy = SkipJsonSchema[str | MISSING]

CompletedStatus = Literal["completed", "unchanged"]
UpdatedStatus = Literal["updated", "unchanged"]


class TaskFacts(BaseModel):
    """One task."""

    id: int
    title: str
    completed: bool
    description: str | MISSING = MISSING
    due_on: date | MISSING = MISSING
    due_time: WallTime | MISSING = MISSING
    repeat: str | MISSING = MISSING
    reminders: list[str] | MISSING = MISSING
    priority: Priority | MISSING = MISSING
    tags: list[str] | MISSING = MISSING
    list: str | MISSING = MISSING
    text_by: TextBy = MISSING

    @classmethod
    def of(
        cls, task: Task, zone: ZoneInfo | None = None, *, reader: str | None = None
    ) -> "TaskFacts":
        """Build it from a row; with the user's zone it tells when reminders will fire.

        It tells who else than the user and the `reader` wrote its text.
        """
        optional = {
            "description": task.description,
            "due_on": task.due_on,
            "due_time": task.due_time if task.due_on else None,
            "repeat": task.repeat_text,
            "reminders": waiting_times(task, zone) if zone else [],
            "priority": "" if task.priority == "none" else task.priority,
            "tags": task.tags,
            "list": task.list,
            "text_by": others(task.text_by, reader),
        }
        given = {name: value for name, value in optional.items() if value not in _EMPTY}
        return cls.model_validate(
            {"id": task.id, "title": task.title, "completed": task.completed, **given}
        )

    def line(self) -> str:
        """Return one line: `#5 [ ] Buy milk (due 2026-11-22 17:00, every Sunday, high, #home)`.

        A list, and who else wrote its text, are the last of what is in brackets: `list Groceries`.
        """
        time = "" if self.due_time is MISSING else f" {self.due_time:%H:%M}"
        notes = [
            f"due {self.due_on}{time}" if self.due_on is not MISSING else "",
            "" if self.repeat is MISSING else self.repeat,
            "" if self.reminders is MISSING else f"reminds {', '.join(self.reminders)}",
            "" if self.priority is MISSING else self.priority,
            *(f"#{tag}" for tag in ([] if self.tags is MISSING else self.tags)),
            "" if self.list is MISSING else f"list {self.list}",
            "" if self.text_by is MISSING else f"text by {self.text_by}",
        ]
        shown = ", ".join(note for note in notes if note)
        text = f"#{self.id} [{'x' if self.completed else ' '}] {self.title}"
        return f"{text} ({shown})" if shown else text


def waiting_times(task: Task, zone: ZoneInfo) -> list[str]:
    """Return when the next reminders of a task fire, as wall times."""
    waiting = [one.fires_at for one in task.reminders if one.status == "waiting"]
    return [f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in waiting[:_SHOWN_REMINDERS]]


class Result(BaseModel):
    """The result of a tool."""

    def text(self) -> str:
        """Return the result as text for the model."""
        raise NotImplementedError


class TaskResult(Result):
    """The number and title of a task that was written."""

    task_id: int
    status: str
    title: str
    text_by: TextBy = MISSING

    def text(self) -> str:
        """Return the status and the task."""
        return f"{self.status} {self.task_line()}"

    def task_line(self) -> str:
        """Return the task, and who else than the user wrote its text."""
        by = "" if self.text_by is MISSING else f" (text by {self.text_by})"
        return fenced_line(f"#{self.task_id} {self.title}{by}")


class Created(TaskResult):
    """A task was added."""

    status: Literal["created"] = "created"
    task: TaskFacts
    similar_to: int | MISSING = MISSING
    list_created: Literal[True] | MISSING = MISSING

    def text(self) -> str:
        """Return the task, and whether a similar one was added just before."""
        text = f"{self.status} {fenced_line(self.task.line())}{_new_list(self.list_created)}"
        if self.similar_to is MISSING:
            return text
        again = f"#{self.similar_to}, added a moment ago, is nearly the same."
        return f"{text}\n{again} If this was not meant, undo_last_change takes it back."


class Updated(TaskResult):
    """A task was changed, or is as the call would have it already."""

    status: UpdatedStatus = "updated"
    task: TaskFacts
    list_created: Literal[True] | MISSING = MISSING

    def text(self) -> str:
        """Return the status and the task with its fields."""
        return f"{self.status} {fenced_line(self.task.line())}{_new_list(self.list_created)}"


class Completed(TaskResult):
    """A task is done, and due again if it repeats; unchanged if it was done before."""

    status: CompletedStatus = "completed"
    next_due_on: date | MISSING = MISSING

    @classmethod
    def of(cls, task: Task, status: CompletedStatus, reader: str) -> "Completed":
        """Build it from the task as it is now."""
        again = task.due_on if task.repeat and not task.completed else None
        more = {"next_due_on": again} if again else {}
        return cls.model_validate({"status": status, **named(task, reader), **more})

    def text(self) -> str:
        """Return the status, the task, and when it is due again."""
        again = "" if self.next_due_on is MISSING else f", due again {self.next_due_on}"
        return f"{super().text()}{again}"


class Deleted(TaskResult):
    """A task was deleted; undo_last_change brings it back."""

    status: Literal["deleted"] = "deleted"


class TakenBack(TaskResult):
    """All that the newest request or message changed was taken back.

    `undone` is what was done to the task changed last, `others` the number of further tasks, and
    `skipped` that of tasks which were changed by others since.
    """

    status: Literal["undone"] = "undone"
    undone: Action
    others: int | MISSING = MISSING
    skipped: int | MISSING = MISSING

    @classmethod
    def of(cls, undo: TaskUndo, reader: str) -> "TakenBack":
        """Build it from what was taken back."""
        counts = {"others": len(undo.tasks) - 1, "skipped": undo.skipped}
        given = {name: count for name, count in counts.items() if count}
        return cls(**named(undo.task, reader), undone=undo.action, **given)

    def text(self) -> str:
        """Return the task, the change, and how many tasks more."""
        lines = [f"undone: {self.task_line()} was {self.undone}"]
        if self.others is not MISSING:
            lines.append(f"more tasks as before: {self.others}")
        if self.skipped is not MISSING:
            lines.append(f"left, since changed by others: {self.skipped}")
        return "; ".join(lines)


class Listed(Result):
    """One page of tasks; `total` counts up to 1,000, `today` is the user's own date."""

    tasks: list[TaskFacts]
    total: int
    today: date
    next_cursor: str | MISSING = MISSING

    @classmethod
    def of(cls, page: TaskPage, today: date, zone: ZoneInfo, reader: str) -> "Listed":
        """Build it from a page, cut to the tasks that fit into 16 KiB."""
        facts = [TaskFacts.of(task, zone, reader=reader) for task in page.tasks]
        page = page.first(max(1, _fitting(facts)))
        more = {"next_cursor": page.next_cursor} if page.next_cursor else {}
        tasks = facts[: len(page.tasks)]
        return cls.model_validate({"tasks": tasks, "total": page.total, "today": today, **more})

    def text(self) -> str:
        """List the tasks, a line each."""
        total = f"{MOST_COUNTED} or more" if self.total == MOST_COUNTED else self.total
        head = f"{len(self.tasks)} of {total} tasks, today is {self.today}"
        more = [] if self.next_cursor is MISSING else [f"next_cursor: {self.next_cursor}"]
        return "\n".join([head, fenced(task.line() for task in self.tasks), *more])


def named(task: Task, reader: str) -> dict[str, Any]:
    """Return the fields of a `TaskResult` that say which task it is."""
    return {"task_id": task.id, "title": task.title, **text_by(task, reader)}


def text_by(task: Task, reader: str | None) -> dict[str, str]:
    """Return who else than the user and the reader wrote text of a task, if anybody did."""
    by = others(task.text_by, reader)
    return {"text_by": by} if by else {}


def made_list(write: TaskWrite) -> dict[str, Any]:
    """Return the fact that a write made its task's list, if it did."""
    return {"list_created": True} if write.made_list else {}


def _new_list(created: object) -> str:
    return "" if created is MISSING else ", in a new list"


def _fitting(facts: list[TaskFacts]) -> int:
    """Return how many tasks, from the first on, fit into one result."""
    sizes = accumulate(len(task.model_dump_json().encode()) for task in facts)
    return sum(size <= _MAX_BYTES for size in sizes)
