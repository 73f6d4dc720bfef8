from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.stack import Stack


@pytest.fixture
async def api(stack: Stack, user: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The API as one user, relative to that user's path."""
    async with httpx2.AsyncClient(
        base_url=f"{stack.api_url}/api/{user}", headers=stack.as_user(user), timeout=20
    ) as client:
        yield client
