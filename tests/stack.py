"""The API and the MCP server on real sockets over one database."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from auth.failed_tokens import FailedTokenSettings
from auth.minting import TokenMinter, mint_login_token
from chat_api.app import create_app as create_api
from chat_api.http_protocol import HttpProtocol
from chat_api.settings import ApiSettings
from chat_api.tokens import signing_ring
from db.engine import Sessions
from db.notifier import Notifier
from mcp_server.app import create_app as create_mcp
from mcp_server.middleware.header_timeout import HeaderTimeoutProtocol
from mcp_server.settings import McpSettings
from tests.environment import UNLIMITED
from tests.serving import NO_AUTHORITIES, listen, port_of, serving

SECRET = "a shared secret that only the tests use"
MANY = 100_000


@dataclass(frozen=True)
class Stack:
    """Where the two services are, and how to come in."""

    api_url: str
    settings: ApiSettings
    api: FastAPI
    client: httpx2.AsyncClient

    def token(self, user: str, **claims: Any) -> str:
        return mint_login_token(SECRET, user, lifetime=600, **claims)

    def as_user(self, user: str, **claims: Any) -> dict[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {self.token(user, **claims)}"}

    def mcp_token(self, user: str, **claims: Any) -> str:
        """A token such as the API mints for the MCP server."""
        key = signing_ring(self.settings)
        minter = TokenMinter(key, self.settings.issuer)
        return minter.mint(user, audience=self.settings.mcp_resource, **claims)

    async def say(self, user: str, message: str, **body: Any) -> httpx2.Response:
        """Send a message and wait for the end of the turn."""
        return await self.client.post(
            f"/api/{user}/chat",
            json={"message": message, **body},
            headers={**self.as_user(user), "Accept": "application/json"},
        )


@asynccontextmanager
async def running_stack(
    sessions: Sessions, data_dir: Path, *, listen_to: str | None = None, **overrides: Any
) -> AsyncIterator[Stack]:
    """Serve both until the block ends; `overrides` are fields of the API's settings.

    `listen_to` is the database's URL; without one the API polls for what others do.
    """
    api_listener, mcp_listener = listen(), listen()
    ports: dict[str, Any] = {"api_port": port_of(api_listener), "mcp_port": port_of(mcp_listener)}
    # Stacks share a database: only those of tests about reminders fire them.
    base: dict[str, Any] = {
        "better_auth_secret": SECRET,
        "turn_grace": 0,
        "run_worker": False,
        # All tests have the same address.
        "failed_tokens_per_minute": MANY,
        **{name.lower(): int(most) for name, most in UNLIMITED.items()},
    }
    given = {**base, **ports, **overrides}
    settings = ApiSettings(TODOCHAT_DATA_DIR=data_dir, **given)
    shared = {name: getattr(settings, name) for name in FailedTokenSettings.model_fields}
    mcp = create_mcp(McpSettings(TODOCHAT_DATA_DIR=data_dir, **ports, **shared), sessions)
    api = create_api(settings, sessions, Notifier(listen_to))
    url = f"http://127.0.0.1:{settings.api_port}"
    async with (
        serving(mcp, mcp_listener, http=HeaderTimeoutProtocol),
        serving(api, api_listener, http=HttpProtocol),
        httpx2.AsyncClient(base_url=url, timeout=20, verify=NO_AUTHORITIES) as client,
    ):
        yield Stack(url, settings, api, client)


class Stacks:
    """Services that all tests share, one pair for each choice of settings."""

    def __init__(self, sessions: Sessions, folder: Path) -> None:
        self._sessions = sessions
        self._folder = folder
        self._running = AsyncExitStack()
        self._known: dict[frozenset[Any], Stack] = {}

    async def get(self, *, replica: int = 1, **given: Any) -> Stack:
        """Return the services that run with these arguments of `running_stack`.

        `replica` is the number of a pair among those with the same settings.
        """
        choice = frozenset([("replica", replica), *given.items()])
        if choice not in self._known:
            starting = running_stack(self._sessions, self._folder, **given)
            self._known[choice] = await self._running.enter_async_context(starting)
        return self._known[choice]

    async def aclose(self) -> None:
        """Stop all of them."""
        await self._running.aclose()


@pytest.fixture(scope="session")
async def stacks(
    committed: Sessions, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stacks]:
    """The services with any settings, shared by all tests; use a user of your own."""
    stacks = Stacks(committed, tmp_path_factory.mktemp("stacks"))
    yield stacks
    await stacks.aclose()


@pytest.fixture(scope="session")
async def stack(stacks: Stacks) -> Stack:
    """The services with the built-in model, shared by all tests; use a user of your own."""
    return await stacks.get(chat_provider="offline")
