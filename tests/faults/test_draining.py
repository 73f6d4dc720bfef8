"""A replica is asked to stop while a turn runs in it, as a deploy does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx2
import pytest

from tests.faults.invariants import check_turn
from tests.faults.programs import Program
from tests.faults.world import SLACK, World

# Less than the grace of the turns that are not waited for.
_SECONDS_TO_LEAVE = 20


@asynccontextmanager
async def leaving(world: World, *, grace: float) -> AsyncIterator[Program]:
    """A further replica, which the block asks to stop."""
    replica = world.further_replica(TURN_GRACE=str(grace))
    async with replica.running():
        await replica.ready()
        yield replica


async def until_refused(world: World, replica: Program) -> None:
    """Wait until it refuses connections, so that a load balancer goes to another replica."""
    async with asyncio.timeout(SLACK):
        with suppress(httpx2.ConnectError):
            while True:
                answer = await world.client.get(f"{replica.url}/ready")
                assert answer.status_code == 200


@pytest.mark.requirement("FR-CHAT-409")
async def test_a_running_turn_is_seen_to_its_end_and_no_new_one_begins(steady_world: World) -> None:
    world = steady_world
    person = world.person()
    async with leaving(world, grace=50) as replica:
        async with person.chatting(replica, "[slow 50]\nadd milk\nthen add bread") as stream:
            await stream.until(2)
            replica.ask_to_stop()
            await until_refused(world, replica)
            seen = await stream.rest()
        async with asyncio.timeout(_SECONDS_TO_LEAVE):
            assert await replica.ended() == 0
    state = await check_turn(world, person, world.two, seen, within=SLACK)
    assert state["status"] == "finished"


@pytest.mark.requirement("FR-CHAT-409")
async def test_a_turn_that_outlasts_the_grace_is_interrupted(steady_world: World) -> None:
    world = steady_world
    person = world.person()
    async with (
        leaving(world, grace=0.2) as replica,
        person.chatting(replica, "[late stall]\nadd milk") as stream,
    ):
        await stream.until_type("tool.finished")
        replica.ask_to_stop()
        async with asyncio.timeout(_SECONDS_TO_LEAVE):
            seen = await stream.rest()
            assert await replica.ended() == 0
    assert (seen[-1].type, seen[-1].data["code"]) == ("turn.failed", "interrupted")
    state = await check_turn(world, person, world.two, seen, within=SLACK)
    assert state["status"] == "interrupted"
    assert [call["arguments"] for call in state["answer"]["tool_calls"]] == [{"title": "milk"}]


@pytest.mark.requirement("FR-CHAT-409")
async def test_a_listener_to_another_replicas_turn_keeps_no_process_alive(
    steady_world: World,
) -> None:
    world = steady_world
    person = world.person()
    async with (
        leaving(world, grace=50) as replica,
        person.chatting(world.one, "[stall]") as stream,
    ):
        await stream.until(1)
        turn = stream.seen[0].data["turn_id"]
        async with person.following(replica, turn) as elsewhere:
            await elsewhere.until(1)
            replica.ask_to_stop()
            async with asyncio.timeout(_SECONDS_TO_LEAVE):
                cut = await elsewhere.rest()
                assert await replica.ended() == 0
        await person.request(world.two, "POST", f"turns/{turn}/cancel")
        seen = await stream.rest()
    assert cut + await person.followed(world.two, turn, after=cut[-1].id) == seen
    await check_turn(world, person, world.two, seen, within=SLACK)
