"""The notifications of reminders over REST: what the bell of an app shows."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chat_api.problems import COMMON_PROBLEMS, problem_responses
from chat_api.routes.dependencies import Notifications, Once, PagingDep, Tasks
from chat_api.routes.tasks import TaskOut

router = APIRouter(prefix="/notifications", tags=["notifications"], responses=COMMON_PROBLEMS)

_NO_NOTIFICATION = problem_responses(_404="The user has no such notification, or its task is gone")
_KEY_USED = problem_responses(_409="The key was used for another request")
_MOST_READ = 1000
_MOST_MINUTES = 7 * 24 * 60


class NotificationOut(BaseModel):
    """A reminder that fired."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    task_id: int
    title: str = Field(description="The task's title when it fired")
    fires_at: datetime = Field(description="When it was to fire")
    late: bool = Field(description="Whether it fired over a minute after that")
    created_at: datetime
    read_at: datetime | None


class NotificationPageOut(BaseModel):
    """A page of notifications, newest first; `unread` counts all that were not read."""

    model_config = ConfigDict(from_attributes=True)

    notifications: list[NotificationOut]
    unread: int
    next_cursor: str | None


class ToRead(BaseModel):
    """The notifications to mark as read."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[UUID], Field(max_length=_MOST_READ)] | None = Field(
        None, description="All of them by default"
    )


class UnreadOut(BaseModel):
    """How many notifications are unread now."""

    unread: int


class Snooze(BaseModel):
    """When to remind again."""

    model_config = ConfigDict(extra="forbid")

    minutes: Annotated[int, Field(ge=1, le=_MOST_MINUTES)] = Field(
        60, description="From now on, in an hour by default"
    )


@router.get("")
async def list_notifications(
    notifications: Notifications, paging: PagingDep
) -> NotificationPageOut:
    """List notifications, newest first; they are kept for thirty days."""
    page = await notifications.page(limit=paging.limit, cursor=paging.cursor)
    return NotificationPageOut.model_validate(page)


@router.post("/read", responses=_KEY_USED)
async def read_notifications(
    notifications: Notifications, once: Once, body: ToRead | None = None
) -> UnreadOut:
    """Mark notifications as read; unknown ids are ignored."""
    await once.check()
    answer = UnreadOut(unread=await notifications.read(body.ids if body else None))
    await once.store(answer.model_dump())
    return answer


@router.post("/{notification_id}/snooze", responses=_NO_NOTIFICATION | _KEY_USED)
async def snooze(
    notifications: Notifications,
    tasks: Tasks,
    notification_id: UUID,
    once: Once,
    body: Snooze | None = None,
) -> TaskOut:
    """Remind of the task again later, and mark the notification as read.

    The task gets one more reminder, in place of those at wall times that have fired.
    """
    await once.check()
    notification = await notifications.get(notification_id)
    task = await tasks.snooze(notification.task_id, (body or Snooze()).minutes)
    await notifications.read([notification_id])
    answer = TaskOut.model_validate(task)
    await once.store(answer.model_dump(mode="json"))
    return answer
