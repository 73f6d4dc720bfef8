"""HTTP error responses of the middleware, in the form of OAuth's (RFC 6749, 5.2)."""

from typing import Any

from starlette.responses import JSONResponse

RETRY_SECONDS = 2


def error_response(
    status: int, error: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return a response with `error` and `error_description`."""
    body: dict[str, Any] = {"error": error, "error_description": message}
    return JSONResponse(body, status, headers)


def unavailable(message: str) -> JSONResponse:
    """Refuse a request that can't be authorized just now."""
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return error_response(503, "temporarily_unavailable", message, headers)


class Challenge:
    """Builds the responses with a `WWW-Authenticate` challenge (RFC 6750, 3; RFC 9728, 5.1)."""

    def __init__(self, metadata_url: str) -> None:
        self._metadata_url = metadata_url

    def unauthorized(self, scopes: tuple[str, ...], message: str, error: str = "") -> JSONResponse:
        """Refuse a request without a valid token; `scopes` are those to request."""
        headers = self._header(scopes, error, message)
        return error_response(401, error or "unauthorized", message, headers)

    def forbidden(self, scopes: tuple[str, ...], message: str) -> JSONResponse:
        """Refuse a request whose valid token lacks some of `scopes`."""
        error = "insufficient_scope"
        return error_response(403, error, message, self._header(scopes, error, message))

    def _header(self, scopes: tuple[str, ...], error: str, message: str) -> dict[str, str]:
        parts = {
            "error": error,
            "error_description": message if error else "",
            "scope": " ".join(scopes),
            "resource_metadata": self._metadata_url,
        }
        parameters = ", ".join(f'{name}="{value}"' for name, value in parts.items() if value)
        return {"WWW-Authenticate": f"Bearer {parameters}"}
