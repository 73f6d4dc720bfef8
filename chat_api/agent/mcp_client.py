"""The client of the MCP server: one connection pool for all turns, one POST for each call.

From revision 2026-07-28 on, MCP requests are stateless: without handshake and session, any replica
can answer them, and each may carry another user's token.
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

import aiohttp
import orjson
from agents import FunctionTool
from mcp_types import CallToolResult, Tool
from opentelemetry.trace import Span
from pydantic import ValidationError

from chat_api.agent.failures import ToolServiceUnavailable
from chat_api.agent.function_tools import function_tool
from db.telemetry.logs import fields, request_id
from db.telemetry.metrics import metrics
from db.telemetry.requests import REQUEST_ID
from db.telemetry.tracing import client_span, mark_failed, propagate

_REVISION = "2026-07-28"
_META = {
    "io.modelcontextprotocol/protocolVersion": _REVISION,
    "io.modelcontextprotocol/clientInfo": {"name": "todochat", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
# A turn must fail within five seconds when the server is gone (FR-CHAT-032).
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=4)

logger = logging.getLogger(__name__)


class McpClient:
    """The tools of the MCP server at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None
        self._ids = count(1)
        self._tools: list[FunctionTool] | None = None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def function_tools(self, token: Callable[[], str]) -> list[FunctionTool]:
        """Return the tools for the Agents SDK: the same for every user, and fetched once.

        A token is made only where they are fetched.

        Raises:
            ToolServiceUnavailable: The server can't be reached or refuses the token.

        """
        if self._tools is None:
            self._tools = [function_tool(tool) for tool in await self.fetch_tools(token())]
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
        began, outcome = time.perf_counter(), "unavailable"
        try:
            with _tool_span(name) as span:
                result = await self._call(name, arguments, meta, token)
                if result.is_error:
                    mark_failed(span, "tool_error")
            outcome = "error" if result.is_error else "ok"
        finally:
            seconds = time.perf_counter() - began
            metrics().turns.tool_seconds.labels(name, outcome).observe(seconds)
        return result

    async def _call(
        self, name: str, arguments: dict[str, Any], meta: dict[str, Any], token: str
    ) -> CallToolResult:
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
        meta = {**_META, **(meta or {})}
        propagate(meta)
        body = {
            "jsonrpc": "2.0",
            "id": next(self._ids),
            "method": method,
            "params": {**params, "_meta": meta},
        }
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
            "MCP-Protocol-Version": _REVISION,
            "Mcp-Method": method,
        }
        if name:
            headers["Mcp-Name"] = name
        if current := request_id():
            headers[REQUEST_ID] = current
        propagate(headers)
        try:
            status, answer = await self._post(orjson.dumps(body), headers)
            message = orjson.loads(answer)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ToolServiceUnavailable(f"no answer from {self._url}") from error
        if not isinstance(message, dict) or "result" not in message:
            logger.error(
                "The MCP server refused %s", method, extra=fields(status=status, **_code(message))
            )
            raise ToolServiceUnavailable(f"{method} was refused with {status}", status)
        return message["result"]

    async def _post(self, data: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            return await self._send(data, headers)
        except aiohttp.ServerTimeoutError:
            raise
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
            # The server was restarted, and the kept connection is closed. A write carries an
            # idempotency key, so that it can be sent again.
            return await self._send(data, headers)

    async def _send(self, data: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        async with self._http().post(self._url, data=data, headers=headers) as response:
            return response.status, await response.read()

    def _http(self) -> aiohttp.ClientSession:
        """Return the session; it belongs to the loop that first asks for it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._session


def _tool_span(name: str) -> AbstractContextManager[Span]:
    return client_span(
        f"tools/call {name}",
        mcp__method__name="tools/call",
        mcp__protocol__version=_REVISION,
        gen_ai__operation__name="execute_tool",
        gen_ai__tool__name=name,
    )


def _code(message: Any) -> dict[str, str]:
    """Return the code of a refusal; its words could quote the call."""
    error = message.get("error") if isinstance(message, dict) else None
    code = error.get("code") if isinstance(error, dict) else error
    return {"code": str(code)} if isinstance(code, str | int) else {}
