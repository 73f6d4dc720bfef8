import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Sessions, transaction
from db.errors import IdempotencyMismatch
from db.idempotency import IdempotentWrites
from db.tasks import Origin, UserTasks
from db.values import NewTask, TaskFilter


async def add_once(sessions: Sessions, user: str, key: str, title: str) -> dict[str, Any]:
    async with transaction(sessions, user) as session:
        writes, request = IdempotentWrites(session, user), {"title": title}
        if stored := await writes.find(key, request):
            return stored
        task = await UserTasks(session, user, Origin("test")).add(NewTask(title=title))
        await writes.store(key, request, {"id": task.id})
        return {"id": task.id}


async def count(sessions: Sessions, user: str) -> int:
    async with transaction(sessions, user) as session:
        return (await UserTasks(session, user, Origin("test")).page(TaskFilter())).total


@pytest.mark.requirement("FR-MCP-005")
async def test_fifty_writes_with_one_key_at_once_leave_one_row_and_one_answer(
    committed: Sessions, user: str
) -> None:
    answers = await asyncio.gather(*(add_once(committed, user, "k", "milk") for _ in range(50)))
    assert answers == [{"id": 1}] * 50
    assert await count(committed, user) == 1


@pytest.mark.requirement("FR-MCP-005")
async def test_a_key_with_another_request_is_refused(sessions: Sessions, user: str) -> None:
    await add_once(sessions, user, "k", "milk")
    with pytest.raises(IdempotencyMismatch):
        await add_once(sessions, user, "k", "bread")
    assert await count(sessions, user) == 1


@pytest.mark.requirement("FR-MCP-005")
async def test_a_key_belongs_to_one_user(sessions: Sessions) -> None:
    assert await add_once(sessions, "ann", "k", "milk") == {"id": 1}
    assert await add_once(sessions, "bob", "k", "bread") == {"id": 1}


@pytest.mark.requirement("FR-MCP-005")
async def test_a_key_is_forgotten_after_a_day(sessions: Sessions, user: str) -> None:
    await add_once(sessions, user, "k", "milk")
    async with transaction(sessions, user) as session:
        await session.execute(text("update idempotency set created_at = now() - interval '25h'"))
    assert await add_once(sessions, user, "k", "milk") == {"id": 2}


@pytest.mark.requirement("FR-MCP-005")
async def test_a_write_that_fails_leaves_its_key_free(sessions: Sessions, user: str) -> None:
    async def store_and_fail() -> None:
        async with transaction(sessions, user) as session:
            await IdempotentWrites(session, user).store("k", {"title": "milk"}, {"id": 7})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await store_and_fail()
    assert await add_once(sessions, user, "k", "milk") == {"id": 1}
