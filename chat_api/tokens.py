"""Secrets and keys of the API, and the tokens that the command line mints with them."""

from auth.errors import NoLoginToken
from auth.key_ring import FixedRing, KeyRing, StoredRing
from auth.keys import signing_keys_from_pem, stored_secret, stored_signing_key
from auth.minting import SigningKey, TokenMinter, mint_login_token, mint_password_reset_token
from auth.sources import SharedSecret
from chat_api.settings import ApiSettings

_FOLDER = "keys"
MCP_TOKEN_SECONDS = 60


def login_ring(settings: ApiSettings) -> KeyRing[SharedSecret]:
    """Return the shared secrets of login tokens: those that are set, else the stored ones.

    Raises:
        UnsafeIssuer: One of those that are set is too short, or is the text of a key.
    """
    if settings.login_secret:
        several = settings.login_secret.get_secret_value().split(",")
        return FixedRing(tuple(SharedSecret(secret.strip()) for secret in several))
    if settings.better_auth_secret:
        return FixedRing((SharedSecret(settings.better_auth_secret.get_secret_value()),))
    return stored_login_ring(settings)


def stored_login_ring(settings: ApiSettings) -> StoredRing[SharedSecret]:
    """Return the shared secrets in the data folder."""
    return StoredRing(
        settings.data_dir / _FOLDER / "login_secret",
        lambda path: SharedSecret(stored_secret(path)),
        lifetime=settings.auth_hs256_max_hours * 3600,
    )


def signing_ring(settings: ApiSettings) -> KeyRing[SigningKey]:
    """Return the keys of the tokens for the MCP server: those that are set, else the stored ones.

    Raises:
        SecretsUnusable: One of those that are set can't be read.
    """
    if settings.api_signing_key:
        keys = signing_keys_from_pem(settings.api_signing_key.get_secret_value())
        return FixedRing(tuple(SigningKey(key) for key in keys))
    return stored_signing_ring(settings)


def stored_signing_ring(settings: ApiSettings) -> StoredRing[SigningKey]:
    """Return the keys in the data folder."""
    return StoredRing(
        settings.data_dir / _FOLDER / "signing_key.pem",
        lambda path: SigningKey(stored_signing_key(path)),
        lifetime=MCP_TOKEN_SECONDS,
    )


def web_secret(settings: ApiSettings) -> str:
    """Return the secret of the web app's sessions.

    Raises:
        SecretsUnusable: The stored one can't be read.
    """
    if settings.better_auth_secret:
        return settings.better_auth_secret.get_secret_value()
    return stored_secret(settings.data_dir / _FOLDER / "better_auth_secret")


def login_token(settings: ApiSettings, user_id: str, hours: float) -> str:
    """Return a token with which `user_id` may use the API for so many hours.

    Raises:
        AuthError: The user id is not valid, or no such token is accepted.
    """
    if not settings.auth_hs256:
        raise NoLoginToken
    if hours > settings.auth_hs256_max_hours:
        raise NoLoginToken(
            f"A login token is good for at most {settings.auth_hs256_max_hours:g} hours: "
            "AUTH_HS256_MAX_HOURS."
        )
    return mint_login_token(
        login_ring(settings).signing().secret,
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
    minter = TokenMinter(signing_ring(settings), settings.issuer)
    return minter.mint(user_id, audience=settings.mcp_resource, lifetime=MCP_TOKEN_SECONDS)


def password_reset_token(settings: ApiSettings, email: str) -> str:
    """Return a token that requests a link to a new password, for a minute.

    Raises:
        AuthError: There is no usable secret.
    """
    return mint_password_reset_token(web_secret(settings), email)
