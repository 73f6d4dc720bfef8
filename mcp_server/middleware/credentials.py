"""From a bearer token to whom it speaks for."""

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
_PERSONAL = "personal access token"


class Credentials:
    """Knows good tokens: the chat API's, the web app's, and users' personal access tokens."""

    def __init__(self, settings: McpSettings, sessions: Sessions) -> None:
        """Raise UnsafeIssuer if an address of keys can't be used."""
        self._sessions = sessions
        self._verifier = TokenVerifier([_chat_api(settings), *_web_app(settings)])

    async def principal(self, token: str) -> Principal:
        """Return whom the token speaks for.

        Raises:
            InvalidToken: It opens nothing here and now.
            KeysUnavailable: Its issuer's keys can't be had, so nobody can tell.
            DatabaseUnavailable: Postgres, which knows the personal tokens, is away.

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
            issuer=_PERSONAL,
            client=token.name,
            scopes=frozenset(token.scopes),
            timezone=None,
            turn_id=None,
            expires_at=int(token.expires_at.timestamp()),
        )


def _chat_api(settings: McpSettings) -> Issuer:
    """Trust the chat API's minute tokens, and of that issuer nothing else."""
    return Issuer(
        algorithms=("EdDSA",),
        keys=RemoteKeys(settings.jwks_url),
        issuer=settings.issuer,
        audience=settings.resource,
        max_lifetime=_MAX_TOKEN_LIFETIME,
    )


def _web_app(settings: McpSettings) -> list[Issuer]:
    """Trust the authorization server, if there is one, for tokens that name this server."""
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
