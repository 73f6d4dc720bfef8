"""Pages of tasks: filters, orders and keyset cursors."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    and_,
    case,
    func,
    literal,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from db.errors import InvalidCursor
from db.models import Task
from db.user_scoped import CursorTime, cursor_of, read_cursor
from db.values import LARGEST_ID, PRIORITIES, TITLE_LENGTH, Sort, TaskFilter, TaskId, clean_text

_TIME = DateTime(timezone=True)
_NUMBERED = re.compile(r"(?:task\s*#?|#)\s*(\d{1,10})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class TaskPage:
    """A page of matching tasks; `total` counts all of them, `keys` are their sort keys."""

    tasks: list[Task]
    total: int
    next_cursor: str | None
    sort: Sort
    keys: list[Any]

    def first(self, count: int) -> "TaskPage":
        """Return the page cut to the first `count` tasks, at least one."""
        if count >= len(self.tasks):
            return self
        cursor = cursor_of(self.sort, self.keys[count - 1], self.tasks[count - 1].id)
        return TaskPage(self.tasks[:count], self.total, cursor, self.sort, self.keys[:count])


# `lower` may make several characters of one.
_TitleKey = Annotated[str, Field(max_length=3 * TITLE_LENGTH), BeforeValidator(clean_text)]
_RankKey = Annotated[int, Field(gt=-len(PRIORITIES), le=0)]

# A cursor holds its order, and the sort key and number of the last task.
_BY_NUMBER = TypeAdapter(tuple[Sort, TaskId, TaskId])
_BY_DATE = TypeAdapter(tuple[Sort, date, TaskId])
_BY_RANK = TypeAdapter(tuple[Sort, _RankKey, TaskId])
_BY_TIME = TypeAdapter(tuple[Sort, CursorTime, TaskId])
_BY_TITLE = TypeAdapter(tuple[Sort, _TitleKey, TaskId])


@dataclass(frozen=True)
class _Order:
    """A sort key, which is compared together with the task's number."""

    key: ColumnElement[Any]
    position: TypeAdapter[Any]
    descending: bool = False


# Rows are compared as (key, id), so keys are never null: tasks without a due date sort last.
_DUE = func.coalesce(col(Task.due_on), literal(date.max, Date))
_PRIORITY = case(
    {name: -rank for rank, name in enumerate(PRIORITIES)}, value=col(Task.priority), else_=0
)
_ORDERS: dict[Sort, _Order] = {
    "created": _Order(type_coerce(col(Task.id), Integer), _BY_NUMBER),
    "-created": _Order(type_coerce(col(Task.id), Integer), _BY_NUMBER, descending=True),
    "due": _Order(_DUE, _BY_DATE),
    "priority": _Order(_PRIORITY, _BY_RANK),
    "-updated": _Order(type_coerce(col(Task.updated_at), _TIME), _BY_TIME, descending=True),
    "title": _Order(func.lower(col(Task.title)), _BY_TITLE),
}


async def list_tasks(
    session: AsyncSession, user_id: str, task_filter: TaskFilter, *, limit: int, cursor: str | None
) -> TaskPage:
    """Return at most `limit` of the user's tasks that match a filter, in order.

    Raises:
        InvalidCursor: The cursor is not of this list and order.
    """
    conditions = [col(Task.user_id) == user_id, *_conditions(task_filter)]
    order = _ORDERS[task_filter.sort]
    query = select(Task, order.key.label("key")).where(*conditions)
    if cursor is not None:
        query = query.where(_after(order, task_filter.sort, cursor))
    keys = [order.key, col(Task.id)]
    query = query.order_by(*(key.desc() if order.descending else key for key in keys))
    rows = (await session.execute(query.limit(limit + 1))).all()
    total = len(rows)
    if cursor is not None or total > limit:
        total = (await session.scalar(select(func.count()).where(*conditions))) or 0
    page = TaskPage(
        [row.Task for row in rows], total, None, task_filter.sort, [row.key for row in rows]
    )
    return page.first(limit)


def _conditions(task_filter: TaskFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Task.deleted_at).is_(None)]
    if task_filter.status != "all":
        done = col(Task.completed)
        conditions.append(~done if task_filter.status == "pending" else done.is_(True))
    if task_filter.query:
        conditions.append(_matches(task_filter.query))
    if task_filter.tag:
        conditions.append(col(Task.tags).contains([task_filter.tag]))
    if task_filter.priority:
        conditions.append(col(Task.priority) == task_filter.priority)
    if task_filter.due_before:
        conditions.append(col(Task.due_on) <= task_filter.due_before)
    if task_filter.due_after:
        conditions.append(col(Task.due_on) >= task_filter.due_after)
    return conditions


def _matches(query: str) -> ColumnElement[bool]:
    """Match tasks that hold every word, or have the number in `#2` or `task 2`."""
    holds = and_(
        *(
            col(Task.title).icontains(word, autoescape=True)
            | col(Task.description).icontains(word, autoescape=True)
            for word in query.split()
        )
    )
    named = _NUMBERED.fullmatch(query)
    number = int(named.group(1)) if named else 0
    return holds | (col(Task.id) == number) if 0 < number <= LARGEST_ID else holds


def _after(order: _Order, sort: Sort, cursor: str) -> ColumnElement[bool]:
    made_for, key, task_id = read_cursor(cursor, order.position)
    if made_for != sort:
        raise InvalidCursor
    position = tuple_(literal(key), literal(task_id))
    row = tuple_(order.key, col(Task.id))
    return row < position if order.descending else row > position
