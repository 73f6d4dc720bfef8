"""OpenAI's Agents SDK: `openai-agents`, as an agent's tool server."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx2
from agents.mcp import MCPServer, MCPServerStdio, MCPServerStreamableHttp
from mcp import MCPError

from tests.clients.programs.wire import Order, read_order, say, say_if_refused

# Seconds; by default it is five, which a busy machine may need to start a process.
_PATIENCE = 60


async def main(order: Order) -> None:
    """Come without a token first, where there is HTTP to be refused by."""
    if not order.url:
        command, *arguments = order.command
        await _work(
            order,
            MCPServerStdio(
                {"command": command, "args": arguments, "env": order.environment},
                client_session_timeout_seconds=_PATIENCE,
            ),
        )
        return
    with suppress(MCPError, ExceptionGroup):
        await _work(order, _over_http(order, {}))
    await _work(order, _over_http(order, order.bearer))


def _over_http(order: Order, headers: dict[str, str]) -> MCPServer:
    return MCPServerStreamableHttp(
        {"url": order.url, "headers": headers, "httpx_client_factory": _http},
        client_session_timeout_seconds=_PATIENCE,
    )


def _http(
    headers: dict[str, str] | None = None, timeout: Any = None, auth: Any = None
) -> httpx2.AsyncClient:
    hooks = {"response": [say_if_refused]}
    return httpx2.AsyncClient(headers=headers, timeout=timeout, auth=auth, event_hooks=hooks)


async def _work(order: Order, server: Any) -> None:
    async with server:
        tools = await server.list_tools()
        say(revision=server.session.protocol_version, tools=[tool.name for tool in tools])
        for name, arguments in order.calls:
            result = await server.call_tool(name, arguments)
            say(result=result.model_dump(mode="json", by_alias=True))


if __name__ == "__main__":
    asyncio.run(main(read_order()))
