"""MCP servers that offer another set than the default."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp import Client
from mcp.server.mcpserver import MCPServer
from starlette.types import Receive, Scope, Send

from auth.principal import Principal
from db.access import Access
from db.engine import Sessions
from db.notifier import Notifier
from db.task_values import USER, Origin, Task
from db.tasks import UserTasks
from db.user_connection import user_connection
from db.values import NewTask
from mcp_server.context import State
from mcp_server.toolset import Toolset, build
from tests.serving import listen, port_of, serving

WEB_URL = "https://tasks.example"
# Far enough from UTC for the date to differ for most of the day.
ZONE = "Pacific/Kiritimati"


@asynccontextmanager
async def attached(
    sessions: Sessions,
    toolset: Toolset,
    user: str,
    *,
    mode: str = "2026-07-28",
    read_only: bool = False,
    notifier: Notifier | None = None,
    lifetime: int = 60,
) -> AsyncIterator[Client]:
    """Attach as a user to a server that offers a set."""

    @asynccontextmanager
    async def state(_: MCPServer[State]) -> AsyncIterator[State]:
        yield State(sessions, own_caller=lambda: _principal(user, expires_at))

    expires_at = int(time.time()) + lifetime
    server = build(
        toolset,
        read_only=read_only,
        web_url=WEB_URL,
        notifier=notifier,
        name="todochat",
        lifespan=state,
    )
    client_mode: Any = mode
    async with Client(server, mode=client_mode) as client:
        yield client


@asynccontextmanager
async def replica(sessions: Sessions, user: str, notifier: Notifier) -> AsyncIterator[str]:
    """Serve all there is to one user over HTTP, as one process of several."""

    @asynccontextmanager
    async def state(_: MCPServer[State]) -> AsyncIterator[State]:
        yield State(sessions)

    caller = await _principal(user, int(time.time()) + 60)
    server = build(Toolset.ALL, web_url=WEB_URL, notifier=notifier, name="todochat", lifespan=state)
    protocol = server.streamable_http_app(stateless_http=True, json_response=True)

    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        await protocol({**scope, "principal": caller}, receive, send)

    listener = listen()
    async with serving(known, listener):
        yield f"http://127.0.0.1:{port_of(listener)}/mcp"


async def add_tasks(
    sessions: Sessions, user: str, *tasks: NewTask, author: str = USER
) -> list[Task]:
    """Give a user tasks to find."""
    async with user_connection(sessions, user, Access.WRITE) as connection:
        mine = UserTasks(connection, Origin("test", author=author))
        return [await mine.add(task) for task in tasks]


async def complete_tasks(sessions: Sessions, user: str, *numbers: int) -> None:
    """Tick some of them."""
    async with user_connection(sessions, user, Access.WRITE) as connection:
        for number in numbers:
            await UserTasks(connection, Origin("test")).complete(number)


async def _principal(user: str, expires_at: int) -> Principal:
    return Principal(
        user_id=user,
        issuer=None,
        client="test",
        scopes=frozenset({"tasks:read", "tasks:write"}),
        timezone=ZONE,
        turn_id=None,
        expires_at=expires_at,
    )
