"""Tasks and their changes as the rules read and return them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from db.values import Priority

Action = Literal["created", "updated", "completed", "reopened", "deleted", "undone"]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do; `id` counts from 1 for each user and is never used again."""

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


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A committed change; `after` is the task after it, with its version and times."""

    id: int
    task_id: int
    action: Action
    after: dict[str, Any]
    client: str
    turn_id: UUID | None
    created_at: datetime


@dataclass(frozen=True)
class Origin:
    """The client, and the chat turn if there is one, that a change is recorded with."""

    client: str
    turn_id: UUID | None = None


@dataclass(frozen=True)
class Undone:
    """A change that was taken back, and the task as it is now."""

    task: Task
    action: Action
