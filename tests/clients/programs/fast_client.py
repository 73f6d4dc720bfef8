"""The client of `fastmcp`, in an environment of its own."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx2
from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
from mcp import MCPError

from tests.clients.programs.wire import Order, read_order, say, say_if_refused


async def main(order: Order) -> None:
    """Come without a token first, where there is HTTP to be refused by."""
    if not order.url:
        command, *arguments = order.command
        await _work(order, StdioTransport(command, arguments, env=order.environment))
        return
    with suppress(MCPError):
        await _work(order, _over_http(order, {}))
    await _work(order, _over_http(order, order.bearer))


def _over_http(order: Order, headers: dict[str, str]) -> StreamableHttpTransport:
    return StreamableHttpTransport(order.url, headers, httpx_client_factory=_http)


def _http(**options: Any) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(event_hooks={"response": [say_if_refused]}, **options)


async def _work(order: Order, transport: Any) -> None:
    async with Client(transport, mode=order.mode) as client:
        tools = await client.list_tools()
        say(revision=client.protocol_version, tools=[tool.name for tool in tools])
        for name, arguments in order.calls:
            result = await client.call_tool_mcp(name, arguments)
            say(result=result.model_dump(mode="json", by_alias=True))


if __name__ == "__main__":
    asyncio.run(main(read_order()))
