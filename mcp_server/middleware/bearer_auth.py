"""Who is calling: the verified token alone says so."""

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.errors import InvalidToken, KeysUnavailable
from auth.principal import Principal
from db.errors import DatabaseUnavailable
from mcp_server.middleware.credentials import Credentials
from mcp_server.middleware.error_responses import Challenge, refusal
from mcp_server.middleware.scopes import SCOPES

_RETRY_SECONDS = 2


class BearerAuthentication:
    """Answer 401 on the first request that has no good token (RFC 6750), before MCP sees it."""

    def __init__(self, app: ASGIApp, credentials: Credentials, challenge: Challenge) -> None:
        self._app = app
        self._credentials = credentials
        self._challenge = challenge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its principal, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = await self._known(Headers(scope=scope).get("authorization", ""))
        if isinstance(known, JSONResponse):
            await known(scope, receive, send)
            return
        principal, user = known
        await self._app({**scope, "user": user, "principal": principal}, receive, send)

    async def _known(self, header: str) -> tuple[Principal, AuthenticatedUser] | JSONResponse:
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            return self._challenge.unauthorized(SCOPES, "A bearer token is needed.")
        try:
            principal = await self._credentials.principal(token.strip())
        except InvalidToken as error:
            return self._challenge.unauthorized(SCOPES, str(error), "invalid_token")
        except (KeysUnavailable, DatabaseUnavailable) as error:
            headers = {"Retry-After": str(_RETRY_SECONDS)}
            return refusal(503, "temporarily_unavailable", str(error), headers)
        return principal, _as_user(principal, token)


def _as_user(principal: Principal, token: str) -> AuthenticatedUser:
    """Tell the SDK who owns a session, so that nobody else can continue it."""
    return AuthenticatedUser(
        AccessToken(
            token=token,
            client_id=principal.client or "unknown",
            scopes=sorted(principal.scopes),
            expires_at=principal.expires_at,
            subject=principal.user_id,
            claims={"iss": principal.issuer},
        )
    )
