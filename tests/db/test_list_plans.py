"""How Postgres reads a page of tasks: along an index, without sorting, whatever there is beside."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.access import Access
from db.engine import Sessions, create_engine, create_sessions
from db.task_list import page_statement
from db.task_values import Origin
from db.tasks import UserTasks
from db.user_connection import UserConnection, user_connection
from db.values import NewTask, TaskFilter, TaskUpdate
from tests.db.conftest import user_tasks
from tests.db.cursors import SORTS

FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"status": "pending"},
    {"status": "completed"},
    {"priority": "high"},
    {"status": "pending", "priority": "low"},
    {"status": "pending", "tag": "shop"},
    {"list": "list 3"},
    {"status": "pending", "list": "list 3"},
    {"list": "inbox"},
)
# `Result` compares the owner once for the whole page.
READING = {"Limit", "Merge Append", "Result", "Index Scan", "Index Only Scan"}
_LISTS = text(
    """
    insert into lists (user_id, id, name, key, position, archived_at)
    select :user, n, 'List ' || n, n, n, case when n = 7 then now() end
    from generate_series(1, 7) as n
    """
)
_FILL = text(
    """
    insert into tasks
        (user_id, id, title, description, completed, completed_at, due_on, priority, tags,
        updated_at, list_id)
    select :user, n, 'Task ' || (n * 7919 % 1000), '', n % 3 = 0,
        case when n % 3 = 0 then now() end,
        case when n % 2 = 0 then date '2026-01-01' + n % 300 end,
        (array['none', 'low', 'medium', 'high'])[1 + n % 4],
        case when n % 5 = 0 then array['shop'] else '{}' end, now() - n * interval '1 second',
        nullif(n % 8, 0)
    from generate_series(1, :count) as n
    """
)


@pytest.fixture(scope="module")
async def crowded(engine: AsyncEngine) -> str:
    """A user with many tasks among users with more of them in all."""
    user = f"user-{uuid4().hex[:12]}"
    async with engine.begin() as connection:
        for name, count in ((user, 4000), *((f"{user}-{n}", 1000) for n in range(8))):
            await connection.execute(_LISTS, {"user": name})
            await connection.execute(_FILL, {"user": name, "count": count})
        await connection.execute(text("analyze tasks, lists"))
    return user


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _reading(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes that read rows of the page, without those that look a list up once."""
    yield plan
    for part in plan.get("Plans", ()):
        if part["Parent Relationship"] != "InitPlan":
            yield from _reading(part)


async def plan_of(
    sessions: Sessions, user: str, task_filter: TaskFilter, cursor: str | None, mode: str
) -> dict[str, Any]:
    """The part of the plan that reads the rows of a page."""
    statement, values = page_statement(task_filter, limit=20, cursor=cursor)
    async with user_connection(sessions, user) as connection:
        ((version,),) = await connection.fetch(
            "select current_setting('server_version_num') where cast($1 as text) is not null"
        )
        if int(version) < 160_000:
            pytest.skip("Postgres shows the plans of statements with parameters from 16 on.")
        rows = await connection.fetch(f"explain (format json{mode}) {statement}", *values)
    plans = rows[0][0] if isinstance(rows[0][0], list) else json.loads(rows[0][0])
    (page,) = (n for n in _nodes(plans[0]["Plan"]) if n.get("Subplan Name") == "CTE page")
    return page


@pytest.mark.requirement("FR-TASK-108")
@pytest.mark.parametrize("chosen", FILTERS, ids=str)
@pytest.mark.parametrize("sort", SORTS)
async def test_a_page_is_read_along_an_index_and_not_sorted(
    committed: Sessions, crowded: str, sort: Any, chosen: dict[str, Any]
) -> None:
    task_filter = TaskFilter(sort=sort, **chosen)
    async with user_tasks(committed, crowded) as tasks:
        cursor = (await tasks.page(task_filter)).next_cursor
    assert cursor
    # A prepared statement may be planned for all values alike after a few executions.
    for position, mode in product((None, cursor), ("", ", generic_plan")):
        plan = await plan_of(committed, crowded, task_filter, position, mode)
        kinds = {node["Node Type"] for node in _reading(plan)}
        assert kinds <= READING, plan


@pytest.mark.requirement("FR-MCP-115")
async def test_writes_are_planned_once_and_not_for_each_execution(
    database_url: str, user: str
) -> None:
    # The driver keeps a hundred statements: those of a connection that others use may be dropped.
    engine = create_engine(database_url, pool_size=1)
    async with user_connection(create_sessions(engine), user, Access.WRITE) as connection:
        tasks, before = UserTasks(connection, Origin("test")), await plans(connection)
        for number in range(1, 4):
            await tasks.add(NewTask(title="Milk"))
            await tasks.update(number, TaskUpdate(title=f"Bread {number}"))
        for number in range(1, 4):
            await tasks.add(NewTask(title="Milk", list="Groceries"))
            await tasks.update(number, TaskUpdate(list=f"List {number % 2}"))
        await tasks.undo()
        after = await plans(connection)
    await engine.dispose()
    after.subtract(before)
    assert sum(count for (_, kind), count in after.items() if kind == "all") >= 16
    assert sum(count for (_, kind), count in after.items() if kind == "custom") == 0


async def plans(connection: UserConnection) -> Counter[tuple[str, str]]:
    """How often each statement of the connection was executed, and how often with its own plan."""
    rows = await connection.fetch(
        "select name, custom_plans, generic_plans from pg_prepared_statements where $1 <> ''"
    )
    custom = {(row["name"], "custom"): row["custom_plans"] for row in rows}
    return Counter(
        {(row["name"], "all"): row["custom_plans"] + row["generic_plans"] for row in rows} | custom
    )
