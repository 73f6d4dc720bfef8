"""Everything that a user has, read page by page.

No transaction lasts longer than its page, however slowly the pages are taken. What changes
meanwhile is in them as it was or as it is.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from db.access import NO_BEARER, Bearer
from db.engine import Sessions
from db.task_reminders import specs_of
from db.task_rows import task_of
from db.task_statements import TASKS
from db.user_connection import UserConnection, user_connection

ROWS_PER_PAGE = 500

Rows = list[dict[str, Any]]
_Opened = Callable[[], AbstractAsyncContextManager[UserConnection]]

_NO_ID = UUID(int=0)


@dataclass(frozen=True)
class _Section:
    """A table, whose rows are read in the order of these keys; `first` is before all of them."""

    name: str
    columns: str
    table: str
    keys: tuple[str, ...]
    first: tuple[object, ...]
    where: str = "true"

    @property
    def statement(self) -> str:
        """The statement of a page; `$2` is its length, and what follows the keys to begin after."""
        keys = ", ".join(self.keys)
        after = ", ".join(f"${number}" for number in range(3, 3 + len(self.keys)))
        return f"""
            select {keys}, {self.columns} from {self.table}
            where user_id = $1 and {self.where} and ({keys}) > ({after})
            order by {keys} limit $2
        """  # noqa: S608  the text is ours


_SECTIONS = (
    _Section(
        "lists", "name, position, archived_at, created_at", "lists", ("id",), (0,),
        "deleted_at is null",
    ),
    _Section(
        "conversations", "title, created_at, updated_at", "conversations", ("id",), (_NO_ID,)
    ),
    _Section(
        "messages",
        "role, content, tool_calls, task_ids, suggestions, status, feedback, created_at",
        "messages",
        ("conversation_id", "id"),
        (_NO_ID, _NO_ID),
    ),
    _Section(
        "notifications",
        "task_id, title, fires_at, late, created_at, read_at",
        "notifications",
        ("id",),
        (_NO_ID,),
    ),
    _Section(
        "access_tokens",
        "name, scopes, created_at, expires_at, last_used_at, revoked_at",
        "access_tokens",
        ("id",),
        (_NO_ID,),
    ),
    _Section(
        "push_subscriptions", "user_agent, created_at, last_ok_at", "push_subscriptions",
        ("id",), (_NO_ID,), "channel = 'web_push'",
    ),
)  # fmt: skip
_SETTINGS = "select timezone, default_reminder, updated_at from user_settings where user_id = $1"
_REMINDER_EMAIL = """
    select endpoint as address, created_at, last_ok_at from push_subscriptions
    where user_id = $1 and channel = 'email'
"""
_FEEDS = """
    select created_at, revoked_at from calendar_feeds where user_id = $1 order by created_at
"""
_TASKS = f"{TASKS} and deleted_at is null and id > $3 order by id limit $2"
# What a task is beside what `Task` shows to all, and what only the database needs to know.
_INTERNAL = ("deleted_at", "list_id")


async def export_user(
    sessions: Sessions, user_id: str, bearer: Bearer = NO_BEARER
) -> AsyncIterator[tuple[str, Rows]]:
    """Yield the rows of each section, a page at a time; a section without any has an empty page.

    Secrets are not stored, and so are not among them.

    Raises:
        NoAuthority: The user was erased, or revoked tokens like this one.
        DatabaseUnavailable: Postgres can't be reached.
    """
    opened = partial(user_connection, sessions, user_id, bearer=bearer)
    yield "settings", await _rows(opened, _SETTINGS)
    yield "reminder_email", await _rows(opened, _REMINDER_EMAIL)
    yield "calendar_feeds", await _rows(opened, _FEEDS)
    yield "tasks", []
    async for tasks in _tasks(opened):
        yield "tasks", tasks
    for section in _SECTIONS:
        yield section.name, []
        after = section.first
        while rows := await _rows(opened, section.statement, ROWS_PER_PAGE, *after):
            yield section.name, rows
            after = tuple(rows[-1][key] for key in section.keys)


async def _rows(opened: _Opened, statement: str, *values: object) -> Rows:
    async with opened() as connection:
        return [dict(row) for row in await connection.fetch(statement, *values)]


async def _tasks(opened: _Opened) -> AsyncIterator[Rows]:
    last = 0
    while True:
        async with opened() as connection:
            rows = await connection.fetch(_TASKS, ROWS_PER_PAGE, last)
        if not rows:
            return
        yield [_task(row) for row in rows]
        last = rows[-1]["id"]


def _task(row: Any) -> dict[str, Any]:
    """Return all fields of a task, with its reminders as the user set them."""
    task = task_of(row)
    fields = {name: getattr(task, name) for name in task.__slots__ if name not in _INTERNAL}
    at = task.due_time and f"{task.due_time:%H:%M}"
    return {**fields, "due_time": at, "reminders": specs_of(task)}
