"""The MCP server as the API talks to it: one shared connection pool, one POST a call.

From revision 2026-07-28 on, an MCP request is complete by itself: no handshake and no session, so
any replica can answer it and any user's token can travel in it.
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
# A caller learns within five seconds that the server is gone.
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
        """Return the tools as models see them: the same for every user, and asked for once.

        Raises:
            ToolServiceUnavailable: The server can't be reached or refuses the token.

        """
        if self._tools is None:
            self._tools = [for_model(tool) for tool in await self.fetch_tools(token)]
        return self._tools

    async def fetch_tools(self, token: str) -> list[Tool]:
        """Ask the server for its tools.

        Raises:
            ToolServiceUnavailable: The server can't be reached or refuses the token.

        """
        answer = await self._ask("tools/list", {}, token)
        try:
            return [Tool.model_validate(tool) for tool in answer["tools"]]
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
        answer = await self._ask("tools/call", params, token, meta=meta, named=name)
        try:
            return CallToolResult.model_validate(answer)
        except ValidationError as error:
            raise ToolServiceUnavailable("the MCP server's answer can't be read") from error

    async def _ask(
        self,
        method: str,
        params: dict[str, Any],
        token: str,
        *,
        meta: dict[str, Any] | None = None,
        named: str | None = None,
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
        if named:
            headers["Mcp-Name"] = named
        try:
            answer = await self._post(body, headers)
            said = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ToolServiceUnavailable(f"no answer from {self._url}") from error
        if not isinstance(said, dict) or "result" not in said:
            logger.error("The MCP server refused %s: %s", method, answer.text[:500])
            raise ToolServiceUnavailable(f"{method} was refused with {answer.status_code}")
        return said["result"]

    async def _post(self, body: dict[str, Any], headers: dict[str, str]) -> httpx2.Response:
        try:
            return await self._client.post(self._url, json=body, headers=headers)
        except (httpx2.NetworkError, httpx2.RemoteProtocolError):
            # A kept connection whose other end was restarted. Writes carry a key, so that once
            # more is not twice.
            return await self._client.post(self._url, json=body, headers=headers)


# Retries are keyed by the turn itself, and a reply has no room for a second page.
_NOT_FOR_MODELS = frozenset({"idempotency_key", "cursor"})
# The server holds arguments to its bounds, and says so plainly when they are passed.
# That there are no other arguments stays: servers that hold a model to the schema go by it.
_BOUNDS = frozenset(["minLength", "maxLength", "minimum", "maximum", "maxItems", "default"])


def for_model(tool: Tool) -> Tool:
    """Return the tool without arguments that are not a model's to give, and without bounds."""
    shown = dict(tool.input_schema)
    arguments = shown.get("properties", {})
    shown["properties"] = {
        name: schema for name, schema in arguments.items() if name not in _NOT_FOR_MODELS
    }
    return tool.model_copy(update={"input_schema": _unbounded(shown)})


def _unbounded(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_unbounded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: part for name, part in schema.items() if name not in _BOUNDS}
    named = kept.pop("properties", None)
    bare = {name: _unbounded(part) for name, part in kept.items()}
    if named is None:
        return bare
    # An argument may be called what a bound is called.
    return {**bare, "properties": {name: _unbounded(part) for name, part in named.items()}}
