"""Every fault at every event of a turn with two tools, and what must be true afterwards."""

from collections.abc import Awaitable, Callable

import pytest

from tests.faults.invariants import check_turn
from tests.faults.size import EVENTS, TWO_TOOLS
from tests.faults.world import LEASE, SLACK, World

_LONGEST_TURN = 30.0


async def kill_the_mcp_server(world: World) -> None:
    world.mcp.kill()
    world.mcp.start()


async def restart_postgres(world: World) -> None:
    await world.restart_postgres()


Fault = Callable[[World], Awaitable[None]]


@pytest.mark.requirement("FR-CHAT-401")
async def test_a_turn_with_two_tools_has_these_events(steady_world: World) -> None:
    world = steady_world
    person = world.person()
    async with person.chatting(world.one, TWO_TOOLS) as stream:
        seen = await stream.rest()
    assert tuple(event.type for event in seen) == EVENTS
    await check_turn(world, person, world.two, seen, within=SLACK)


@pytest.mark.requirement("FR-CHAT-403")
@pytest.mark.parametrize("fault", [kill_the_mcp_server, restart_postgres])
async def test_a_service_that_goes_away_and_comes_back(
    world: World, fault: Fault, every_position: int
) -> None:
    person = world.person()
    async with person.chatting(world.one, TWO_TOOLS) as stream:
        await stream.until(every_position)
        await fault(world)
        seen = await stream.rest()
    await world.ready()
    await check_turn(world, person, world.two, seen, within=_LONGEST_TURN)


@pytest.mark.requirement("FR-CHAT-401")
async def test_a_client_that_leaves(steady_world: World, every_position: int) -> None:
    world = steady_world
    person = world.person()
    async with person.chatting(world.one, TWO_TOOLS) as stream:
        await stream.until(every_position)
    state = await check_turn(world, person, world.two, stream.seen, within=_LONGEST_TURN)
    assert state["status"] == "finished"


@pytest.mark.requirement("FR-CHAT-402")
async def test_an_api_that_dies(world: World, every_position: int) -> None:
    person = world.person()
    async with person.chatting(world.one, TWO_TOOLS) as stream:
        await stream.until(every_position)
        world.one.kill()
        world.one.start()
        await stream.rest()
    state = await check_turn(world, person, world.two, stream.seen, within=LEASE + SLACK)
    assert state["status"] == ("finished" if every_position == len(EVENTS) else "interrupted")
