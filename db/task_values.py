"""Tasks and their changes as the rules read and return them."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from db.errors import TodoError
from db.reminder_values import Reminder
from db.repeat_rule import RepeatFrom
from db.repeat_words import words_of
from db.schedule import next_occurrence, stored_rule
from db.values import Priority

# The authors of text whose words are the user's own (`db/text_authors.py`).
USER = "user"
CHAT = "chat"

Action = Literal["created", "updated", "completed", "reopened", "deleted", "undone"]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do; `id` counts from 1 for each user and is never used again.

    `list` is the name of its list, None for the Inbox. `series` counts how often a repeating task
    was completed, `moved_from` is the occurrence that was moved to `due_on`, and `text_by` has the
    author of each text (`db/text_authors.py`).
    """

    id: int
    title: str
    description: str
    completed: bool
    completed_at: datetime | None
    due_on: date | None
    priority: Priority
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    version: int
    due_time: time | None = None
    repeat: str | None = None
    repeat_from: RepeatFrom | None = None
    series: int = 0
    moved_from: date | None = None
    list_id: int | None = None
    text_by: dict[str, str] | None = None
    # Before `list`, which hides the type of that name.
    reminders: list[Reminder] = field(default_factory=list)
    list: str | None = None

    @property
    def repeat_text(self) -> str | None:
        """The repeat in words; None if it does not repeat."""
        rule = stored_rule(self.repeat, self.repeat_from)
        return words_of(rule) if rule else None

    @property
    def next_due_on(self) -> date | None:
        """When it is due next if it is completed on the day that it is due; None for never."""
        return None if self.completed or self.due_on is None else self.due_after(self.due_on)

    def due_after(self, today: date) -> date | None:
        """Return when it is due next if it is completed today; None if that is for good."""
        rule = stored_rule(self.repeat, self.repeat_from)
        if rule is None or self.due_on is None:
            return None
        return next_occurrence(
            rule,
            occurrence=self.moved_from or self.due_on,
            due_on=self.due_on,
            today=today,
            completed=self.series + 1,
        )


@dataclass(frozen=True, slots=True)
class NewestTask:
    """A task that was added a moment ago."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A committed change; `after` is the task after it, with its version and times.

    `list` is the name that its list has now.
    """

    id: int
    task_id: int
    action: Action
    after: dict[str, Any]
    client: str
    turn_id: UUID | None
    created_at: datetime
    list: str | None

    @property
    def task(self) -> Task:
        """The task after it."""
        return _TASK.validate_python({"id": self.task_id, **self.after, "list": self.list})


_TASK = TypeAdapter(Task)


@dataclass(frozen=True)
class Origin:
    """The client, and the chat turn if there is one, that a change is recorded with.

    `author` is who wrote its text.
    """

    client: str
    turn_id: UUID | None = None
    author: str = USER


class VersionMismatch(TodoError):
    """The task has another version than those that the request was meant for."""

    code = "version_mismatch"

    def __init__(self, task: Task) -> None:
        super().__init__("The task was changed meanwhile.")
        self.task = task
