"""The MCP project's Python SDK, version 1: `mcp` below 2, in an environment of its own."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx
from mcp import ClientSession, StdioServerParameters, stdio_client
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
    with suppress(ExceptionGroup):
        await _over_http(order, {})
    await _over_http(order, order.bearer)


async def _over_http(order: Order, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(
        headers=headers, event_hooks={"response": [say_if_refused]}
    ) as http:
        await _work(order, streamable_http_client(order.url, http_client=http))


async def _work(order: Order, transport: Any) -> None:
    async with transport as (read, write, *_), ClientSession(read, write) as session:
        server = await session.initialize()
        listed = await session.list_tools()
        revision = server.protocolVersion  # type: ignore[attr-defined]  # ours is of version 2
        say(revision=revision, tools=[tool.name for tool in listed.tools])
        for name, arguments in order.calls:
            result = await session.call_tool(name, arguments)
            say(result=result.model_dump(mode="json", by_alias=True))


if __name__ == "__main__":
    asyncio.run(main(read_order()))
