"""How an HTTP request is refused before MCP sees it."""

from typing import Any

from starlette.responses import JSONResponse


def refusal(
    status: int, error: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return an answer in the form of OAuth's errors (RFC 6749, 5.2)."""
    body: dict[str, Any] = {"error": error, "error_description": message}
    return JSONResponse(body, status, headers)


class Challenge:
    """What a client is told of how to get in (RFC 6750, 3; RFC 9728, 5.1)."""

    def __init__(self, metadata_url: str) -> None:
        self._metadata_url = metadata_url

    def unauthorized(self, scopes: tuple[str, ...], message: str, error: str = "") -> JSONResponse:
        """Refuse a request that has no good token; `scopes` is what to ask for."""
        return refusal(401, error or "unauthorized", message, self._header(scopes, error, message))

    def forbidden(self, scopes: tuple[str, ...], message: str) -> JSONResponse:
        """Refuse a request whose token is good but has not all of `scopes`."""
        error = "insufficient_scope"
        return refusal(403, error, message, self._header(scopes, error, message))

    def _header(self, scopes: tuple[str, ...], error: str, message: str) -> dict[str, str]:
        parts = {
            "error": error,
            "error_description": message if error else "",
            "scope": " ".join(scopes),
            "resource_metadata": self._metadata_url,
        }
        told = ", ".join(f'{name}="{value}"' for name, value in parts.items() if value)
        return {"WWW-Authenticate": f"Bearer {told}"}
