"""The rules of tasks, for REST and tools alike."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from db.errors import (
    InvalidCursor,
    NothingToUndo,
    NothingToUndoHere,
    NotTheNewestChange,
    TaskNotFound,
)
from db.models import Task, TaskChange, Turn
from db.notifier import notification, tasks_topic
from db.task_list import TaskPage, list_tasks
from db.user_scoped import UserScoped
from db.values import NewTask, TaskFilter, TaskUpdate

Action = Literal["created", "updated", "completed", "reopened", "deleted", "undone"]

_MOST_SEARCHED = 200
_RESTORED = ("title", "description", "completed", "completed_at", "due_on", "priority", "tags")
# Further fields in a change, for clients that follow the changes.
_REPORTED = ("version", "created_at", "updated_at")


@dataclass(frozen=True)
class Origin:
    """The client, and the chat turn if there is one, that a change is recorded with."""

    client: str
    turn_id: UUID | None = None


@dataclass(frozen=True)
class Undone:
    """A change that was taken back, and the task as it is now."""

    task: Task
    action: str


@dataclass(frozen=True)
class _Before:
    """A task before a change, which `_record` compares and undo restores."""

    values: dict[str, Any] | None = field(default=None)


class UserTasks(UserScoped):
    """The tasks of one user. Nothing here commits; `transaction` does."""

    def __init__(self, session: AsyncSession, user_id: str, origin: Origin) -> None:
        super().__init__(session, user_id)
        self._origin = origin
        # How many changes were recorded through this object: none by a write that changed nothing.
        self.recorded = 0

    async def add(self, new: NewTask) -> Task:
        """Add a task under the user's next number."""
        await self._one_writer()
        number = select(func.coalesce(func.max(Task.id), 0) + 1).where(self._mine(Task))
        row = insert(Task).values(
            user_id=self._user_id, id=number.scalar_subquery(), **new.model_dump()
        )
        task = (await self._session.scalars(row.returning(Task))).one()
        await self._record(task, "created", _Before())
        return task

    async def get(self, task_id: int) -> Task:
        """Return a task that was not deleted.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        query = select(Task).where(self._mine(Task), col(Task.id) == task_id)
        task = (await self._session.scalars(query)).one_or_none()
        if task is None or task.deleted_at:
            raise TaskNotFound(task_id)
        return task

    async def numbered(self, task_ids: Collection[int]) -> dict[int, Task]:
        """Return tasks by number, deleted ones included; unknown numbers are left out."""
        query = select(Task).where(self._mine(Task), col(Task.id).in_(task_ids))
        return {task.id: task for task in await self._session.scalars(query)}

    async def newest(self, limit: int) -> list[Task]:
        """Return the last tasks added, newest first, without deleted ones."""
        return await self._newest(limit)

    async def newest_open(self) -> list[Task]:
        """Return the last 200 open tasks added, newest first."""
        return await self._newest(_MOST_SEARCHED, ~col(Task.completed))

    async def find_by_title(self, parts: Iterable[str]) -> list[Task]:
        """Return up to 200 tasks whose titles hold every part, newest first, completed or not."""
        held = [col(Task.title).icontains(part, autoescape=True) for part in parts]
        return await self._newest(_MOST_SEARCHED, *held)

    async def page(
        self, task_filter: TaskFilter, *, limit: int = 20, cursor: str | None = None
    ) -> TaskPage:
        """Return one page of the tasks that match a filter, and the number of all that do.

        Raises:
            InvalidCursor: The cursor is not of this list and order.
        """
        return await list_tasks(
            self._session, self._user_id, task_filter, limit=limit, cursor=cursor
        )

    async def update(self, task_id: int, update: TaskUpdate) -> Task:
        """Change the given fields; if nothing changes, nothing is recorded.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        task, before = await self._open(task_id)
        changes = update.model_dump()
        completed = changes.pop("completed", task.completed)
        for name, value in changes.items():
            setattr(task, name, value)
        _set_completed(task, completed)
        await self._record(task, _action(before, task), before)
        return task

    async def complete(self, task_id: int, *, completed: bool | None = True) -> Task:
        """Mark a task as completed or open; None toggles it.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        task, before = await self._open(task_id)
        _set_completed(task, not task.completed if completed is None else completed)
        await self._record(task, "completed" if task.completed else "reopened", before)
        return task

    async def delete(self, task_id: int) -> Task:
        """Mark a task as deleted; undo restores it.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        task, before = await self._open(task_id)
        task.deleted_at = _now()
        await self._record(task, "deleted", before)
        return task

    async def undo(self, change_id: int | None = None) -> Undone:
        """Take back the newest change that was not taken back yet, of whichever client.

        With `change_id`, only if that is the one.

        Raises:
            NothingToUndo: Every change was taken back.
            NotTheNewestChange: The newest change is another one than `change_id`.
        """
        await self._one_writer()
        change = await self._newest_change()
        if change is None:
            raise NothingToUndo
        if change_id not in {None, change.id}:
            raise NotTheNewestChange
        return await self._take_back(change)

    async def undo_in_conversation(self, turn_id: UUID) -> Undone:
        """Take back the newest change that the conversation of a turn made.

        A change is not taken back if its task was changed elsewhere after it, since that would
        take back the other change too.

        Raises:
            NothingToUndo: Every change was taken back.
            NothingToUndoHere: No change of this conversation can be taken back.
        """
        await self._one_writer()
        newest = await self._newest_change()
        if newest is None:
            raise NothingToUndo
        here = await self._newest_change(col(TaskChange.turn_id).in_(self._turns_beside(turn_id)))
        if here is not None:
            of_task = await self._newest_change(col(TaskChange.task_id) == here.task_id)
            if of_task is here:
                return await self._take_back(here)
        task = await self._session.get_one(Task, (self._user_id, newest.task_id))
        raise NothingToUndoHere(newest.id, newest.action, task.id, task.title)

    async def changes(self, after: int, *, limit: int) -> list[TaskChange]:
        """Return the changes after number `after`, in the order of their commits.

        None is missing: changes are numbered in the order of their commits.
        """
        query = (
            select(TaskChange)
            .where(self._mine(TaskChange), col(TaskChange.id) > after)
            .order_by(col(TaskChange.id))
            .limit(limit)
        )
        return list(await self._session.scalars(query))

    async def last_change(self, expected: int | None = None) -> int:
        """Return the number of the newest change, 0 for none, or `expected` if that change exists.

        Raises:
            InvalidCursor: No change has the number `expected` yet.
        """
        query = select(func.coalesce(func.max(TaskChange.id), 0)).where(self._mine(TaskChange))
        newest = (await self._session.scalars(query)).one()
        if expected is not None and expected > newest:
            raise InvalidCursor
        return newest if expected is None else expected

    async def _newest_change(self, *conditions: ColumnElement[bool]) -> TaskChange | None:
        """Return the newest change that is no undo and was not taken back."""
        query = (
            select(TaskChange)
            .where(self._mine(TaskChange), ~col(TaskChange.undone), *conditions)
            .where(col(TaskChange.action) != "undone")
            .order_by(col(TaskChange.id).desc())
            .limit(1)
        )
        return (await self._session.scalars(query)).one_or_none()

    def _turns_beside(self, turn_id: UUID) -> Any:
        """Select the turns of the conversation that a turn belongs to."""
        conversation = select(Turn.conversation_id).where(self._mine(Turn), col(Turn.id) == turn_id)
        return select(Turn.id).where(
            self._mine(Turn), col(Turn.conversation_id) == conversation.scalar_subquery()
        )

    async def _take_back(self, change: TaskChange) -> Undone:
        task = await self._session.get_one(Task, (self._user_id, change.task_id))
        before = _Before(_snapshot(task))
        _restore(task, change.before)
        change.undone = True
        await self._record(task, "undone", before, undoes=change.id)
        return Undone(task, change.action)

    async def _newest(self, limit: int, *conditions: ColumnElement[bool]) -> list[Task]:
        query = (
            select(Task)
            .where(self._mine(Task), col(Task.deleted_at).is_(None), *conditions)
            .order_by(col(Task.id).desc())
            .limit(limit)
        )
        return list(await self._session.scalars(query))

    def _mine(self, table: type[Task] | type[TaskChange] | type[Turn]) -> Any:
        return col(table.user_id) == self._user_id

    async def _open(self, task_id: int) -> tuple[Task, _Before]:
        await self._one_writer()
        task = await self.get(task_id)
        return task, _Before(_snapshot(task))

    async def _record(
        self, task: Task, action: Action, before: _Before, *, undoes: int | None = None
    ) -> None:
        after = _snapshot(task)
        if after == before.values:
            return
        if action != "created":
            task.version += 1
            task.updated_at = _now()
        number = select(func.coalesce(func.max(TaskChange.id), 0) + 1).where(self._mine(TaskChange))
        row = insert(TaskChange).values(
            user_id=self._user_id,
            id=number.scalar_subquery(),
            task_id=task.id,
            action=action,
            before=before.values,
            after=after | task.model_dump(mode="json", include=set(_REPORTED)),
            client=self._origin.client,
            turn_id=self._origin.turn_id,
            undoes=undoes,
        )
        await self._session.flush()
        await self._session.execute(row.returning(notification(tasks_topic(self._user_id))))
        self.recorded += 1


def _now() -> datetime:
    return datetime.now(UTC)


def _set_completed(task: Task, completed: bool) -> None:
    if completed != task.completed:
        task.completed = completed
        task.completed_at = _now() if completed else None


def _action(before: _Before, task: Task) -> Action:
    """Return the action of an update: completed or reopened if it changed nothing else."""
    was = before.values or {}
    changed = [name for name, value in _snapshot(task).items() if was.get(name) != value]
    if set(changed) == {"completed", "completed_at"}:
        return "completed" if task.completed else "reopened"
    return "updated"


def _snapshot(task: Task) -> dict[str, Any]:
    return task.model_dump(mode="json", include={*_RESTORED, "deleted_at"})


def _restore(task: Task, before: dict[str, Any] | None) -> None:
    if before is None:
        task.deleted_at = _now()
        return
    for name in _RESTORED:
        setattr(task, name, before[name])
    task.due_on = before["due_on"] and date.fromisoformat(before["due_on"])
    task.completed_at = _time(before["completed_at"])
    task.deleted_at = _time(before["deleted_at"])


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
