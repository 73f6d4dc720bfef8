"""Writes of tasks: each is worked out from one statement's rows and stored by another."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg

from db.errors import TaskNotFound
from db.idempotency import KeyedRequest
from db.task_placement import key_of, placed
from db.task_reminders import with_reminders
from db.task_requests import Change, TaskRequest
from db.task_rows import pattern, task_of
from db.task_schedule import SCHEDULE, rescheduled, tags_after, with_completed
from db.task_snapshots import action_of, differs
from db.task_statements import (
    BEGIN_ADD,
    BEGIN_ADD_TO_LIST,
    BEGIN_CHANGE,
    BEGIN_CHANGE_OF_LIST,
    BEGIN_CHANGE_OF_LIST_OF_TITLED,
    BEGIN_CHANGE_OF_TITLED,
)
from db.task_undo import TaskUndo, undo_in_conversation, undo_newest
from db.task_values import NewestTask, Origin, Task, VersionMismatch
from db.text_authors import authors_after
from db.timezones import RequestedTimezone
from db.user_connection import UserConnection
from db.values import NewTask, TaskUpdate


@dataclass(frozen=True)
class TitledTask:
    """A task that is named by parts of its title; `choose` picks it from those that hold them."""

    parts: list[str]
    choose: Callable[[list[Task]], Awaitable[Task]]


Target = int | TitledTask


class TaskWrite:
    """A write of one task that is worked out; `store` applies it.

    `task` is the task as it will be, `before` what it is now, `latest` the tasks that were added in
    the minute before a new one, `made_list` whether the task's list is a new one, and `zone` the
    user's time zone.
    """

    def __init__(
        self,
        request: TaskRequest,
        begun: asyncpg.Record,
        change: Change,
        *,
        latest: Sequence[NewestTask] = (),
    ) -> None:
        before, task = change.before, change.task
        self.changed = before is None or differs(before, task)
        if before is not None and self.changed:
            task = replace(task, version=task.version + 1, updated_at=begun["now"])
        self._request = request
        self._begun = begun
        self._change = replace(change, task=task)
        self.task = task
        self.before = before
        self.latest = latest
        self.made_list = change.lists.made is not None
        self.zone = request.zone(begun)

    async def store(self, answer: Mapping[str, Any] | None = None) -> None:
        """Apply the write, and store the answer under the request's key if it has one.

        A write that changes nothing is not recorded.
        """
        await self._request.store(self._begun, [self._change] if self.changed else [], answer)


class TaskWriter:
    """Works out the writes of one user; the transaction must be one that writes.

    With a `request`, its stored answer is looked up first. `turn_id` is the running turn that the
    write belongs to: it can't end before the transaction does, so that its reply covers the write.
    With `versions`, only a task that has one of them is changed.
    Today's date is that of the request's `timezone`, else of the user's settings.

    All methods raise:
        AlreadyWritten: An earlier call with the request's key wrote.
        IdempotencyMismatch: The key was used for another request.
        TurnOver: The turn has ended.
        VersionMismatch: The task has another version.
    """

    def __init__(
        self,
        connection: UserConnection,
        origin: Origin,
        request: KeyedRequest | None = None,
        turn_id: UUID | None = None,
        timezone: RequestedTimezone | None = None,
        versions: Collection[int] | None = None,
    ) -> None:
        self.connection = connection
        self.origin = origin
        self._request = TaskRequest(
            connection, origin, request, turn_id, timezone or RequestedTimezone()
        )
        self._versions = versions

    async def add(self, new: NewTask) -> TaskWrite:
        """Add a task under the user's next number.

        Raises:
            RefusedValue: A value does not go with others.
            TooManyLists: The task's list would be one too many.
        """
        fields = new.model_dump()
        key = key_of(fields)
        beginning = (BEGIN_ADD_TO_LIST, key) if key else (BEGIN_ADD,)
        begun, *others = await self._request.read(*beginning)
        now, place = begun["now"], {"list": fields.pop("list")}
        schedule = {name: fields.pop(name) for name in SCHEDULE}
        reminders = _taken(fields, "reminders")
        task = Task(
            id=begun["last_task"] + 1,
            completed=False,
            completed_at=None,
            due_on=None,
            created_at=now,
            updated_at=now,
            deleted_at=None,
            version=1,
            **fields,
        )
        task = rescheduled(task, schedule, self._request.today(begun))
        author = self.origin.author
        task, lists, list_by = placed(task, place, begun["lists"], author)
        task = replace(task, text_by=authors_after(task, None, author, list_by))
        task = with_reminders(task, None, reminders, self._request.reminder_context(begun))
        found = (row for row in (begun, *others) if row["id"] is not None)
        latest = [NewestTask(row["id"], row["title"]) for row in found]
        change = Change("created", None, task, lists=lists)
        return TaskWrite(self._request, begun, change, latest=latest)

    async def update(self, target: Target, update: TaskUpdate) -> TaskWrite:
        """Change the given fields.

        Raises:
            TaskNotFound: The user has none of that number.
            RefusedValue: A value does not go with others.
            TooManyLists: The task's list would be one too many.
        """
        changes = update.model_dump()
        begun, before = await self._begin_change(target, key_of(changes))
        today, place = self._request.today(begun), _taken(changes, "list")
        schedule = _taken(changes, *SCHEDULE)
        done = changes.pop("completed", before.completed)
        reminders = _taken(changes, "reminders")
        tags = tags_after(before, changes)
        task = rescheduled(replace(before, **changes, tags=tags), schedule, today)
        task = with_completed(task, done, begun["now"], today)
        author = self.origin.author
        task, lists, list_by = placed(task, place, begun["lists"], author)
        task = replace(task, text_by=authors_after(task, before, author, list_by))
        task = with_reminders(task, before, reminders, self._request.reminder_context(begun))
        change = Change(action_of(before, task), before, task, lists=lists)
        return TaskWrite(self._request, begun, change)

    async def complete(self, target: Target, *, completed: bool | None = True) -> TaskWrite:
        """Mark a task as completed or open; None toggles it.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        begun, before = await self._begin_change(target)
        done = not before.completed if completed is None else completed
        task = with_completed(before, done, begun["now"], self._request.today(begun))
        task = with_reminders(task, before, {}, self._request.reminder_context(begun))
        change = Change("completed" if done else "reopened", before, task)
        return TaskWrite(self._request, begun, change)

    async def delete(self, target: Target) -> TaskWrite:
        """Mark a task as deleted; undo restores it.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        begun, before = await self._begin_change(target)
        task = replace(before, deleted_at=begun["now"])
        task = with_reminders(task, before, {}, self._request.reminder_context(begun))
        return TaskWrite(self._request, begun, Change("deleted", before, task))

    async def undo(self, change_id: int | None = None) -> TaskUndo:
        """Take back the newest changes, as `undo_newest` does."""
        return await undo_newest(self._request, change_id)

    async def undo_in_conversation(self, turn_id: UUID) -> TaskUndo:
        """Take back the newest changes of a turn's conversation."""
        return await undo_in_conversation(self._request, turn_id)

    async def _begin_change(
        self, target: Target, list_key: str | None = None
    ) -> tuple[asyncpg.Record, Task]:
        key, read = [list_key] if list_key else [], self._request.read
        if isinstance(target, TitledTask):
            statement = BEGIN_CHANGE_OF_LIST_OF_TITLED if key else BEGIN_CHANGE_OF_TITLED
            rows = await read(statement, [pattern(part) for part in target.parts], *key)
            found = [task_of(row) for row in rows if row["id"] is not None]
            return rows[0], await target.choose(found)
        (row,) = await read(BEGIN_CHANGE_OF_LIST if key else BEGIN_CHANGE, target, *key)
        if row["id"] is None:
            raise TaskNotFound(target)
        task = task_of(row)
        if self._versions is not None and task.version not in self._versions:
            raise VersionMismatch(task)
        return row, task


def _taken(changes: dict[str, Any], *names: str) -> dict[str, Any]:
    """Take some fields off the changes."""
    return {name: changes.pop(name) for name in names if name in changes}
