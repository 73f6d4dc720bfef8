"""The rules of tasks, for REST and tools alike."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from db.errors import InvalidCursor, TaskNotFound
from db.reminder_errors import TaskIsCompleted
from db.task_days import completed_within, needs_zone, with_view
from db.task_list import TaskPage, list_tasks
from db.task_reminders import lasting_specs
from db.task_rows import pattern, task_of
from db.task_statements import NOT_ARCHIVED, TASKS, list_name, titled
from db.task_undo import TaskUndo
from db.task_values import Origin, Task, TaskChange
from db.task_writes import TaskWrite, TaskWriter
from db.timezones import RequestedTimezone, today_in
from db.user_connection import UserConnection
from db.user_data import timezone_of
from db.values import NewTask, TaskFilter, TaskUpdate

_EXISTING = f"{TASKS} and deleted_at is null"
_TASK = f"{_EXISTING} and id = $2"
_NUMBERED = f"{TASKS} and id = any(cast($2 as int[]))"
_NEWEST_OPEN = f"{_EXISTING} and not completed and {NOT_ARCHIVED} order by id desc limit 200"
_TITLED = titled("$2")
_LIST = list_name("cast(after ->> 'list_id' as int)")
_CHANGES = f"""
    select id, task_id, action, after, client, turn_id, created_at, {_LIST}
    from task_changes
    where user_id = $1 and id > $2
    order by id
    limit $3
"""  # noqa: S608  the text is ours
_CHANGE_NUMBERS = """
    select coalesce(max(id), 0) as last, coalesce(min(id), 1) as first
    from task_changes where user_id = $1
"""


class UserTasks:
    """The tasks of one user in one transaction, which must be one that writes for those that do."""

    def __init__(
        self,
        connection: UserConnection,
        origin: Origin,
        timezone: RequestedTimezone | None = None,
    ) -> None:
        self._connection = connection
        self._timezone = timezone or RequestedTimezone()
        self._writer = TaskWriter(connection, origin, timezone=self._timezone)

    @property
    def author(self) -> str:
        """Who writes the text of its writes."""
        return self._writer.origin.author

    async def now(self) -> datetime:
        """Return the wall time in the user's time zone."""
        return self._timezone.now(await self._setting())

    async def today(self) -> date:
        """Return today's date in the user's time zone."""
        return self._timezone.today(await self._setting())

    async def get(self, task_id: int) -> Task:
        """Return a task that was not deleted.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        rows = await self._tasks(_TASK, task_id)
        if not rows:
            raise TaskNotFound(task_id)
        return rows[0]

    async def numbered(self, task_ids: Collection[int]) -> dict[int, Task]:
        """Return tasks by number, deleted ones included; unknown numbers are left out."""
        return {task.id: task for task in await self._tasks(_NUMBERED, list(task_ids))}

    async def newest_open(self) -> list[Task]:
        """Return the last 200 open tasks added, newest first."""
        return await self._tasks(_NEWEST_OPEN)

    async def find_by_title(self, parts: Iterable[str]) -> list[Task]:
        """Return up to 200 tasks whose titles hold every part, newest first, completed or not."""
        return await self._tasks(_TITLED, [pattern(part) for part in parts])

    async def page(
        self, task_filter: TaskFilter, *, limit: int = 20, cursor: str | None = None
    ) -> TaskPage:
        """Return one page of the tasks that match a filter, and the number of all that do.

        Raises:
            InvalidCursor: The cursor is not of this list and order.
            ListNotFound: The user has no list of that name.
        """
        setting = await self._setting() if needs_zone(task_filter) else None
        zone = self._timezone.or_else(setting)
        return await list_tasks(
            self._connection,
            with_view(task_filter, today_in(zone)),
            completed_within(task_filter, zone),
            limit=limit,
            cursor=cursor,
        )

    async def add(self, new: NewTask) -> Task:
        """Add a task under the user's next number.

        Raises:
            RefusedValue: A value does not go with others.
        """
        return (await _stored(await self._writer.add(new))).task

    async def update(self, task_id: int, update: TaskUpdate) -> Task:
        """Change the given fields; if nothing changes, nothing is recorded.

        Raises:
            TaskNotFound: The user has none of that number.
            RefusedValue: A value does not go with others.
        """
        return (await _stored(await self._writer.update(task_id, update))).task

    async def snooze(self, task_id: int, minutes: int) -> Task:
        """Remind again in so many minutes; reminders at wall times that are over are removed.

        Raises:
            TaskNotFound: The user has none of that number.
            TaskIsCompleted: It is completed, and so reminds of nothing.
        """
        task = await self.get(task_id)
        if task.completed:
            raise TaskIsCompleted(task_id)
        specs = [*lasting_specs(task), f"in {minutes}m"]
        return await self.update(task_id, TaskUpdate(reminders=specs))

    async def complete(self, task_id: int, *, completed: bool | None = True) -> Task:
        """Mark a task as completed or open; None toggles it. One that repeats is due again.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        return (await _stored(await self._writer.complete(task_id, completed=completed))).task

    async def delete(self, task_id: int) -> Task:
        """Mark a task as deleted; undo restores it.

        Raises:
            TaskNotFound: The user has none of that number.
        """
        return (await _stored(await self._writer.delete(task_id))).task

    async def undo(self, change_id: int | None = None) -> TaskUndo:
        """Take back the newest changes, as `TaskWriter.undo` does.

        Raises:
            NothingToUndo: Every change was taken back.
            NotTheNewestChange: The newest change is another one than `change_id`.
        """
        undo = await self._writer.undo(change_id)
        await undo.store()
        return undo

    async def changes(self, after: int, *, limit: int) -> list[TaskChange]:
        """Return the changes after number `after`, in the order of their commits.

        None is missing: changes are numbered in the order of their commits.
        """
        rows = await self._connection.fetch(_CHANGES, after, limit)
        return [TaskChange(**row) for row in rows]

    async def last_change(self, expected: int | None = None) -> int:
        """Return the number of the newest change, 0 for none, or `expected` if that change exists.

        Raises:
            InvalidCursor: No change has the number `expected` yet, or of those after it some were
                deleted since they were old.
        """
        (row,) = await self._connection.fetch(_CHANGE_NUMBERS)
        newest: int = row["last"]
        if expected is not None and not row["first"] - 1 <= expected <= newest:
            raise InvalidCursor
        return newest if expected is None else expected

    async def _setting(self) -> str | None:
        """Return the time zone in the user's settings, which one that is requested outranks."""
        return None if self._timezone.requested else await timezone_of(self._connection)

    async def _tasks(self, statement: str, *values: object) -> list[Task]:
        return [task_of(row) for row in await self._connection.fetch(statement, *values)]


async def _stored(write: TaskWrite) -> TaskWrite:
    await write.store()
    return write
