"""How soon an open list shows what others change: `make bench`.

Measured from the request that changes a task, over REST at another replica or by a tool of the MCP
server, until the event is with whoever follows the tasks. The goal is a second at most; the time
that the request itself took in the same run tells the machine's pace.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.faults.person import Person
from tests.faults.world import World, running_world
from tests.sse import Event, events_of

_CHANGES = 20
_GOAL = 1.0

Change = Callable[[str], Awaitable[Any]]


async def shown(news: AsyncIterator[Event], change: Change) -> list[tuple[float, float]]:
    """Return, for each change, how long it took to be made and to be heard of, in seconds."""
    times: list[tuple[float, float]] = []
    for number in range(_CHANGES):
        began = time.perf_counter()
        changing = asyncio.ensure_future(_timed(change(f"Task {number}"), began))
        await anext(news)
        times.append((await changing, time.perf_counter() - began))
    return times


async def _timed(change: Awaitable[Any], began: float) -> float:
    await change
    return time.perf_counter() - began


async def _measured(world: World) -> dict[str, list[tuple[float, float]]]:
    person = world.person()
    given = {"name": "bench", "scopes": ["tasks:read", "tasks:write"]}
    made = await person.request(world.two, "POST", "access-tokens", json=given)
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    async with (
        person.tasks_changing(world.one) as answer,
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{world.mcp.url}/mcp", http_client=http)) as tools,
    ):
        news = events_of(answer)
        await anext(news)
        return {
            "REST": await shown(news, _by_rest(person, world)),
            "MCP": await shown(news, lambda title: tools.call_tool("add_task", {"title": title})),
        }


def _by_rest(person: Person, world: World) -> Change:
    return lambda title: person.request(world.two, "POST", "tasks", json={"title": title})


async def _main() -> int:
    with TemporaryDirectory() as folder:
        async with running_world(Path(folder)) as world:
            measured = await _measured(world)
    for way, times in measured.items():
        made, heard = zip(*times, strict=True)
        sys.stdout.write(
            f"a change over {way}, seen by who follows at another replica:"
            f" median {statistics.median(heard):.3f} s, longest {max(heard):.3f} s,"
            f" goal {_GOAL} s; the change itself: median {statistics.median(made):.3f} s\n"
        )
    return 0 if all(heard <= _GOAL for times in measured.values() for _, heard in times) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
