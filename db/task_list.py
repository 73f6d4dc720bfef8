"""Pages of tasks: filters, orders and keyset cursors.

Each page is one statement, whose text depends on the filter's shape only. Open and completed tasks
have indexes of their own for every order (`db/models.py`), which Postgres merges for both.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from db.errors import InvalidCursor, ListNotFound
from db.list_names import is_inbox, list_key
from db.task_days import ANY_TIME, Completed
from db.task_orders import DUE_KEY, ORDERS, PRIORITY_KEY, RANKS, Order
from db.task_rows import pattern, task_of
from db.task_statements import TASK_COLUMNS, list_name, reminders_of
from db.task_values import Task
from db.user_connection import UserConnection
from db.user_scoped import cursor_of, read_cursor
from db.values import LARGEST_ID, Sort, TaskFilter

# Counting goes no further, so that a page costs the same however many tasks there are.
MOST_COUNTED = 1000

# Orders in which the index of priorities has the tasks of one priority.
_BY_RANK = frozenset({"created", "-created", "priority"})
# Where tasks without a time stand in their day.
_LAST_SECOND = time(23, 59, 59)
_NAMES = """
    select name from lists
    where user_id = $1 and deleted_at is null and archived_at is null order by position
"""
_NUMBERED = re.compile(r"(?:task\s*#?|#)\s*(\d{1,10})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class TaskPage:
    """A page of matching tasks, `keys` are their sort keys.

    `total` counts all that match, up to 1,000. `timezone` is the one in the user's settings, whose
    date decides what is due today.
    """

    tasks: list[Task]
    total: int
    next_cursor: str | None
    sort: Sort
    keys: list[Any]
    timezone: str | None

    def first(self, count: int) -> "TaskPage":
        """Return the page cut to the first `count` tasks, at least one."""
        if count >= len(self.tasks):
            return self
        cursor = cursor_of(self.sort, self.keys[count - 1], self.tasks[count - 1].id)
        tasks, keys = self.tasks[:count], self.keys[:count]
        return TaskPage(tasks, self.total, cursor, self.sort, keys, self.timezone)


class _Values:
    """The values of a statement, whose `$1` is the user's id."""

    def __init__(self) -> None:
        self.all: list[object] = []

    def add(self, value: object) -> str:
        """Return the parameter of a further value."""
        self.all.append(value)
        return f"${len(self.all) + 1}"


async def list_tasks(
    connection: UserConnection,
    task_filter: TaskFilter,
    completed: Completed = ANY_TIME,
    *,
    limit: int,
    cursor: str | None,
) -> TaskPage:
    """Return at most `limit` of the user's tasks that match a filter, in order.

    `task_filter` has the due dates of its view, `completed` are the times of its other dates.

    Raises:
        InvalidCursor: The cursor is not of this list and order.
        ListNotFound: The user has no list of that name.
    """
    statement, values = page_statement(task_filter, completed, limit=limit, cursor=cursor)
    rows = await connection.fetch(statement, *values)
    if task_filter.list and not rows[0]["list_found"]:
        names = await connection.fetch(_NAMES)
        raise ListNotFound(task_filter.list, [row["name"] for row in names])
    found = [row for row in rows if row["id"] is not None]
    page = TaskPage(
        [task_of(row) for row in found],
        rows[0]["total"],
        None,
        task_filter.sort,
        [row["key"] for row in found],
        rows[0]["timezone"],
    )
    return page.first(limit)


