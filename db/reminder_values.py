"""Reminders and notifications as the rules read and return them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

ReminderStatus = Literal["waiting", "delivered", "missed", "dropped"]
# At the time at which a task is due.
DEFAULT_REMINDER = "0m"
NO_REMINDER = "none"
REMINDER_STATUSES: tuple[ReminderStatus, ...] = get_args(ReminderStatus)
# How a notification leaves the app.
ChannelName = Literal["web_push", "email"]
CHANNELS: tuple[ChannelName, ...] = get_args(ChannelName)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder of a task: `spec` is what the user set, `fires_at` what follows from it.

    It is waiting until it is delivered. It is dropped while its task is completed or deleted, or
    where the task was moved so that it lies in the past, and missed if no process delivered it
    within a day.
    """

    id: UUID
    spec: str
    fires_at: datetime
    status: ReminderStatus


@dataclass(frozen=True, slots=True)
class Notification:
    """A reminder that fired; `late` if that was over a minute after its time."""

    id: UUID
    task_id: int
    reminder_id: UUID
    title: str
    fires_at: datetime
    late: bool
    created_at: datetime
    read_at: datetime | None
