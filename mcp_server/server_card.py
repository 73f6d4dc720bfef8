"""What the server says of itself to clients that have not connected: its card, catalog and icon.

The card is that of SEP-2127, for which `<endpoint>/server-card` is reserved; clients learn of it
from the catalog at the well-known path. An older draft had the card itself at a well-known path.
"""

import json
from hashlib import sha256
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mcp_types import Icon
from mcp_types.version import SUPPORTED_PROTOCOL_VERSIONS
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mcp_server.settings import McpSettings

DESCRIPTION = "A person's to-do list: add, list, change, complete and delete tasks, and undo it."
_SCHEMA = "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json"
_CARD_TYPE = "application/mcp-server-card+json"
_CATALOG_TYPE = "application/ai-catalog+json"
_ICON = (Path(__file__).parent / "icon.png").read_bytes()
_PUBLIC = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
    "Access-Control-Expose-Headers": "ETag",
    "Cache-Control": "public, max-age=3600",
}


def icons(settings: McpSettings) -> list[Icon]:
    """Return the icon of the server, which it serves itself."""
    return [Icon(src=f"{settings.resource}/icon.png", mime_type="image/png", sizes=["128x128"])]


def card(settings: McpSettings) -> dict[str, Any]:
    """Return the card: who the server is, where it is, and what a client needs to get in."""
    return {
        "$schema": _SCHEMA,
        "name": f"{'.'.join(reversed(_domain(settings).split('.')))}/todochat",
        "title": "Todochat",
        "description": DESCRIPTION,
        "version": version("todochat"),
        "websiteUrl": settings.web_address,
        "icons": [icon.model_dump(by_alias=True, exclude_none=True) for icon in icons(settings)],
        "remotes": [
            {
                "type": "streamable-http",
                "url": settings.resource,
                "supportedProtocolVersions": list(SUPPORTED_PROTOCOL_VERSIONS),
                "headers": [_authorization(settings)],
            }
        ],
    }


def catalog(settings: McpSettings) -> dict[str, Any]:
    """Return the catalog of this host, whose one entry is the card."""
    entry = {
        "identifier": f"urn:air:{_domain(settings)}:mcp:todochat",
        "type": _CARD_TYPE,
        "url": f"{settings.resource}/server-card",
    }
    return {"specVersion": "1.0", "entries": [entry]}


def card_routes(settings: McpSettings, endpoint: str) -> list[Route]:
    """Serve all three to everybody; `endpoint` is the path of the MCP endpoint."""
    described = json.dumps(card(settings)).encode()
    listed = json.dumps(catalog(settings)).encode()
    return [
        _public(f"{endpoint}/server-card", described, _CARD_TYPE),
        _public("/.well-known/mcp/server-card.json", described, _CARD_TYPE),
        _public("/.well-known/ai-catalog.json", listed, _CATALOG_TYPE),
        _public(f"{endpoint}/icon.png", _ICON, "image/png"),
    ]


def _authorization(settings: McpSettings) -> dict[str, Any]:
    return {
        "name": "Authorization",
        "description": "A personal access token of Todochat's settings, as `Bearer tdc_...`",
        # Where there is an authorization server, a client can log its user in instead.
        "isRequired": settings.oauth_issuer is None,
        "isSecret": True,
    }


def _domain(settings: McpSettings) -> str:
    host = urlsplit(settings.resource).hostname or "localhost"
    try:
        ip_address(host)
    except ValueError:
        return host
    return "localhost"


def _public(path: str, body: bytes, media_type: str) -> Route:
    headers = {**_PUBLIC, "ETag": f'"{sha256(body).hexdigest()[:16]}"'}

    async def serve(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=media_type)

    return Route(path, serve, methods=["GET", "OPTIONS"])
