"""Every fault at every event of a turn with two tools, and what must be true afterwards."""

from collections.abc import Awaitable, Callable

import pytest

from tests.faults.invariants import check_turn
from tests.faults.world import LEASE, SLACK, World

MESSAGE = "[slow 30]\nadd milk\nthen add bread"
EVENTS = [
    "turn.started",
    *["tool.called", "tool.finished"] * 2,
    *["text.delta"] * 6,
    "turn.finished",
]
_LONGEST_TURN = 15.0


async def cut_the_client(_: World) -> None:
    """The stream is left where it is."""


async def kill_the_api(world: World) -> None:
    world.one.kill()
    world.one.start()


async def kill_the_mcp_server(world: World) -> None:
    world.mcp.kill()
    world.mcp.start()


async def restart_postgres(world: World) -> None:
    await world.restart_postgres()


Fault = Callable[[World], Awaitable[None]]


async def test_a_turn_with_two_tools_has_these_events(world: World) -> None:
    person = world.person()
    async with person.chatting(world.one, MESSAGE) as stream:
        seen = await stream.rest()
    assert [event.type for event in seen] == EVENTS
    await check_turn(world, person, world.two, seen, within=SLACK)


@pytest.mark.parametrize("position", range(1, len(EVENTS) + 1))
@pytest.mark.parametrize("fault", [kill_the_mcp_server, restart_postgres])
async def test_a_service_that_goes_away_and_comes_back(
    world: World, fault: Fault, position: int
) -> None:
    person = world.person()
    async with person.chatting(world.one, MESSAGE) as stream:
        await stream.until(position)
        await fault(world)
        seen = await stream.rest()
    await world.ready()
    await check_turn(world, person, world.two, seen, within=_LONGEST_TURN)


@pytest.mark.parametrize("position", range(1, len(EVENTS) + 1))
async def test_a_client_that_leaves(world: World, position: int) -> None:
    person = world.person()
    async with person.chatting(world.one, MESSAGE) as stream:
        await stream.until(position)
    state = await check_turn(world, person, world.two, stream.seen, within=_LONGEST_TURN)
    assert state["status"] == "finished"


@pytest.mark.parametrize("position", range(1, len(EVENTS) + 1))
async def test_an_api_that_dies(world: World, position: int) -> None:
    person = world.person()
    async with person.chatting(world.one, MESSAGE) as stream:
        await stream.until(position)
        await kill_the_api(world)
        await stream.rest()
    state = await check_turn(world, person, world.two, stream.seen, within=LEASE + SLACK)
    assert state["status"] == ("finished" if position == len(EVENTS) else "interrupted")
