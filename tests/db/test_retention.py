"""What is deleted once it is old, and what stays."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import Sessions, sweeper_transaction, transaction
from db.errors import InvalidCursor, NothingToUndo
from db.retention import Retention, claim_run, delete_old, delete_old_history
from db.values import NewTask
from tests.db.conftest import user_tasks
from tests.db.test_isolation import fill
from tests.db.turns import new_turn, open_turn

KEPT = timedelta(days=90)
RETENTION = Retention(
    events=timedelta(days=1),
    answers=timedelta(days=1),
    turn_keys=timedelta(days=30),
    history=KEPT,
    notifications=timedelta(days=30),
)


async def age(engine: AsyncEngine, table: str, column: str, days: float, where: str) -> None:
    async with engine.begin() as connection:
        old = f"update {table} set {column} = now() - cast(:age as interval) where {where}"
        await connection.execute(text(old), {"age": timedelta(days=days)})


async def numbers(engine: AsyncEngine, table: str, user: str) -> list[int]:
    async with engine.connect() as connection:
        query = text(f"select id from {table} where user_id = :user order by id")
        return list((await connection.scalars(query, {"user": user})).all())


@pytest.mark.requirement("FR-RUN-153")
async def test_old_changes_and_deleted_tasks_go_and_their_numbers_are_not_given_again(
    own_sessions: Sessions, own_engine: AsyncEngine
) -> None:
    for user in ("ann", "bob"):
        async with user_tasks(own_sessions, user) as tasks:
            for title in ("milk", "eggs", "bread"):
                await tasks.add(NewTask(title=title))
            await tasks.delete(1)
            await tasks.delete(3)
    await age(own_engine, "task_changes", "created_at", 91, "user_id = 'ann'")
    await age(own_engine, "tasks", "deleted_at", 91, "user_id = 'ann' and deleted_at is not null")
    await delete_old_history(own_sessions, KEPT)
    # The newest of each stays for its number; what is younger stays as it is.
    assert await numbers(own_engine, "task_changes", "ann") == [5]
    assert await numbers(own_engine, "tasks", "ann") == [2, 3]
    assert await numbers(own_engine, "task_changes", "bob") == [1, 2, 3, 4, 5]
    assert await numbers(own_engine, "tasks", "bob") == [1, 2, 3]
    async with user_tasks(own_sessions, "ann") as tasks:
        assert (await tasks.add(NewTask(title="tea"))).id == 4
        assert await tasks.last_change() == 6
        assert await tasks.last_change(4) == 4
        with pytest.raises(InvalidCursor):
            await tasks.last_change(3)


@pytest.mark.requirement("FR-RUN-153")
async def test_changes_that_undo_takes_back_together_go_together(
    own_sessions: Sessions, own_engine: AsyncEngine
) -> None:
    async with user_tasks(own_sessions, "ann") as tasks:
        for title in ("milk", "eggs", "bread"):
            await tasks.add(NewTask(title=title))
    group = "group_id = '00000000-0000-0000-0000-000000000001'"
    async with own_engine.begin() as connection:
        await connection.execute(text(f"update task_changes set {group} where id > 1"))
    await age(own_engine, "task_changes", "created_at", 91, "true")
    await delete_old_history(own_sessions, KEPT)
    assert await numbers(own_engine, "task_changes", "ann") == [2, 3]


@pytest.mark.requirement("FR-RUN-150")
async def test_many_old_changes_of_many_users_go_in_portions(
    own_sessions: Sessions, own_engine: AsyncEngine
) -> None:
    users = [f"user-{number}" for number in range(4)]
    for user in users:
        async with user_tasks(own_sessions, user) as tasks:
            await tasks.add(NewTask(title="milk"))
    async with own_engine.begin() as connection:
        await connection.execute(
            text(
                "insert into task_changes"
                " (user_id, id, task_id, action, after, client, created_at)"
                " select user_id, n, task_id, action, after, client,"
                " now() - interval '100 days' + n * interval '1 s'"
                " from task_changes, generate_series(2, 1101) n"
            )
        )
    await delete_old_history(own_sessions, KEPT)
    for user in users:
        assert await numbers(own_engine, "task_changes", user) == [1, 1101]


@pytest.mark.requirement("FR-RUN-150")
async def test_a_run_deletes_what_is_old_of_every_kind(
    own_sessions: Sessions, own_engine: AsyncEngine
) -> None:
    ages = {"turn_events": 2, "turn_event_batches": 2, "idempotency": 2, "notifications": 31}
    for user in ("ann", "bob"):
        await fill(own_sessions, user)
    async with transaction(own_sessions, "ann") as session:
        new = replace(new_turn(), key="k", request_hash="h")
        await open_turn(session, "ann", new)
    async with own_engine.begin() as connection:
        await connection.execute(text("update turns set status = 'finished' where user_id = 'ann'"))
    for table, days in ages.items():
        await age(own_engine, table, "created_at", days, "user_id = 'ann'")
    await age(own_engine, "turns", "created_at", 31, "user_id = 'ann'")
    await age(own_engine, "ledger", "window_start", 3, "user_id = 'ann'")
    await delete_old(own_sessions, RETENTION)
    async with own_engine.connect() as connection:
        for table in (*ages, "ledger"):
            owners = await connection.scalars(text(f"select user_id from {table}"))
            assert set(owners.all()) == {"bob"}, table
        keys = text("select idempotency_key, request_hash from turns where user_id = 'ann'")
        assert set((await connection.execute(keys)).all()) == {(None, None)}


@pytest.mark.requirement("FR-RUN-151")
async def test_one_of_all_processes_runs_once_in_a_while(
    own_sessions: Sessions, own_engine: AsyncEngine
) -> None:
    claims = await asyncio.gather(*(claim_run(own_sessions) for _ in range(8)))
    assert sorted(claims) == [False] * 7 + [True]
    await age(own_engine, "ledger", "window_start", 0.05, "user_id = ''")
    claims = await asyncio.gather(*(claim_run(own_sessions) for _ in range(8)))
    assert sorted(claims) == [False] * 7 + [True]


@pytest.mark.requirement("FR-RUN-153")
async def test_after_the_oldest_change_nothing_is_left_to_undo_but_what_stayed(
    own_sessions: Sessions, own_engine: AsyncEngine
) -> None:
    async with user_tasks(own_sessions, "ann") as tasks:
        await tasks.add(NewTask(title="milk"))
        await tasks.add(NewTask(title="eggs"))
    await age(own_engine, "task_changes", "created_at", 91, "true")
    await delete_old_history(own_sessions, KEPT)
    async with user_tasks(own_sessions, "ann") as tasks:
        assert (await tasks.undo()).task.id == 2
    async with user_tasks(own_sessions, "ann") as tasks:
        with pytest.raises(NothingToUndo):
            await tasks.undo()


@pytest.mark.requirement("FR-RUN-151")
@pytest.mark.parametrize(
    "statement",
    [
        "select title from tasks",
        "select after from task_changes",
        "delete from tasks",
        "delete from task_changes",
        "update turns set status = 'failed'",
        "update ledger set amount = 0",
        "select request_hash from turns",
    ],
)
async def test_the_sweeper_reads_no_content_and_deletes_no_task(
    own_sessions: Sessions, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with sweeper_transaction(own_sessions) as session:
            await session.execute(text(statement))
