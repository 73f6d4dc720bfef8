import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from db.access import Access
from db.conversations import UserConversations
from db.engine import Sessions, transaction
from db.errors import IdempotencyMismatch
from db.idempotency import AlreadyWritten, KeyedRequest, writes_of_turn
from db.sweep import delete_old_answers
from db.task_values import Origin
from db.task_writes import TaskWriter
from db.user_connection import user_connection
from db.values import NewTask
from tests.db.conftest import user_tasks
from tests.db.turns import open_turn


async def add_once(sessions: Sessions, user: str, key: str, title: str) -> dict[str, Any]:
    async with user_connection(sessions, user, Access.WRITE) as connection:
        writer = TaskWriter(connection, Origin("test"), KeyedRequest(key, {"title": title}))
        try:
            write = await writer.add(NewTask(title=title))
        except AlreadyWritten as earlier:
            return earlier.response
        await write.store({"id": write.task.id})
        return {"id": write.task.id}


async def count(sessions: Sessions, user: str) -> int:
    async with user_tasks(sessions, user) as tasks:
        return await tasks.last_change()


@pytest.mark.requirement("FR-MCP-005")
async def test_fifty_writes_with_one_key_at_once_leave_one_row_and_one_answer(
    committed: Sessions, user: str
) -> None:
    answers = await asyncio.gather(*(add_once(committed, user, "k", "milk") for _ in range(50)))
    assert answers == [{"id": 1}] * 50
    assert await count(committed, user) == 1


@pytest.mark.requirement("FR-MCP-005")
async def test_a_key_with_another_request_is_refused(committed: Sessions, user: str) -> None:
    await add_once(committed, user, "k", "milk")
    with pytest.raises(IdempotencyMismatch):
        await add_once(committed, user, "k", "bread")
    assert await count(committed, user) == 1


@pytest.mark.requirement("FR-MCP-005")
async def test_a_key_belongs_to_one_user(committed: Sessions, user: str) -> None:
    assert await add_once(committed, user, "k", "milk") == {"id": 1}
    assert await add_once(committed, f"{user}-2", "k", "bread") == {"id": 1}


@pytest.mark.requirement("FR-MCP-005")
async def test_keys_last_until_they_are_swept_and_not_until_the_next_write(
    committed: Sessions, user: str
) -> None:
    users = [user, f"{user}-2"]
    for each in users:
        for key in ("young", "old"):
            await add_once(committed, each, key, "milk")
        async with transaction(committed, each) as session:
            for key, hours in (("young", 47), ("old", 49)):
                await session.execute(
                    text(
                        "update idempotency set created_at = now() - make_interval(hours => :h)"
                        " where key = :key"
                    ),
                    {"h": hours, "key": key},
                )
    assert await add_once(committed, user, "next", "bread") == {"id": 3}
    assert await add_once(committed, user, "old", "milk") == {"id": 2}
    await delete_old_answers(committed, timedelta(hours=48))
    assert await add_once(committed, user, "young", "milk") == {"id": 1}
    assert [await add_once(committed, each, "old", "milk") for each in users] == [
        {"id": 4},
        {"id": 3},
    ]


@pytest.mark.requirement("FR-MCP-005")
async def test_keys_are_swept_in_portions(committed: Sessions, user: str) -> None:
    async with transaction(committed, user) as session:
        await session.execute(
            text(
                "insert into idempotency"
                " (user_id, key, request_hash, request, response, created_at)"
                " select :user, n::text, '', '{}', '{}', now() - interval '3 days'"
                " from generate_series(1, 2500) n"
            ),
            {"user": user},
        )
    await delete_old_answers(committed, timedelta(days=2))
    async with transaction(committed, user) as session:
        assert await session.scalar(text("select count(*) from idempotency")) == 0


@pytest.mark.requirement("FR-CHAT-041")
async def test_what_a_turn_wrote_is_known_as_long_as_the_turn_exists(
    committed: Sessions, user: str
) -> None:
    async with transaction(committed, user) as session:
        opened = await open_turn(session, user)
    key, request = f"{opened.turn_id}:call", {"tool": "add_task", "arguments": {"title": "milk"}}
    keyed = KeyedRequest(key, request, opened.turn_id)
    async with user_connection(committed, user, Access.WRITE) as connection:
        writer = TaskWriter(connection, Origin("test"), keyed, opened.turn_id)
        write = await writer.add(NewTask(title="milk"))
        await write.store({"id": write.task.id})
    async with transaction(committed, user) as session:
        await session.execute(text("update idempotency set created_at = now() - interval '9d'"))
    await add_once(committed, user, "k", "bread")
    async with user_connection(committed, user, Access.WRITE) as connection:
        writes = await writes_of_turn(connection, opened.turn_id)
        with pytest.raises(AlreadyWritten):
            await TaskWriter(connection, Origin("test"), keyed).add(NewTask(title="milk"))
    assert [(write.call_id, write.response) for write in writes] == [("call", {"id": 1})]
    async with transaction(committed, user) as session:
        await UserConversations(session, user).delete(opened.conversation_id)
        keys = await session.scalars(text("select key from idempotency"))
        assert keys.all() == ["k"]


@pytest.mark.requirement("FR-MCP-005")
async def test_the_answer_to_a_write_that_changes_nothing_is_stored_too(
    committed: Sessions, user: str
) -> None:
    async with user_tasks(committed, user) as tasks:
        await tasks.add(NewTask(title="milk"))
        await tasks.complete(1)
    request = KeyedRequest("k", {"task_id": 1})
    async with user_connection(committed, user, Access.WRITE) as connection:
        write = await TaskWriter(connection, Origin("test"), request).complete(1)
        assert not write.changed
        await write.store({"status": "unchanged"})
    with pytest.raises(AlreadyWritten):
        async with user_connection(committed, user, Access.WRITE) as connection:
            await TaskWriter(connection, Origin("test"), request).complete(1)
    assert await count(committed, user) == 2


@pytest.mark.requirement("FR-MCP-005")
async def test_a_write_that_fails_leaves_its_key_free(committed: Sessions, user: str) -> None:
    async def store_and_fail() -> None:
        async with user_connection(committed, user, Access.WRITE) as connection:
            request = KeyedRequest("k", {"title": "milk"})
            write = await TaskWriter(connection, Origin("test"), request).add(NewTask(title="milk"))
            await write.store({"id": 7})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await store_and_fail()
    assert await add_once(committed, user, "k", "milk") == {"id": 1}
