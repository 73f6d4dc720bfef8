"""A user's tasks before and after a turn, as REST returns them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from pydantic import BaseModel, Field

# What a change must leave alone if it does not name it.
FIELDS = (
    "title", "description", "completed", "due_on", "due_time", "repeat", "priority", "tags",
    "list_name",
)  # fmt: skip


class Reminder(BaseModel):
    """A reminder of a task, and when it fires."""

    spec: str
    fires_at: datetime


class Task(BaseModel):
    """The fields of a task that are judged."""

    id: int
    title: str
    description: str = ""
    completed: bool = False
    due_on: date | None = None
    due_time: str | None = None
    repeat: str | None = None
    priority: str = "none"
    tags: tuple[str, ...] = ()
    list_name: str | None = Field(None, alias="list")
    reminders: tuple[Reminder, ...] = ()

    @property
    def fires_at(self) -> list[datetime]:
        """When its reminders fire, in UTC."""
        return [reminder.fires_at.astimezone(UTC) for reminder in self.reminders]

    @property
    def specs(self) -> tuple[str, ...]:
        """What its reminders were set by."""
        return tuple(reminder.spec for reminder in self.reminders)

    @property
    def facts(self) -> dict[str, Any]:
        """Its fields, in which it is compared with itself before or after."""
        return {**{name: getattr(self, name) for name in FIELDS}, "reminders": self.specs}


Changed = tuple[Task, Task]


@dataclass(frozen=True)
class PlayedTurn:
    """A turn as it was played.

    Attributes:
        sent_at: In UTC, which is also the zone of the user.
        error: Why there is no reply.

    """

    say: str
    before: Sequence[Task]
    after: Sequence[Task]
    reply: str
    suggestions: Sequence[str]
    sent_at: datetime
    error: str = ""

    @property
    def today(self) -> date:
        """The day on which it was played."""
        return self.sent_at.date()

    @cached_property
    def added(self) -> list[Task]:
        """The tasks that are new."""
        known = {task.id for task in self.before}
        return [task for task in self.after if task.id not in known]

    @cached_property
    def deleted(self) -> list[Task]:
        """The tasks that are there no more."""
        left = {task.id for task in self.after}
        return [task for task in self.before if task.id not in left]

    @cached_property
    def changed(self) -> list[Changed]:
        """The tasks that are not as before, each before and after."""
        after = {task.id: task for task in self.after}
        pairs = ((task, after[task.id]) for task in self.before if task.id in after)
        return [(old, new) for old, new in pairs if old.facts != new.facts]

    @property
    def wrote(self) -> bool:
        """Whether any task is not as before."""
        return bool(self.added or self.deleted or self.changed)

    def lines(self) -> list[str]:
        """Return a line for each task that is not as before."""
        return [
            *(f"+ {_summary(task)}" for task in self.added),
            *(f"- {_summary(task)}" for task in self.deleted),
            *(f"~ {old.title}: {_changes(old, new)}" for old, new in self.changed),
        ]


def _summary(task: Task) -> str:
    values = {name: value for name, value in task.facts.items() if value not in ("", "none", ())}
    return ", ".join(f"{name}: {value}" for name, value in values.items() if value)


def _changes(old: Task, new: Task) -> str:
    before, after = old.facts, new.facts
    names = [name for name in before if before[name] != after[name]]
    return ", ".join(f"{name}: {before[name]} → {after[name]}" for name in names)
