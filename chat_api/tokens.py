"""Secrets and keys of the API, and the tokens that the command line mints with them."""

from pydantic import SecretStr

from auth.errors import NoLoginToken
from auth.key_ring import FixedRing, KeyRing, StoredRing
from auth.keys import KEYS_FOLDER, signing_keys_from_pem, stored_secrets, stored_signing_key
from auth.minting import SigningKey, TokenMinter, mint_login_token, mint_password_reset_token
from auth.sources import SharedSecret
from chat_api.settings import ApiSettings

MCP_TOKEN_SECONDS = 60
_LOGIN_HOURS = 24
# The web app's sessions last as long: `lib/auth/options.ts`.
_SESSION_SECONDS = 30 * 24 * 3600


def login_ring(settings: ApiSettings) -> KeyRing[SharedSecret]:
    """Return the shared secrets of login tokens: those that are set, else the stored ones.

    Raises:
        UnsafeIssuer: One of those that are set is too short, or is the text of a key.
    """
    if settings.login_secret:
        return FixedRing(_several(settings.login_secret))
    if settings.better_auth_secret:
        return FixedRing(_several(settings.better_auth_secret))
    return stored_login_ring(settings)


def stored_login_ring(settings: ApiSettings) -> StoredRing[SharedSecret]:
    """Return the shared secrets in the data folder."""
    return stored_secrets(settings.data_dir, "login_secret", settings.auth_hs256_max_hours * 3600)


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
        settings.data_dir / KEYS_FOLDER / "signing_key.pem",
        lambda path: SigningKey(stored_signing_key(path)),
        lifetime=MCP_TOKEN_SECONDS,
    )


def web_ring(settings: ApiSettings) -> KeyRing[SharedSecret]:
    """Return the secrets of the web app: those that are set, else the stored ones.

    Raises:
        UnsafeIssuer: One of those that are set is too short, or is the text of a key.
    """
    if settings.better_auth_secret:
        return FixedRing(_several(settings.better_auth_secret))
    return stored_web_ring(settings)


def stored_web_ring(settings: ApiSettings) -> StoredRing[SharedSecret]:
    """Return the secrets of the web app in the data folder, which it gets when it starts."""
    return stored_secrets(settings.data_dir, "better_auth_secret", _SESSION_SECONDS)


def login_token(settings: ApiSettings, user_id: str, hours: float | None = None) -> str:
    """Return a token with which `user_id` may use the API for so many hours, by default a day.

    Raises:
        AuthError: The user id is not valid, or no such token is accepted.
    """
    if not settings.auth_hs256:
        raise NoLoginToken
    most = settings.auth_hs256_max_hours
    if hours is not None and hours > most:
        raise NoLoginToken(
            f"AUTH_HS256_MAX_HOURS: a login token is good for at most {most:g} hours."
        )
    return mint_login_token(
        login_ring(settings).signing().secret,
        user_id,
        lifetime=int((hours or min(_LOGIN_HOURS, most)) * 3600),
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
    ring = web_ring(settings)
    # A web app that runs may not have the newest stored secret yet, but it has the oldest.
    secret = ring.verifying()[0] if isinstance(ring, StoredRing) else ring.signing()
    return mint_password_reset_token(secret.secret, email)


def _several(setting: SecretStr) -> tuple[SharedSecret, ...]:
    secrets = setting.get_secret_value().split(",")
    return tuple(SharedSecret(secret.strip()) for secret in secrets)
