"""The MCP project's Python SDK, version 2: `mcp`."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx2
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.clients.programs.wire import Order, read_order, say, say_if_refused


async def main(order: Order) -> None:
    """Come without a token first, where there is HTTP to be refused by."""
    if not order.url:
        command, *arguments = order.command
        await _work(
            order,
            stdio_client(
                StdioServerParameters(command=command, args=arguments, env=order.environment)
            ),
        )
        return
    with suppress(MCPError, ExceptionGroup):
        await _over_http(order, {})
    await _over_http(order, order.bearer)


async def _over_http(order: Order, headers: dict[str, str]) -> None:
    async with httpx2.AsyncClient(
        headers=headers, event_hooks={"response": [say_if_refused]}
    ) as http:
        await _work(order, streamable_http_client(order.url, http_client=http))


async def _work(order: Order, transport: Any) -> None:
    async with Client(transport, mode=order.mode) as client:
        listed = await client.list_tools()
        say(revision=client.protocol_version, tools=[tool.name for tool in listed.tools])
        for name, arguments in order.calls:
            result = await client.call_tool(name, arguments)
            say(result=result.model_dump(mode="json", by_alias=True))


if __name__ == "__main__":
    asyncio.run(main(read_order()))
