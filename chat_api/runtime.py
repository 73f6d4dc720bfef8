"""The parts of one API process, composed from its settings."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from auth.failed_tokens import FailedTokens
from auth.issuers import Issuer
from auth.login import login_issuers, web_app_issuers
from auth.minting import TokenMinter
from auth.tokens import TokenVerifier
from chat_api.agent.failures import ToolServiceUnavailable
from chat_api.agent.mcp_client import McpClient
from chat_api.agent.models import ChatModel, build_model
from chat_api.settings import ApiSettings
from chat_api.tokens import login_ring, signing_ring
from chat_api.turns.leases import LeaseRenewer
from chat_api.turns.recovery import sweeping
from chat_api.turns.runner import TurnDependencies
from chat_api.turns.running import RunningTurns
from chat_api.turns.service import TurnService
from chat_api.turns.user_limits import UserLimits
from chat_api.turns.user_streams import UserStreams
from chat_api.worker.channels import Channels
from chat_api.worker.firing import working
from chat_api.worker.retention import retention_of
from db.engine import Sessions, sessions_beside
from db.notifier import Notifier
from db.readiness import check_database

_READINESS_USER = "todochat-readiness"


@dataclass(frozen=True)
class Runtime:
    """The parts that requests share."""

    sessions: Sessions
    verifier: TokenVerifier
    failed_tokens: FailedTokens
    minter: TokenMinter
    tools: McpClient
    model: ChatModel
    turns: TurnService
    running: RunningTurns
    notifier: Notifier
    channels: Channels
    limits: UserLimits
    streams: UserStreams
    settings: ApiSettings

    async def check(self) -> None:
        """Reach everything that a turn needs.

        Raises:
            DatabaseUnavailable: Postgres can't be reached, is read-only or not migrated.
            ToolServiceUnavailable: The MCP server can't be reached, or refuses the API's tokens.
        """
        await check_database(self.sessions)
        token = self.minter.mint(
            _READINESS_USER, audience=self.settings.mcp_resource, scopes=["tasks:read"]
        )
        if not await self.tools.fetch_tools(token):
            raise ToolServiceUnavailable("the MCP server has no tools")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve while the block runs; then drain the turns and close every connection."""
        await self.notifier.start()
        lease = self.settings.turn_lease
        async with AsyncExitStack() as background:
            await background.enter_async_context(sweeping(self.sessions, lease, self.turns.running))
            await background.enter_async_context(self.running.serving())
            await background.enter_async_context(self.streams.serving())
            if self.settings.run_worker:
                await background.enter_async_context(
                    working(
                        self.sessions,
                        self.notifier,
                        self.channels.all,
                        retention_of(self.settings),
                    )
                )
            yield
            await self.turns.drain()
        await self.notifier.aclose()
        await self.channels.aclose()
        await self.tools.aclose()
        await self.model.aclose()
        await self.verifier.aclose()


class LifespanState(TypedDict):
    """The state of the application's lifespan, which every request carries."""

    runtime: Runtime


def build_runtime(
    settings: ApiSettings, sessions: Sessions, notifier: Notifier, running_sessions: Sessions
) -> Runtime:
    """Compose the parts from the settings.

    Raises:
        AuthError: A key or secret can't be used.
        ConfigurationError: The settings name no usable model.
    """
    verifier = TokenVerifier(_issuers(settings))
    minter = TokenMinter(signing_ring(settings), settings.issuer)
    model = build_model(settings)
    tools = McpClient(settings.mcp_address)
    lease = settings.turn_lease
    lease_sessions = sessions_beside(sessions, max(1, lease / 2))
    leases = LeaseRenewer(lease_sessions, timedelta(seconds=lease))
    running = RunningTurns(running_sessions, notifier, leases)
    limits = UserLimits(settings)
    turns = TurnService(
        TurnDependencies(settings, sessions, model, tools, minter, notifier, running), limits
    )
    channels = Channels.of(settings)
    failed_tokens = FailedTokens(settings.failed_tokens_per_minute)
    return Runtime(
        *(sessions, verifier, failed_tokens, minter, tools, model),
        *(turns, running, notifier, channels, limits),
        *(UserStreams(sessions, settings.max_streams_per_user), settings),
    )


def _issuers(settings: ApiSettings) -> list[Issuer]:
    web_app = web_app_issuers(
        settings.web_jwks_url, issuer=settings.web_address, audience=settings.issuer
    )
    return [*login_issuers(settings, login_ring(settings)), *web_app]
