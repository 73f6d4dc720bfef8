"""Resolves a bearer token to its principal."""

from auth.errors import InvalidToken
from auth.issuers import ASYMMETRIC_ALGORITHMS, Issuer
from auth.principal import Principal
from auth.sources import RemoteKeys
from auth.tokens import TokenVerifier
from db.access_tokens import TOKEN_PREFIX, find_access_token
from db.engine import Sessions
from mcp_server.settings import McpSettings

# The chat API's tokens live this long at most, in seconds.
_MAX_TOKEN_LIFETIME = 60
PERSONAL = "personal access token"


class Credentials:
    """Verifies the tokens of the chat API and the web app, and personal access tokens."""

    def __init__(self, settings: McpSettings, sessions: Sessions) -> None:
        """Trust the issuers that the settings name.

        Raises:
            UnsafeIssuer: The URL of a key set is not usable.
        """
        self._sessions = sessions
        self._verifier = TokenVerifier([_chat_api(settings), *_web_app(settings)])

    async def principal(self, token: str) -> Principal:
        """Return the principal of a token.

        Raises:
            InvalidToken: The token is not valid here and now.
            KeysUnavailable: The issuer's keys can't be fetched.
            DatabaseUnavailable: Postgres, which holds the personal tokens, can't be reached.
        """
        if token.startswith(TOKEN_PREFIX):
            return await self._personal(token)
        return await self._verifier.verify(token)

    async def aclose(self) -> None:
        """Stop fetching keys."""
        await self._verifier.aclose()

    async def _personal(self, secret: str) -> Principal:
        token = await find_access_token(self._sessions, secret)
        if token is None:
            raise InvalidToken("The access token is unknown, revoked or expired.")
        return Principal(
            user_id=token.user_id,
            issuer=PERSONAL,
            client=token.name,
            scopes=frozenset(token.scopes),
            timezone=None,
            turn_id=None,
            expires_at=int(token.expires_at.timestamp()),
        )


def _chat_api(settings: McpSettings) -> Issuer:
    """Trust the chat API's one-minute tokens, and no longer ones of that issuer."""
    return Issuer(
        algorithms=("EdDSA",),
        keys=RemoteKeys(settings.jwks_url),
        issuer=settings.issuer,
        audience=settings.resource,
        max_lifetime=_MAX_TOKEN_LIFETIME,
    )


def _web_app(settings: McpSettings) -> list[Issuer]:
    """Trust the authorization server, if one is set, for tokens with this audience."""
    if settings.oauth_issuer is None:
        return []
    return [
        Issuer(
            algorithms=ASYMMETRIC_ALGORITHMS,
            keys=RemoteKeys(settings.oauth_keys_url),
            issuer=settings.oauth_issuer,
            audience=settings.resource,
        )
    ]
