from collections.abc import AsyncIterator

import pytest

from db.engine import Sessions, transaction
from db.tasks import Origin, UserTasks


@pytest.fixture
async def tasks(sessions: Sessions, user: str) -> AsyncIterator[UserTasks]:
    """The tasks of one user in one transaction."""
    async with transaction(sessions, user) as session:
        yield UserTasks(session, user, Origin("test"))
