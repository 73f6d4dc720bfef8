"""What one process of the API holds while it serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypedDict

from auth.issuers import Issuer
from auth.login import login_issuers, web_app_issuers
from auth.minting import TokenMinter
from auth.tokens import TokenVerifier
from chat_api.agent.failures import ToolServiceUnavailable
from chat_api.agent.models import ChatModel, build_model
from chat_api.agent.tool_service import ToolService
from chat_api.keys import login_secret, signing_key
from chat_api.settings import ApiSettings
from chat_api.sweeper import sweeping
from chat_api.turn_run import TurnParts
from chat_api.turns import Turns
from db.engine import Sessions, ping
from db.wakeups import Wakeups

_READINESS_USER = "todochat-readiness"


@dataclass(frozen=True)
class Runtime:
    """The parts that requests share."""

    sessions: Sessions
    verifier: TokenVerifier
    minter: TokenMinter
    tools: ToolService
    model: ChatModel
    turns: Turns
    wakeups: Wakeups
    settings: ApiSettings

    async def check(self) -> None:
        """Reach everything that a turn needs.

        Raises:
            DatabaseUnavailable: Postgres is away.
            ToolServiceUnavailable: The MCP server is away, or refuses this process's tokens.

        """
        await ping(self.sessions)
        token = self.minter.mint(
            _READINESS_USER, audience=self.settings.mcp_resource, scopes=["tasks:read"]
        )
        if not await self.tools.fetch_tools(token):
            raise ToolServiceUnavailable("the MCP server has no tools")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve; at the end see the running turns to theirs, then close every connection."""
        await self.wakeups.start()
        async with sweeping(self.sessions, self.settings.turn_lease):
            yield
            await self.turns.drain()
        await self.wakeups.aclose()
        await self.tools.aclose()
        await self.model.aclose()
        await self.verifier.aclose()


class State(TypedDict):
    """The lifespan's state, which every request carries."""

    runtime: Runtime


def build_runtime(settings: ApiSettings, sessions: Sessions, wakeups: Wakeups) -> Runtime:
    """Compose the parts from the settings.

    Raises:
        AuthError: A key or secret can't be used.
        ConfigurationError: The settings name no usable model.

    """
    verifier = TokenVerifier(_issuers(settings))
    minter = TokenMinter(signing_key(settings), settings.issuer)
    model = build_model(settings)
    tools = ToolService(settings.mcp_resource)
    turns = Turns(TurnParts(settings, sessions, model, tools, minter, wakeups))
    return Runtime(sessions, verifier, minter, tools, model, turns, wakeups, settings)


def _issuers(settings: ApiSettings) -> list[Issuer]:
    web_app = web_app_issuers(
        settings.web_jwks_url, issuer=settings.web_address, audience=settings.issuer
    )
    return [*login_issuers(settings, login_secret(settings)), *web_app]
