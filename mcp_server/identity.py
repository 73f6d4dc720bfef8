"""Who is calling: the verified token alone says so."""

from typing import Any

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.errors import InvalidToken, KeysUnavailable
from auth.principal import Principal
from auth.tokens import TokenVerifier

SCOPES = ("tasks:read", "tasks:write")


class BearerAuthentication:
    """Answer 401 on the first request that has no good token (RFC 6750), before MCP sees it."""

    def __init__(self, app: ASGIApp, verifier: TokenVerifier) -> None:
        self._app = app
        self._verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its principal, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            await _unauthorized("A bearer token is needed.")(scope, receive, send)
            return
        try:
            principal = await self._verifier.verify(token.strip())
        except InvalidToken as error:
            await _unauthorized(str(error), "invalid_token")(scope, receive, send)
            return
        except KeysUnavailable as error:
            await _unavailable(str(error))(scope, receive, send)
            return
        known = {**scope, "user": _as_user(principal, token), "principal": principal}
        await self._app(known, receive, send)


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


def _unauthorized(message: str, error: str | None = None) -> JSONResponse:
    parts = [f'scope="{" ".join(SCOPES)}"']
    if error:
        parts += [f'error="{error}"', f'error_description="{message}"']
    return _refusal(401, error or "unauthorized", message, {"WWW-Authenticate": _bearer(parts)})


def _bearer(parts: list[str]) -> str:
    return "Bearer " + ", ".join(parts)


def _unavailable(message: str) -> JSONResponse:
    return _refusal(503, "temporarily_unavailable", message, {"Retry-After": "2"})


def _refusal(status: int, error: str, message: str, headers: dict[str, str]) -> JSONResponse:
    body: dict[str, Any] = {"error": error, "error_description": message}
    return JSONResponse(body, status, headers)
