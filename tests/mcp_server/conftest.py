import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.session import ElicitationFnT
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from tests.serving import NO_AUTHORITIES
from tests.stack import Stack

OpenClient = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(params=["2026-07-28", "legacy"])
def era(request: pytest.FixtureRequest) -> str:
    """The revision without a handshake, and those with one."""
    era: str = request.param
    return era


@pytest.fixture
def open_client(stack: Stack) -> OpenClient:
    """Attach as a user, like any assistant that holds a token."""

    @asynccontextmanager
    async def attach(
        user: str, mode: str = "auto", *, asked: ElicitationFnT | None = None, **claims: Any
    ) -> AsyncIterator[Client]:
        headers = {"Authorization": f"Bearer {stack.mcp_token(user, **claims)}"}
        async with httpx2.AsyncClient(headers=headers, verify=NO_AUTHORITIES) as http:
            transport: Any = streamable_http_client(stack.settings.mcp_resource, http_client=http)
            async with Client(transport, mode=mode, elicitation_callback=asked) as client:
                yield client

    return attach


@pytest.fixture
async def client(open_client: OpenClient, user: str) -> AsyncIterator[Client]:
    """A client in a task of its own: the SDK's must be left by the task that entered it."""
    attached: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def hold() -> None:
        async with open_client(user) as client:
            attached.set_result(client)
            await leave.wait()

    holding = asyncio.create_task(hold())
    holding.add_done_callback(lambda _: attached.done() or attached.cancel())
    yield await attached
    leave.set()
    await holding


def text_of(result: CallToolResult) -> str:
    """The text channel of a result."""
    return "\n".join(part.text for part in result.content if part.type == "text")


def facts_of(result: CallToolResult) -> dict[str, Any]:
    """The structured channel of a result that is no error."""
    assert not result.is_error, text_of(result)
    facts = result.structured_content
    assert isinstance(facts, dict)
    return facts
