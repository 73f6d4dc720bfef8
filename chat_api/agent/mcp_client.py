"""The client of the MCP server: one connection pool for all turns, one POST for each call.

From revision 2026-07-28 on, MCP requests are stateless: without handshake and session, any replica
can answer them, and each may carry another user's token.
"""

import logging
from itertools import count
from typing import Any

import httpx2
from mcp_types import CallToolResult, Tool
from pydantic import ValidationError

from chat_api.agent.failures import ToolServiceUnavailable

_REVISION = "2026-07-28"
_META = {
    "io.modelcontextprotocol/protocolVersion": _REVISION,
    "io.modelcontextprotocol/clientInfo": {"name": "todochat", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
# A turn must fail within five seconds when the server is gone (FR-CHAT-032).
_TIMEOUT = httpx2.Timeout(4, connect=2)
_LIMITS = httpx2.Limits(max_connections=50, max_keepalive_connections=20)

logger = logging.getLogger(__name__)


class McpClient:
    """The tools of the MCP server at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx2.AsyncClient(timeout=_TIMEOUT, limits=_LIMITS)
        self._ids = count(1)
        self._tools: list[Tool] | None = None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def list_tools(self, token: str) -> list[Tool]:
        """Return the tools as models see them: the same for every user, and fetched once.

        Raises:
            ToolServiceUnavailable: The server can't be reached or refuses the token.

        """
        if self._tools is None:
            self._tools = [for_model(tool) for tool in await self.fetch_tools(token)]
        return self._tools

    async def fetch_tools(self, token: str) -> list[Tool]:
        """Fetch the tools from the server.

        Raises:
            ToolServiceUnavailable: The server can't be reached or refuses the token.

        """
        result = await self._request("tools/list", {}, token)
        try:
            return [Tool.model_validate(tool) for tool in result["tools"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise ToolServiceUnavailable("the MCP server's tools can't be read") from error

    async def call(
        self, name: str, arguments: dict[str, Any], meta: dict[str, Any], token: str
    ) -> CallToolResult:
        """Call a tool; the idempotency key in `meta` makes it safe to send the call twice.

        Raises:
            ToolServiceUnavailable: The server can't be reached or refuses the token.

        """
        params = {"name": name, "arguments": arguments}
        result = await self._request("tools/call", params, token, meta=meta, name=name)
        try:
            return CallToolResult.model_validate(result)
        except ValidationError as error:
            raise ToolServiceUnavailable("the MCP server's answer can't be read") from error

    async def _request(
        self,
        method: str,
        params: dict[str, Any],
        token: str,
        *,
        meta: dict[str, Any] | None = None,
        name: str | None = None,
    ) -> Any:
        body = {
            "jsonrpc": "2.0",
            "id": next(self._ids),
            "method": method,
            "params": {**params, "_meta": {**_META, **(meta or {})}},
        }
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": _REVISION,
            "Mcp-Method": method,
        }
        if name:
            headers["Mcp-Name"] = name
        try:
            response = await self._post(body, headers)
            message = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ToolServiceUnavailable(f"no answer from {self._url}") from error
        if not isinstance(message, dict) or "result" not in message:
            logger.error("The MCP server refused %s: %s", method, response.text[:500])
            raise ToolServiceUnavailable(f"{method} was refused with {response.status_code}")
        return message["result"]

    async def _post(self, body: dict[str, Any], headers: dict[str, str]) -> httpx2.Response:
        try:
            return await self._client.post(self._url, json=body, headers=headers)
        except (httpx2.NetworkError, httpx2.RemoteProtocolError):
            # The server was restarted while the connection was idle. Writes carry an idempotency
            # key, so that sending the call again is safe.
            return await self._client.post(self._url, json=body, headers=headers)


# The turn itself gives the idempotency key, and a reply has no room for a second page.
_HIDDEN_ARGUMENTS = frozenset({"idempotency_key", "cursor"})
# The server enforces the bounds, and its error names the one that was exceeded. A schema keeps
# `additionalProperties`: model servers with constrained decoding need it.
_BOUNDS = frozenset(["minLength", "maxLength", "minimum", "maximum", "maxItems", "default"])


def for_model(tool: Tool) -> Tool:
    """Return the tool without the bounds, and without arguments that are hidden from models."""
    schema = dict(tool.input_schema)
    arguments = schema.get("properties", {})
    schema["properties"] = {
        name: argument for name, argument in arguments.items() if name not in _HIDDEN_ARGUMENTS
    }
    return tool.model_copy(update={"input_schema": _unbounded(schema)})


def _unbounded(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_unbounded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    keywords = {name: part for name, part in schema.items() if name not in _BOUNDS}
    arguments = keywords.pop("properties", None)
    unbounded = {name: _unbounded(part) for name, part in keywords.items()}
    if arguments is None:
        return unbounded
    # An argument may have the name of a bound.
    return {**unbounded, "properties": {name: _unbounded(arguments[name]) for name in arguments}}
