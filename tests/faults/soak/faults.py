"""The faults, and how long it takes until everybody is served again."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import httpx2

from tests.faults.person import Person
from tests.faults.programs import Program
from tests.faults.soak.installation import Installation
from tests.faults.soak.life import Life

_LONGEST_SECONDS = 60.0
_LOOK_SECONDS = 0.05

Fault = Callable[[Installation, Sequence[Life]], Awaitable[None]]


@dataclass(frozen=True)
class Strike:
    """A fault that happened, and the moment from which all was well again."""

    name: str
    began: float
    ended: float


async def kill_a_replica(made: Installation, _: Sequence[Life]) -> None:
    made.first.api.kill()
    made.first.api.start()


async def kill_an_mcp_server(made: Installation, _: Sequence[Life]) -> None:
    made.first.mcp.kill()
    made.first.mcp.start()


async def restart_postgres(made: Installation, _: Sequence[Life]) -> None:
    await made.world.restart_postgres()


async def freeze_connections(made: Installation, _: Sequence[Life]) -> None:
    made.second.network.lose_peers()


async def cut_clients_off(_: Installation, lives: Sequence[Life]) -> None:
    for life in lives:
        life.cut()


FAULTS: dict[str, Fault] = {
    "a replica is killed": kill_a_replica,
    "connections to Postgres freeze": freeze_connections,
    "an MCP server is killed": kill_an_mcp_server,
    "clients are cut off": cut_clients_off,
    "Postgres restarts": restart_postgres,
}


async def strike(made: Installation, name: str, lives: Sequence[Life]) -> Strike:
    """Let a fault happen, and wait until a new user is served with a tool by each replica."""
    began = time.monotonic()
    await FAULTS[name](made, lives)
    async with asyncio.timeout(_LONGEST_SECONDS):
        for replica in made.replicas:
            await _until_served(made.world.person(), replica)
    return Strike(name, began, time.monotonic())


async def _until_served(person: Person, replica: Program) -> None:
    while True:
        with suppress(httpx2.TransportError):
            answer = await person.say(replica, "add milk")
            if answer.status_code == 200 and not answer.json()["tool_calls"][0]["is_error"]:
                return
        await asyncio.sleep(_LOOK_SECONDS)
