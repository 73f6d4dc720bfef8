"""The server over stdio, for one client on this machine that starts it.

The token is in the environment, since there are no HTTP requests to carry one. It is verified for
every call, because it can be revoked.
"""

import asyncio

from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_REQUEST

from auth.errors import InvalidToken, KeysUnavailable
from auth.principal import Principal
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from mcp_server.middleware.credentials import Credentials
from mcp_server.server import build_server, scope_rules
from mcp_server.settings import McpSettings


class NoToken(Exception):
    """The environment has no token, or one that is not valid."""


def run_stdio(settings: McpSettings, sessions: Sessions) -> None:
    """Serve until standard input ends.

    Raises:
        NoToken: TODOCHAT_TOKEN is missing or not valid.
        UnsafeIssuer: The URL of a key set is not usable.
        DatabaseUnavailable: Postgres can't be reached.
    """
    asyncio.run(_serve(settings, sessions))


async def _serve(settings: McpSettings, sessions: Sessions) -> None:
    if settings.todochat_token is None:
        raise NoToken("TODOCHAT_TOKEN is not set: it says whose tasks these are.")
    token = settings.todochat_token.get_secret_value().strip()
    credentials = Credentials(settings, sessions)

    async def own_caller() -> Principal:
        try:
            return await credentials.principal(token)
        except (InvalidToken, KeysUnavailable, DatabaseUnavailable) as error:
            raise MCPError(INVALID_REQUEST, str(error)) from error

    try:
        await credentials.principal(token)
        await build_server(settings, sessions, scope_rules(settings), own_caller).run_stdio_async()
    except (InvalidToken, KeysUnavailable) as error:
        raise NoToken(f"TODOCHAT_TOKEN can't be used: {error}") from error
    finally:
        await credentials.aclose()
