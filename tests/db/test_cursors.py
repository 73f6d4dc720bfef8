"""A cursor that nobody made is refused, whatever it decodes to, before Postgres sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from db.conversations import UserConversations
from db.engine import Sessions, transaction
from db.errors import InvalidCursor
from db.tasks import UserTasks
from db.user_scoped import cursor_of
from db.values import NewTask, TaskFilter
from tests.db.conftest import user_tasks
from tests.db.cursors import SORTS, conversation_cursors, task_cursors
from tests.db.turns import open_turn

_SETTINGS = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


async def each(
    cursors: st.SearchStrategy[str], page: Callable[[str], Awaitable[Any]], *known: str
) -> None:
    """Ask for a page behind each cursor: it is given, or the cursor is refused."""
    loop = asyncio.get_running_loop()

    async def one(cursor: str) -> None:
        with suppress(InvalidCursor):
            await page(cursor)

    @_SETTINGS
    @given(cursor=cursors)
    def check(cursor: str) -> None:
        asyncio.run_coroutine_threadsafe(one(cursor), loop).result(30)

    for cursor in known:
        check = example(cursor=cursor)(check)
    await asyncio.to_thread(check)


@pytest.mark.requirement("FR-TASK-006")
@pytest.mark.parametrize("sort", SORTS)
async def test_no_decoded_cursor_breaks_a_list_of_tasks(
    committed: Sessions, user: str, sort: Any
) -> None:
    async with user_tasks(committed, user) as tasks:
        await tasks.add(NewTask(title="one"))

    async def page(cursor: str) -> Any:
        async with user_tasks(committed, user) as tasks:
            return await tasks.page(TaskFilter(sort=sort), cursor=cursor)

    await each(
        task_cursors(sort),
        page,
        cursor_of(sort, "0001-01-01T00:00:00+14:00", 1),
        cursor_of(sort, 1, True),
        cursor_of(sort, None, None),
    )


@pytest.mark.requirement("FR-CHAT-004")
async def test_no_decoded_cursor_breaks_a_list_of_conversations_or_messages(
    committed: Sessions, user: str
) -> None:
    async with transaction(committed, user) as session:
        conversation = (await open_turn(session, user)).conversation_id

    async def conversations(cursor: str) -> Any:
        async with transaction(committed, user) as session:
            return await UserConversations(session, user).page(cursor=cursor)

    async def messages(cursor: str) -> Any:
        async with transaction(committed, user) as session:
            return await UserConversations(session, user).messages(conversation, cursor=cursor)

    early = cursor_of("0001-01-01T00:00:00+14:00", conversation)
    await each(conversation_cursors(), conversations, early)
    await each(conversation_cursors(), messages, cursor_of(True), cursor_of(None))


@pytest.mark.requirement("FR-TASK-006")
@pytest.mark.parametrize(
    ("sort", "position"),
    [
        ("-updated", ("0001-01-01T00:00:00+14:00", 1)),
        ("created", (True, 1)),
        ("created", (1, True)),
        ("priority", (False, 1)),
        ("due", ("2026-01-01T12:00:00Z", 1)),
        ("created", (1, 0)),
    ],
)
async def test_an_impossible_position_is_refused(
    tasks: UserTasks, sort: Any, position: tuple[Any, ...]
) -> None:
    with pytest.raises(InvalidCursor):
        await tasks.page(TaskFilter(sort=sort), cursor=cursor_of(sort, *position))
