"""Secrets and keys of the API, and the tokens that the command line mints with them."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.keys import signing_key_from_pem, stored_secret, stored_signing_key
from auth.minting import TokenMinter, mint_login_token, mint_password_reset_token
from chat_api.settings import ApiSettings

_FOLDER = "keys"


def login_secret(settings: ApiSettings) -> str:
    """Return the shared secret of login tokens.

    Raises:
        SecretsUnusable: The stored one can't be read.
    """
    if settings.better_auth_secret:
        return settings.better_auth_secret.get_secret_value()
    return stored_secret(settings.data_dir / _FOLDER / "better_auth_secret")


def signing_key(settings: ApiSettings) -> Ed25519PrivateKey:
    """Return the key that signs the tokens for the MCP server.

    Raises:
        SecretsUnusable: The given or stored one can't be read.
    """
    if settings.api_signing_key:
        return signing_key_from_pem(settings.api_signing_key.get_secret_value())
    return stored_signing_key(settings.data_dir / _FOLDER / "signing_key.pem")


MCP_TOKEN_SECONDS = 60


def login_token(settings: ApiSettings, user_id: str, hours: float) -> str:
    """Return a token with which `user_id` may use the API for so many hours.

    Raises:
        AuthError: The user id is not valid, or there is no usable secret.
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
        AuthError: The user id is not valid, or there is no usable key.
    """
    minter = TokenMinter(signing_key(settings), settings.issuer)
    return minter.mint(user_id, audience=settings.mcp_resource, lifetime=MCP_TOKEN_SECONDS)


def password_reset_token(settings: ApiSettings, email: str) -> str:
    """Return a token that requests a link to a new password, for a minute.

    Raises:
        AuthError: There is no usable secret.
    """
    return mint_password_reset_token(login_secret(settings), email)
