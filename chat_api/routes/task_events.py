"""The stream of changes to a user's tasks and lists, by any client, and of notifications."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse

from auth.principal import Principal
from chat_api.problems import COMMON_PROBLEMS
from chat_api.routes.dependencies import (
    Caller,
    Connection,
    CountedStream,
    RuntimeDep,
    tasks_on,
)
from chat_api.routes.notifications import NotificationOut
from chat_api.routes.sse import event_stream_response, numbered_events
from chat_api.routes.tasks import TaskOut
from chat_api.runtime import Runtime
from chat_api.turns.service import Draining
from db.errors import DatabaseUnavailable, NoAuthority
from db.lists import ListFeed
from db.notifications import NotificationFeed, NotificationPage
from db.notifier import tasks_topic
from db.task_values import Action, TaskChange
from db.user_connection import UserConnection, user_connection
from db.values import LARGEST_ID

router = APIRouter(prefix="/tasks", tags=["tasks"], responses=COMMON_PROBLEMS)

_PAGE = 100
_POLL_SECONDS = 5


class TasksReady(BaseModel):
    """The stream has begun: every change behind `change_id` follows."""

    type: Literal["tasks.ready"] = "tasks.ready"
    change_id: int


class TaskChanged(BaseModel):
    """A committed change, and the task after it; null if it is deleted."""

    type: Literal["task.changed"] = "task.changed"
    change_id: int
    action: Action
    task_id: int
    task: TaskOut | None
    client: str
    turn_id: UUID | None
    created_at: datetime

    @classmethod
    def of(cls, change: TaskChange) -> "TaskChanged":
        """Build it from the stored change."""
        task = change.task
        return cls(
            change_id=change.id,
            action=change.action,
            task_id=change.task_id,
            client=change.client,
            turn_id=change.turn_id,
            created_at=change.created_at,
            task=None if task.deleted_at else TaskOut.model_validate(task),
        )


class Notified(BaseModel):
    """A reminder fired; `unread` counts all notifications that were not read."""

    type: Literal["notification"] = "notification"
    notification: NotificationOut
    unread: int


class NotificationsRead(BaseModel):
    """Notifications were read, by any client."""

    type: Literal["notifications.read"] = "notifications.read"
    unread: int


class ListsChanged(BaseModel):
    """Lists were made, renamed, moved, archived or deleted, by any client."""

    type: Literal["lists.changed"] = "lists.changed"


TaskEvent = TasksReady | TaskChanged | Notified | NotificationsRead | ListsChanged


@dataclass
class _Feeds:
    """What is followed beside the tasks."""

    notifications: NotificationFeed = field(default_factory=NotificationFeed)
    lists: ListFeed = field(default_factory=ListFeed)

    async def start(self, connection: UserConnection) -> None:
        """Start behind what there is."""
        await self.notifications.start(connection)
        await self.lists.has_changed(connection)

    async def next(self, connection: UserConnection) -> "list[_FeedEvent]":
        """Return what has happened since the last call."""
        bell = await self.notifications.next(connection)
        lists = [ListsChanged()] if await self.lists.has_changed(connection) else []
        return [*lists, *_bell_events(bell)]


_FeedEvent = ListsChanged | Notified | NotificationsRead


@router.get(
    "/events",
    response_class=EventSourceResponse,
    dependencies=[CountedStream],
    responses={200: event_stream_response("TaskEvent")},
)
async def follow_tasks(
    caller: Caller,
    runtime: RuntimeDep,
    connection: Connection,
    last_event_id: Annotated[
        Annotated[int, Field(ge=0, le=LARGEST_ID)] | None,
        Header(description="The last change that was received; all later ones follow"),
    ] = None,
) -> EventSourceResponse:
    """Stream each change to the user's tasks and lists as it is committed, and each notification.

    The first event, `tasks.ready`, names the change behind which the stream continues: the one of
    `Last-Event-ID`, else the newest. A client that lists the tasks or the notifications after this
    event misses none. The id of an event about notifications or lists is the change before it; who
    reconnects loads the lists anew. The stream
    ends when the token expires and when the service restarts; reconnect with `Last-Event-ID`.
    """
    if runtime.turns.draining:
        raise Draining
    start = await tasks_on(connection, caller).last_change(last_event_id)
    feeds = _Feeds()
    await feeds.start(connection)
    return numbered_events(_events(runtime, caller, start, feeds))


async def _events(
    runtime: Runtime, caller: Principal, after: int, feeds: _Feeds
) -> AsyncIterator[tuple[int, TaskEvent]]:
    yield after, TasksReady(change_id=after)
    async with runtime.notifier.listening(tasks_topic(caller.user_id)) as subscription:
        while not runtime.turns.draining and (lifetime := caller.expires_at - time.time()) > 0:
            try:
                changes, others = await _read(runtime, caller, after, feeds)
            except NoAuthority:
                return
            for change in changes:
                after = change.id
                yield after, TaskChanged.of(change)
            for event in others:
                yield after, event
            if len(changes) < _PAGE:
                quiet = not changes and not others
                await subscription.wait(min(lifetime, _POLL_SECONDS), quiet=quiet)


async def _read(
    runtime: Runtime, caller: Principal, after: int, feeds: _Feeds
) -> tuple[list[TaskChange], list[_FeedEvent]]:
    """Read what comes next, which is nothing while Postgres can't be reached."""
    try:
        async with user_connection(runtime.sessions, caller.user_id, bearer=caller) as connection:
            changes = await tasks_on(connection, caller).changes(after, limit=_PAGE)
            return changes, await feeds.next(connection)
    except DatabaseUnavailable:
        return [], []


def _bell_events(bell: NotificationPage | None) -> list[Notified | NotificationsRead]:
    if bell is None:
        return []
    if not bell.notifications:
        return [NotificationsRead(unread=bell.unread)]
    shown = map(NotificationOut.model_validate, bell.notifications)
    return [Notified(notification=one, unread=bell.unread) for one in shown]
