"""Requests and answers as they are on the wire."""

from typing import Any

import httpx2

from db.access_tokens import UserAccessTokens
from db.engine import Sessions, transaction
from db.values import NewAccessToken
from tests.stack import Stack

ACCEPT = "application/json, text/event-stream"
_MODERN = "2026-07-28"
_META = {
    "io.modelcontextprotocol/protocolVersion": _MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def request_of(method: str, *, meta: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    """A request that is complete by itself."""
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": method,
        "params": {**params, "_meta": {**_META, **(meta or {})}},
    }


def calling(tool: str, **arguments: Any) -> dict[str, Any]:
    """A request that calls a tool."""
    return request_of("tools/call", name=tool, arguments=arguments)


def headers_of(body: dict[str, Any], token: str | None) -> dict[str, str]:
    """What a client of the newest revision sends along."""
    name = body["params"].get("name") or body["params"].get("uri")
    named = {"Mcp-Name": name} if name else {}
    return {
        "Accept": ACCEPT,
        "MCP-Protocol-Version": _MODERN,
        "Mcp-Method": body["method"],
        **named,
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }


async def post(stack: Stack, token: str | None, body: dict[str, Any]) -> httpx2.Response:
    """Send one request."""
    # Over the stack's client: a new one for each request costs more than what it asks for.
    return await stack.client.post(
        stack.settings.mcp_resource, json=body, headers=headers_of(body, token)
    )


async def personal_token(sessions: Sessions, user: str, **given: Any) -> str:
    """Make a personal access token."""
    new = NewAccessToken(**{"name": "test", **given})
    async with transaction(sessions, user) as session:
        _, secret = await UserAccessTokens(session, user).create(new)
    return secret
