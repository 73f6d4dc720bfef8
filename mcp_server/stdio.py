"""The server for one client on this machine, which starts it and speaks to its standard streams.

There is no request that could bring a token, so the environment does: whoever can set that could
read the token anyway. It is looked at anew for every call, since it can be revoked.
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
    """The environment holds no token, or one that is not good."""


def run_stdio(settings: McpSettings, sessions: Sessions) -> None:
    """Serve until standard input ends.

    Raises:
        NoToken: TODOCHAT_TOKEN is missing, or opens nothing.
        UnsafeIssuer: An address of keys can't be used.
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
