from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Sessions, transaction
from db.lists import UserLists
from db.task_values import Origin
from db.task_writes import TaskWriter
from db.tasks import UserTasks
from db.user_connection import connection_of


@asynccontextmanager
async def user_tasks(
    sessions: Sessions, user: str, client: str = "test"
) -> AsyncIterator[UserTasks]:
    """The tasks of one user in a transaction."""
    async with transaction(sessions, user) as session:
        yield await tasks_beside(session, user, client)


async def tasks_beside(session: AsyncSession, user: str, client: str = "test") -> UserTasks:
    """The tasks of one user in the transaction of a session."""
    return UserTasks(await connection_of(session, user, writes=True), Origin(client))


@pytest.fixture
async def tasks(sessions: Sessions, user: str) -> AsyncIterator[UserTasks]:
    """The tasks of one user in one transaction that is rolled back."""
    async with user_tasks(sessions, user) as tasks:
        yield tasks


@pytest.fixture
async def lists(tasks: UserTasks) -> UserLists:
    """The lists of that user, in the same transaction."""
    return UserLists(tasks._connection, Origin("test"))


@pytest.fixture
async def writer(sessions: Sessions, user: str) -> AsyncIterator[TaskWriter]:
    """The writer of one user in one transaction that is rolled back."""
    async with transaction(sessions, user) as session:
        connection = await connection_of(session, user, writes=True)
        yield TaskWriter(connection, Origin("test"))
