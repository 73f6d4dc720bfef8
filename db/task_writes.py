"""Writes of tasks: each is worked out from one statement's rows and stored by another."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import orjson

from db.errors import (
    NothingToUndo,
    NothingToUndoHere,
    NotTheNewestChange,
    TaskNotFound,
    TurnOver,
)
from db.idempotency import STORE_ANSWER, KeyedRequest
from db.notifier import REMINDERS_TOPIC, tasks_topic
from db.reminder_values import NO_REMINDER
from db.task_placement import NO_LISTS, ListWrites, key_of, placed, replaced
from db.task_reminders import ReminderContext, fires_soon, specs_of, with_reminders, with_specs
from db.task_rows import pattern, task_of
from db.task_schedule import SCHEDULE, rescheduled, tags_after, with_completed
from db.task_snapshots import action_of, differs, restorable, restored
from db.task_statements import (
    BEGIN_ADD,
    BEGIN_ADD_TO_LIST,
    BEGIN_CHANGE,
    BEGIN_CHANGE_OF_LIST,
    BEGIN_CHANGE_OF_LIST_OF_TITLED,
    BEGIN_CHANGE_OF_TITLED,
    BEGIN_UNDO,
    STORE_ADD,
    STORE_CHANGE,
)
from db.task_values import Action, Origin, Task, VersionMismatch
from db.timezones import RequestedTimezone
from db.user_connection import UserConnection
from db.values import NewTask, TaskUpdate


@dataclass(frozen=True)
class TitledTask:
    """A task that is named by parts of its title; `choose` picks it from those that hold them."""

    parts: list[str]
    choose: Callable[[list[Task]], Awaitable[Task]]


Target = int | TitledTask


@dataclass(frozen=True)
class _Change:
    """A row of `task_changes`, with its task before and after."""

    action: Action
    before: Task | None
    undoes: int | None = None
    lists: ListWrites = NO_LISTS


class TaskWrite:
    """A write that is worked out; `store` applies it.

    `task` is the task as it will be, `latest` the tasks added last before a new one, `undone` the
    action that an undo takes back, `made_list` whether the task's list is a new one, and `zone` the
    user's time zone.
    """

    def __init__(
        self,
        writer: "TaskWriter",
        begun: asyncpg.Record,
        task: Task,
        change: _Change,
        *,
        latest: list[Task] | None = None,
        undone: Action | None = None,
    ) -> None:
        self._writer = writer
        self._begun = begun
        self._change = change
        self.changed = change.before is None or differs(change.before, task)
        self.task = task if change.before is None or not self.changed else self._next(task)
        self.latest = latest or []
        self.undone: Action = undone or change.action
        self.made_list = change.lists.made is not None
        self.zone = writer.zone(begun)

    async def store(self, answer: Mapping[str, Any] | None = None) -> None:
        """Apply the write, and store the answer under the call's key if it has one.

        A write that changes nothing is not recorded.
        """
        key = self._writer.answer_row(answer)
        if not self.changed:
            if key is not None:
                await self._writer.connection.fetch(STORE_ANSWER, key)
            return
        statement = STORE_ADD if self._change.before is None else STORE_CHANGE
        topics = [tasks_topic(self._writer.connection.user_id)]
        if fires_soon(self.task, self._change.before, self._begun["now"]):
            topics.append(REMINDERS_TOPIC)
        lists = _json(self._change.lists.rows)
        await self._writer.connection.fetch(
            statement, key, self._change_row(), _json(self.task), topics, lists
        )

    def _next(self, task: Task) -> Task:
        return replace(task, version=task.version + 1, updated_at=self._begun["now"])

    def _change_row(self) -> str:
        before, origin = self._change.before, self._writer.origin
        return _json(
            {
                "id": self._begun["last_change"] + 1,
                "task_id": self.task.id,
                "action": self._change.action,
                "before": before and restorable(before),
                "client": origin.client,
                "turn_id": origin.turn_id,
                "undoes": self._change.undoes,
                "made_list": self._change.lists.made,
                "created_at": self._begun["now"],
            }
        )


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
        self._versions = versions
        self._timezone = timezone or RequestedTimezone()
        self.origin = origin
        self._request = request
        self._turn_id = turn_id

    async def add(self, new: NewTask) -> TaskWrite:
        """Add a task under the user's next number.

        Raises:
            RefusedValue: A value does not go with others.
            TooManyLists: The task's list would be one too many.
        """
        fields = new.model_dump()
        key = key_of(fields)
        beginning = (BEGIN_ADD_TO_LIST, key) if key else (BEGIN_ADD,)
        begun, *others = await self._begin(*beginning)
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
        task = rescheduled(task, schedule, self._today(begun))
        task, lists = placed(task, place, begun["lists"])
        task = with_reminders(task, None, reminders, self._reminder_context(begun))
        latest = [task_of(row) for row in (begun, *others) if row["id"] is not None]
        return TaskWrite(self, begun, task, _Change("created", None, lists=lists), latest=latest)

    async def update(self, target: Target, update: TaskUpdate) -> TaskWrite:
        """Change the given fields.

        Raises:
            TaskNotFound: The user has none of that number.
            RefusedValue: A value does not go with others.
            TooManyLists: The task's list would be one too many.
        """
        changes = update.model_dump()
        begun, before = await self._begin_change(target, key_of(changes))
        today, place = self._today(begun), _taken(changes, "list")
        schedule = _taken(changes, *SCHEDULE)
        done = changes.pop("completed", before.completed)
        reminders = _taken(changes, "reminders")
        tags = tags_after(before, changes)
        task = rescheduled(replace(before, **changes, tags=tags), schedule, today)
        task = with_completed(task, done, begun["now"], today)
        task, lists = placed(task, place, begun["lists"])
        task = with_reminders(task, before, reminders, self._reminder_context(begun))
        return TaskWrite(self, begun, task, _Change(action_of(before, task), before, lists=lists))

    async def complete(self, target: Target, *, completed: bool | None = True) -> TaskWrite:
        """Mark a task as completed or open; None toggles it.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        begun, before = await self._begin_change(target)
        done = not before.completed if completed is None else completed
        task = with_completed(before, done, begun["now"], self._today(begun))
        task = with_reminders(task, before, {}, self._reminder_context(begun))
        return TaskWrite(self, begun, task, _Change("completed" if done else "reopened", before))

    async def delete(self, target: Target) -> TaskWrite:
        """Mark a task as deleted; undo restores it.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        begun, before = await self._begin_change(target)
        task = replace(before, deleted_at=begun["now"])
        task = with_reminders(task, before, {}, self._reminder_context(begun))
        return TaskWrite(self, begun, task, _Change("deleted", before))

    async def undo(self, change_id: int | None = None) -> TaskWrite:
        """Take back the newest change that was not taken back yet, of whichever client.

        With `change_id`, only if that is the one.

        Raises:
            NothingToUndo: Every change was taken back.
            NotTheNewestChange: The newest change is another one than `change_id`.
        """
        newest, _ = await self._begin_undo(None)
        if change_id not in {None, newest["change_id"]}:
            raise NotTheNewestChange
        return self._taken_back(newest)

    async def undo_in_conversation(self, turn_id: UUID) -> TaskWrite:
        """Take back the newest change that the conversation of a turn made.

        A change is not taken back if its task was changed elsewhere after it, since that would
        take back the other change too.

        Raises:
            NothingToUndo: Every change was taken back.
            NothingToUndoHere: No change of this conversation can be taken back.
        """
        newest, here = await self._begin_undo(turn_id)
        if here is None or here["newest_of_task"] != here["change_id"]:
            raise NothingToUndoHere(
                newest["change_id"], newest["action"], newest["id"], newest["title"]
            )
        return self._taken_back(here)

    def answer_row(self, answer: Mapping[str, Any] | None) -> str | None:
        """Return the row of an answer under the call's key, as JSON."""
        if self._request is None or answer is None:
            return None
        return self._request.answer_row(answer)

    def _today(self, begun: asyncpg.Record) -> date:
        return self._timezone.today(begun["timezone"])

    def zone(self, begun: asyncpg.Record) -> ZoneInfo:
        """Return the user's time zone, by what a write has begun with."""
        return ZoneInfo(self._timezone.or_else(begun["timezone"]))

    def _reminder_context(self, begun: asyncpg.Record) -> ReminderContext:
        default = begun["default_reminder"]
        spec = None if default == NO_REMINDER else default
        return ReminderContext(begun["now"], self.zone(begun), spec)

    async def _begin(self, statement: str, *values: object) -> list[asyncpg.Record]:
        key = self._request and self._request.key
        rows = await self.connection.fetch(statement, key, self._turn_id, *values)
        begun = rows[0]
        if self._request:
            self._request.refuse_if_answered(begun)
        if self._turn_id and not begun["turn_runs"]:
            raise TurnOver
        return rows

    async def _begin_change(
        self, target: Target, list_key: str | None = None
    ) -> tuple[asyncpg.Record, Task]:
        key = [list_key] if list_key else []
        if isinstance(target, TitledTask):
            statement = BEGIN_CHANGE_OF_LIST_OF_TITLED if key else BEGIN_CHANGE_OF_TITLED
            rows = await self._begin(statement, [pattern(part) for part in target.parts], *key)
            found = [task_of(row) for row in rows if row["id"] is not None]
            return rows[0], await target.choose(found)
        (row,) = await self._begin(BEGIN_CHANGE_OF_LIST if key else BEGIN_CHANGE, target, *key)
        if row["id"] is None:
            raise TaskNotFound(target)
        task = task_of(row)
        if self._versions is not None and task.version not in self._versions:
            raise VersionMismatch(task)
        return row, task

    async def _begin_undo(
        self, turn_id: UUID | None
    ) -> tuple[asyncpg.Record, asyncpg.Record | None]:
        """Return the newest change of all, and that of the turn's conversation."""
        rows = await self._begin(BEGIN_UNDO, turn_id)
        if rows[0]["change_id"] is None:
            raise NothingToUndo
        by_place = {row["here"]: row for row in rows}
        return by_place[False], by_place.get(True)

    def _taken_back(self, row: asyncpg.Record) -> TaskWrite:
        task, before = task_of(row), row["before"]
        values = {"deleted_at": row["now"]} if before is None else restored(before)
        specs = values.pop("reminders", specs_of(task))
        as_before, lists = replaced(replace(task, **values), row, row["now"])
        as_before = with_specs(as_before, specs, self._reminder_context(row))
        change = _Change("undone", task, undoes=row["change_id"], lists=lists)
        return TaskWrite(self, row, as_before, change, undone=row["action"])


def _taken(changes: dict[str, Any], *names: str) -> dict[str, Any]:
    """Take some fields off the changes."""
    return {name: changes.pop(name) for name in names if name in changes}


def _json(value: Any) -> str:
    # The driver has a UUID of its own.
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z).decode()
