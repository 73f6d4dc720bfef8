"""How soon an open list shows what others change.

Measured from the request that changes a task, over REST at another replica or by a tool of the MCP
server, until the event is with whoever follows the tasks; the time that the request itself took in
the same run tells the machine's pace.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.bench.figures import Row, at_most
from tests.bench.run import Options
from tests.faults.person import Person
from tests.faults.world import World, running_world
from tests.sse import Event, events_of

Change = Callable[[str], Awaitable[Any]]


async def live_tasks(options: Options) -> AsyncIterator[Row]:
    """Change tasks over REST and by a tool."""
    with TemporaryDirectory() as folder:
        async with running_world(Path(folder)) as world:
            measured = await _measured(world, options.choose(20, 5))
    for way, times in measured.items():
        made, heard = zip(*times, strict=True)
        for measure, value, goal in (
            ("the change itself, median", statistics.median(made), None),
            ("change seen at another replica, median", statistics.median(heard), None),
            ("change seen at another replica, longest", max(heard), at_most(1)),
        ):
            yield Row(
                bench="live tasks",
                subject="ours",
                case=f"a task, over {way}",
                measure=measure,
                value=value,
                unit="s",
                goal=goal,
            )


async def _shown(
    news: AsyncIterator[Event], change: Change, changes: int
) -> list[tuple[float, float]]:
    """Return, for each change, how long it took to be made and to be heard of, in seconds."""
    times: list[tuple[float, float]] = []
    for number in range(changes):
        began = time.perf_counter()
        changing = asyncio.ensure_future(_timed(change(f"Task {number}"), began))
        await anext(news)
        times.append((await changing, time.perf_counter() - began))
    return times


async def _timed(change: Awaitable[Any], began: float) -> float:
    await change
    return time.perf_counter() - began


async def _measured(world: World, changes: int) -> dict[str, list[tuple[float, float]]]:
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
            "REST": await _shown(news, _by_rest(person, world), changes),
            "MCP": await _shown(
                news, lambda title: tools.call_tool("add_task", {"title": title}), changes
            ),
        }


def _by_rest(person: Person, world: World) -> Change:
    return lambda title: person.request(world.two, "POST", "tasks", json={"title": title})
