"""Undo takes back a group of changes: all that one request or one message did."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg

from db.errors import NothingToUndo, NothingToUndoHere, NotTheNewestChange
from db.task_placement import replaced
from db.task_reminders import specs_of, with_specs
from db.task_requests import Change, TaskRequest
from db.task_rows import task_of
from db.task_snapshots import restored
from db.task_statements import BEGIN_UNDO
from db.task_values import Action, Task
from db.text_authors import others


class TaskUndo:
    """A group of changes that is taken back; `store` applies it.

    `tasks` are the tasks as they will be, the one changed last first, and `action` is what was done
    to that one. `skipped` counts tasks of the group that were changed by others since: they stay as
    they are, since the other change would be taken back too.
    """

    def __init__(
        self, request: TaskRequest, begun: asyncpg.Record, changes: Sequence[Change], skipped: int
    ) -> None:
        self._request = request
        self._begun = begun
        self._changes = changes
        self.tasks = [change.task for change in changes]
        self.action: Action = begun["action"]
        self.skipped = skipped

    @property
    def task(self) -> Task:
        """The task that was changed last."""
        return self.tasks[0]

    async def store(self, answer: Mapping[str, Any] | None = None) -> None:
        """Apply it, and store the answer under the request's key if it has one."""
        await self._request.store(self._begun, self._changes, answer)


async def undo_newest(request: TaskRequest, change_id: int | None) -> TaskUndo:
    """Take back the newest group, of whichever client; with `change_id`, only if that is in it.

    Raises:
        NothingToUndo: Every change was taken back.
        NotTheNewestChange: The newest group is another one than that of `change_id`.
    """
    rows = await _begin(request, None)
    if change_id is not None and not any(change_id in row["change_ids"] for row in rows):
        raise NotTheNewestChange
    return _taken_back(request, rows)


async def undo_in_conversation(request: TaskRequest, turn_id: UUID) -> TaskUndo:
    """Take back the newest group that the conversation of a turn made.

    Raises:
        NothingToUndo: Every change was taken back.
        NothingToUndoHere: No change of this conversation can be taken back.
    """
    rows = await _begin(request, turn_id)
    here = [row for row in rows if row["here"]]
    if not any(map(_is_newest, here)):
        (newest,) = (row for row in rows if not row["here"])
        raise NothingToUndoHere(
            newest["change_id"],
            newest["action"],
            newest["id"],
            newest["title"],
            others(newest["text_by"]),
        )
    return _taken_back(request, here)


async def _begin(request: TaskRequest, turn_id: UUID | None) -> list[asyncpg.Record]:
    rows = await request.read(BEGIN_UNDO, turn_id)
    if rows[0]["change_id"] is None:
        raise NothingToUndo
    return rows


def _is_newest(row: asyncpg.Record) -> bool:
    """Return whether the task was not changed since."""
    return bool(row["newest_of_task"] == row["last"])


def _taken_back(request: TaskRequest, rows: Sequence[asyncpg.Record]) -> TaskUndo:
    newest = [row for row in rows if _is_newest(row)]
    changes = [_change(request, row) for row in newest]
    return TaskUndo(request, newest[0], changes, len(rows) - len(newest))


def _change(request: TaskRequest, row: asyncpg.Record) -> Change:
    task, before, now = task_of(row), row["before"], row["now"]
    values = {"deleted_at": now} if before is None else restored(before)
    specs = values.pop("reminders", specs_of(task))
    as_before, lists = replaced(replace(task, **values), row, now)
    as_before = with_specs(as_before, specs, request.reminder_context(row))
    as_before = replace(as_before, version=task.version + 1, updated_at=now)
    return Change("undone", task, as_before, undoes=row["change_ids"], lists=lists)
