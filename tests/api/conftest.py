from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from tests.serving import NO_AUTHORITIES
from tests.stack import Stack


@asynccontextmanager
async def api_of(stack: Stack, user: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The API as one user, relative to that user's path."""
    async with httpx2.AsyncClient(
        base_url=f"{stack.api_url}/api/{user}",
        headers=stack.as_user(user),
        timeout=20,
        verify=NO_AUTHORITIES,
    ) as client:
        yield client


@pytest.fixture
async def api(stack: Stack, user: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The API as a user whom no other test knows."""
    async with api_of(stack, user) as client:
        yield client
