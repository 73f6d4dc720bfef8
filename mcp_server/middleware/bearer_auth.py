"""Bearer authentication (RFC 6750), and the metadata by which clients get a token (RFC 9728)."""

from urllib.parse import urlsplit, urlunsplit

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.errors import InvalidToken, KeysUnavailable, TooManyFailedTokens
from auth.failed_tokens import FailedTokens
from auth.principal import Principal
from db.errors import DatabaseUnavailable
from db.telemetry.logs import bind_contextvars, user_hash
from mcp_server.middleware.credentials import Credentials
from mcp_server.middleware.error_responses import Challenge, error_response, unavailable
from mcp_server.middleware.scopes import SCOPES
from mcp_server.settings import McpSettings

_WELL_KNOWN = "/.well-known/oauth-protected-resource"


class BearerAuthentication:
    """Put the principal of a valid token into the scope; answer 401 without one."""

    def __init__(
        self,
        app: ASGIApp,
        credentials: Credentials,
        failed_tokens: FailedTokens,
        challenge: Challenge,
    ) -> None:
        self._app = app
        self._credentials = credentials
        self._failed_tokens = failed_tokens
        self._challenge = challenge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its principal, or answer 401, 429, or 503 without keys."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address, _ = scope.get("client") or (None, 0)
        header = Headers(scope=scope).get("authorization", "")
        authenticated = await self._authenticate(header, address)
        if isinstance(authenticated, JSONResponse):
            await authenticated(scope, receive, send)
            return
        principal, user = authenticated
        bind_contextvars(user=user_hash(principal.user_id))
        if principal.turn_id:
            bind_contextvars(turn_id=principal.turn_id)
        await self._app({**scope, "user": user, "principal": principal}, receive, send)

    async def _authenticate(
        self, header: str, address: str | None
    ) -> tuple[Principal, AuthenticatedUser] | JSONResponse:
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            return self._challenge.unauthorized(SCOPES, "A bearer token is needed.")
        try:
            with self._failed_tokens.counting(address):
                principal = await self._credentials.principal(token.strip())
        except TooManyFailedTokens as error:
            wait = {"Retry-After": str(error.retry_after)}
            return error_response(429, error.code, str(error), wait)
        except InvalidToken as error:
            return self._challenge.unauthorized(SCOPES, str(error), "invalid_token")
        except (KeysUnavailable, DatabaseUnavailable) as error:
            return unavailable(str(error))
        return principal, _as_user(principal, token)


def metadata_url(settings: McpSettings) -> str:
    """Return the URL of the metadata: the well-known part precedes the resource's path."""
    parts = urlsplit(settings.resource)
    return urlunsplit((parts.scheme, parts.netloc, _WELL_KNOWN + parts.path, "", ""))


def metadata_routes(settings: McpSettings) -> list[Route]:
    """Serve the metadata at that URL, and at the root, where some clients look for it."""
    document = {
        "resource": settings.resource,
        "resource_name": "Todochat",
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
        # Without one, only personal access tokens are accepted.
        **({"authorization_servers": [settings.oauth_issuer]} if settings.oauth_issuer else {}),
    }

    async def metadata(_: Request) -> JSONResponse:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
        return JSONResponse(document, headers=headers)

    paths = dict.fromkeys([_WELL_KNOWN + urlsplit(settings.resource).path, _WELL_KNOWN])
    return [Route(path, metadata) for path in paths]


def _as_user(principal: Principal, token: str) -> AuthenticatedUser:
    """Name the owner of a session to the SDK, which lets only the owner continue it."""
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