def page_statement(
    task_filter: TaskFilter,
    completed: Completed = ANY_TIME,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[str, list[object]]:
    """Return the statement of a page with one task more, and its values behind the user's id.

    The limit is part of the text: with a parameter, Postgres plans for a tenth of all rows.

    Raises:
        InvalidCursor: The cursor is not of this list and order.
    """
    order, values = ORDERS[task_filter.sort], _Values()
    states = {"all": (False, True), "pending": (False,), "completed": (True,)}[task_filter.status]
    wanted = _wanted_list(task_filter, values)
    conditions = _conditions(task_filter, values) + _done(completed, values)
    ranked = _of_rank(task_filter, values)
    # Counted only if there are more pages.
    all_counted = "true" if cursor else f"(select count(*) from page) > {limit}"  # noqa: S608
    position = _after(order, task_filter.sort, cursor, values) if cursor is not None else ""
    columns = f"{order.key} as key, {TASK_COLUMNS}"
    # Of one priority, numbers alone are the order of priorities.
    by_rank = bool(ranked) and task_filter.sort in _BY_RANK
    keys = ["id"] if by_rank else dict.fromkeys((order.key, "id"))
    ordered = f"order by {', '.join(f'{key} {order.direction}' for key in keys)} limit {limit + 1}"
    merged = ordered.replace(order.key, "key", 1)
    priority = ranked if by_rank else _of_priority(task_filter, values)
    matching = " union all ".join(
        f"(select {columns} from tasks "  # noqa: S608
        f"where {_owned(done)}{conditions}{priority}{position} {ordered})"
        for done in states
    )
    counted = " union all ".join(
        f"(select 1 from tasks "  # noqa: S608
        f"where {_owned(done)}{conditions}{ranked} limit {MOST_COUNTED})"
        for done in states
    )
    statement = f"""
        with {wanted}, page as materialized (
            select * from ({matching}) as matching {merged}
        )
        select
            (select timezone from user_settings where user_id = $1) as timezone,
            case
                when {all_counted}
                then least({MOST_COUNTED}, (select count(*) from ({counted}) as counted))
                else (select count(*) from page)
            end as total,
            (select id is not null from wanted) as list_found,
            page.*, {list_name("page.list_id")}, {reminders_of("page")}
        from (select) as one left join page on true
    """  # noqa: S608  the text is ours
    return statement, values.all


def _owned(completed: bool) -> str:
    state = "completed" if completed else "not completed"
    return f"user_id = $1 and {state} and deleted_at is null"


def _wanted_list(task_filter: TaskFilter, values: _Values) -> str:
    """Return the tables of the list that a filter names, 0 for the Inbox, or of those to hide."""
    name = task_filter.list
    if name is None:
        hidden = "select id from lists where user_id = $1 and archived_at is not null"
        return f"wanted as materialized (select array({hidden}) as hidden, null as id)"
    if is_inbox(name):
        return "wanted as materialized (select 0 as id)"
    key = values.add(list_key(name))
    found = f"select id from lists where user_id = $1 and key = {key} and deleted_at is null"  # noqa: S608
    return f"wanted as materialized (select ({found}) as id)"


def _in_list(task_filter: TaskFilter) -> list[str]:
    inbox = ["list_id is null"] if task_filter.view == "inbox" else []
    if task_filter.list is None:
        # Postgres takes this to hold for nearly all rows, as it does; with `<> all` it would expect
        # so few that it sorts them.
        return inbox or ["not array[list_id] <@ (select hidden from wanted)"]
    if is_inbox(task_filter.list):
        return ["list_id is null"]
    return [*inbox, "list_id = (select id from wanted)"]


def _done(completed: Completed, values: _Values) -> str:
    since = f" and completed_at >= {values.add(completed.since)}" if completed.since else ""
    before = f" and completed_at < {values.add(completed.before)}" if completed.before else ""
    return since + before


def _conditions(task_filter: TaskFilter, values: _Values) -> str:
    conditions = _in_list(task_filter)
    if task_filter.query:
        conditions.append(_matches(task_filter.query, values))
    if task_filter.tag:
        conditions.append(f"tags @> array[{values.add(task_filter.tag)}::text]")
    if task_filter.due_before or task_filter.due_after:
        conditions.append("due_on is not null")
    if task_filter.due_before:
        last = datetime.combine(task_filter.due_before, _LAST_SECOND)
        conditions.append(f"{DUE_KEY} <= {values.add(last)}")
    if task_filter.due_after:
        first = datetime.combine(task_filter.due_after, time.min)
        conditions.append(f"{DUE_KEY} >= {values.add(first)}")
    return "".join(f" and {condition}" for condition in conditions)


def _of_rank(task_filter: TaskFilter, values: _Values) -> str:
    """Filter by priority with the expression that the indexes hold."""
    if task_filter.priority is None:
        return ""
    return f" and {PRIORITY_KEY} = {values.add(RANKS[task_filter.priority])}"


def _of_priority(task_filter: TaskFilter, values: _Values) -> str:
    """Filter by priority where the rows are read in the order of another index."""
    if task_filter.priority is None:
        return ""
    return f" and priority = {values.add(task_filter.priority)}"


def _matches(query: str, values: _Values) -> str:
    """Match tasks that hold every word, or have the number in `#2` or `task 2`."""
    words = [values.add(pattern(word)) for word in query.split()]
    holds = " and ".join(f"(title ilike {word} or description ilike {word})" for word in words)
    named = _NUMBERED.fullmatch(query)
    number = int(named.group(1)) if named else 0
    return f"({holds} or id = {values.add(number)})" if 0 < number <= LARGEST_ID else f"({holds})"


def _after(order: Order, sort: Sort, cursor: str, values: _Values) -> str:
    made_for, key, task_id = read_cursor(cursor, order.position)
    if made_for != sort:
        raise InvalidCursor
    compare = "<" if order.direction else ">"
    return f" and ({order.key}, id) {compare} ({values.add(key)}, {values.add(task_id)})"
