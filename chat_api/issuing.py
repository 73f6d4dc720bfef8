"""Tokens for people at a terminal."""

from auth.minting import TokenMinter, mint_login_token
from chat_api.keys import login_secret, signing_key
from chat_api.settings import ApiSettings

MCP_TOKEN_SECONDS = 60


def login_token(settings: ApiSettings, user_id: str, hours: float) -> str:
    """Return a token with which `user_id` may use the API for so many hours.

    Raises:
        AuthError: there can be no such user, or no usable secret.

    """
    return mint_login_token(
        login_secret(settings),
        user_id,
        lifetime=int(hours * 3600),
        issuer=settings.auth_issuer,
        audience=settings.auth_audience,
    )


def mcp_token(settings: ApiSettings, user_id: str) -> str:
    """Return a token with which `user_id` may use the MCP server for a minute.

    Raises:
        AuthError: there can be no such user, or no usable key.

    """
    minter = TokenMinter(signing_key(settings), settings.issuer)
    return minter.mint(user_id, audience=settings.mcp_resource, lifetime=MCP_TOKEN_SECONDS)
