"""What one process of the API holds while it serves."""

from dataclasses import dataclass
from typing import TypedDict

from auth.login import login_issuers
from auth.minting import TokenMinter
from auth.tokens import TokenVerifier
from chat_api.agent.failures import ToolServiceUnavailable
from chat_api.agent.models import ChatModel, build_model
from chat_api.agent.tool_service import ToolService
from chat_api.keys import login_secret, signing_key
from chat_api.settings import ApiSettings
from chat_api.turns import Turns
from db.engine import Sessions, ping

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
    audience: str

    async def check(self) -> None:
        """Reach everything that a turn needs.

        Raises:
            DatabaseUnavailable: Postgres is away.
            ToolServiceUnavailable: The MCP server is away, or refuses this process's tokens.

        """
        await ping(self.sessions)
        token = self.minter.mint(_READINESS_USER, audience=self.audience, scopes=["tasks:read"])
        if not await self.tools.fetch_tools(token):
            raise ToolServiceUnavailable("the MCP server has no tools")

    async def aclose(self) -> None:
        """See the running turns to their end, then close every connection."""
        await self.turns.drain()
        await self.tools.aclose()
        await self.model.aclose()
        await self.verifier.aclose()


class State(TypedDict):
    """The lifespan's state, which every request carries."""

    runtime: Runtime


def build_runtime(settings: ApiSettings, sessions: Sessions) -> Runtime:
    """Compose the parts from the settings.

    Raises:
        AuthError: A key or secret can't be used.
        ConfigurationError: The settings name no usable model.

    """
    verifier = TokenVerifier(login_issuers(settings, login_secret(settings)))
    minter = TokenMinter(signing_key(settings), settings.issuer)
    model = build_model(settings)
    tools = ToolService(settings.mcp_resource)
    turns = Turns(settings, sessions, model, tools, minter)
    return Runtime(sessions, verifier, minter, tools, model, turns, settings.mcp_resource)
