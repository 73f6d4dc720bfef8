from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from tests.model_server import ModelServer
from tests.serving import NO_AUTHORITIES
from tests.stack import Stack

# Long enough to be renewed in time on a busy machine.
LEASE = 3


@asynccontextmanager
async def api_of(stack: Stack, user: str, **claims: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """The API as one user, relative to that user's path."""
    async with httpx2.AsyncClient(
        base_url=f"{stack.api_url}/api/{user}",
        headers=stack.as_user(user, **claims),
        timeout=20,
        verify=NO_AUTHORITIES,
    ) as client:
        yield client


@pytest.fixture
async def api(stack: Stack, user: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The API as a user whom no other test knows."""
    async with api_of(stack, user) as client:
        yield client


@pytest.fixture
def slow_model(model_server: ModelServer) -> dict[str, Any]:
    """Settings of a model whose speed the message decides."""
    return {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
        "turn_lease": LEASE,
    }
