"""What the server says of itself to those who want a token for it (RFC 9728)."""

from urllib.parse import urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mcp_server.middleware.scopes import SCOPES
from mcp_server.settings import McpSettings

_WELL_KNOWN = "/.well-known/oauth-protected-resource"


def metadata_url(settings: McpSettings) -> str:
    """Return where the metadata is: the well-known part goes before the resource's own path."""
    parts = urlsplit(settings.resource)
    return urlunsplit((parts.scheme, parts.netloc, _WELL_KNOWN + parts.path, "", ""))


def metadata_routes(settings: McpSettings) -> list[Route]:
    """Serve the metadata there, and at the root, where some clients look for it."""
    document = {
        "resource": settings.resource,
        "resource_name": "Todochat",
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
        # Without one, a personal access token is the only way in.
        **({"authorization_servers": [settings.oauth_issuer]} if settings.oauth_issuer else {}),
    }

    async def metadata(_: Request) -> JSONResponse:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
        return JSONResponse(document, headers=headers)

    paths = dict.fromkeys([_WELL_KNOWN + urlsplit(settings.resource).path, _WELL_KNOWN])
    return [Route(path, metadata) for path in paths]
